"""What a page says after something was done: a code travels in a cookie for one page, never a word of anybody's."""

from enum import StrEnum


class Said(StrEnum):
    """The value is the code in the cookie; SENTENCES has the words."""

    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"
    COVER_ENDED = "cover_ended"
    SAVED = "saved"
    BOOKED = "booked"
    ALREADY_RECORDED = "already_recorded"
    PUT_OFF = "put_off"
    HANDED_OVER = "handed_over"
    BROUGHT_BACK = "brought_back"
    APPROVED = "approved"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    PLAN_STOPPED = "plan_stopped"
    SETTLED = "settled"
    CLIENT_ADDED = "client_added"
    FLAG_RAISED = "flag_raised"
    FLAG_CLEARED = "flag_cleared"
    ERASED = "erased"
    KEPT = "kept"
    EPISODE_BEGUN = "episode_begun"
    EPISODE_ENDED = "episode_ended"
    CAME_BACK = "came_back"
    NOTE_SIGNED = "note_signed"
    NOTE_WAITS = "note_waits"
    NOTE_RETURNED = "note_returned"
    NOTE_DISCARDED = "note_discarded"
    FILE_RECEIVED = "file_received"
    APPLYING = "applying"
    UNDOING = "undoing"
    MEMBER_LEFT = "member_left"
    MEMBER_WAITS = "member_waits"
    PASSWORD_NEXT = "password_next"  # noqa: S105  # a code, not a password
    REMOVED = "removed"
    KEY_ENDED = "key_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # a code, not a password
    RELEASED = "released"
    SIGNED_OUT = "signed_out"
    SIGN_IN_AGAIN = "sign_in_again"


SENTENCES: dict[str, str] = {
    Said.RECORDED: "Recorded.",
    Said.WITHDRAWN: "Withdrawn.",
    Said.COVER_ENDED: "The cover has ended.",
    Said.SAVED: "Saved.",
    Said.BOOKED: "Booked.",
    Said.ALREADY_RECORDED: "This was recorded already.",
    Said.HANDED_OVER: "Handed over. Somebody asks whether the first meeting took place.",
    Said.PUT_OFF: "Put off. It comes back by itself, and at once if something arrives that matters.",
    Said.BROUGHT_BACK: "Brought back.",
    Said.APPROVED: "Approved. Until it goes it can be undone.",
    Said.UNDONE: "Undone. The message is a draft again.",
    Said.CANCELLED: "Cancelled. It will not go.",
    Said.PLAN_STOPPED: "The plan has ended. Nothing of it is asked for any more.",
    Said.SETTLED: "Noted what became of it.",
    Said.CLIENT_ADDED: "The client is added.",
    Said.FLAG_RAISED: "Recorded. What was waiting to be sent does not go any more.",
    Said.FLAG_CLEARED: "Cleared. What was stopped stays stopped until somebody approves it anew.",
    Said.ERASED: "Erased. Nothing that was theirs can be read any more.",
    Said.KEPT: "Recorded. It is kept until then.",
    Said.EPISODE_BEGUN: "The episode of care has begun.",
    Said.CAME_BACK: "The work goes on. What they had meant to go on with is shown first.",
    Said.EPISODE_ENDED: "The work has ended. The note about it is still to be written.",
    Said.NOTE_SIGNED: "The note is signed and locked.",
    Said.NOTE_WAITS: "You have signed. The note waits for a cosignature; nothing has ended yet.",
    Said.NOTE_DISCARDED: "The draft is gone.",
    Said.NOTE_RETURNED: "The note has gone back to its author.",
    Said.FILE_RECEIVED: "The file has arrived. It is being read now.",
    Said.APPLYING: "The file is being taken in.",
    Said.UNDOING: "The import is being undone.",
    Said.MEMBER_LEFT: "This member has left the practice.",
    Said.MEMBER_WAITS: "Added. A practice lead gives them their role next, and a one-time password.",
    Said.PASSWORD_NEXT: "Saved. They cannot sign in yet: hand them a one-time password.",
    Said.REMOVED: "Removed.",
    Said.KEY_ENDED: "The key opens nothing any more.",
    Said.PASSWORD_CHANGED: "Your password is changed. Your other sign-ins have ended.",
    Said.RELEASED: "Released. It will not change any more.",
    Said.SIGNED_OUT: "You are signed out.",
    Said.SIGN_IN_AGAIN: "Your sign-in has ended. Sign in again to go on.",
}


def sentence(code: str | None) -> str | None:
    """A code that is not ours says nothing."""
    return SENTENCES.get(code or "")
