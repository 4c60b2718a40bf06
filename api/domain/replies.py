"""What a client can answer to a message, and to whom it goes. Pure.

A tap is a message to a person and never by itself ends or changes care. What speaks of harm done in the room, and the
wish to see somebody else, goes to one named person who is not the client's clinician; where there is none, nothing
of the kind is taken in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from api.domain import optout
from api.domain.optout import OptOut
from schemas.vocabulary import GivenReason, Recipient, ReplyAnswer

SHOWN_FIRST = (ReplyAnswer.COME_BACK, ReplyAnswer.ANOTHER_TIME, ReplyAnswer.CALL_ME, ReplyAnswer.FINISHED_FOR_NOW)
UNDER_MORE = (
    ReplyAnswer.TAKE_A_BREAK,
    ReplyAnswer.CLOSING_SESSION,
    ReplyAnswer.WRITTEN_GOODBYE,
    ReplyAnswer.BETTER_FIT,
    ReplyAnswer.DO_NOT_CONTACT,
)
TO_THE_READER = frozenset({ReplyAnswer.ANOTHER_PERSON})
SEALED_REASONS = (
    GivenReason.BIAS_OR_MICROAGGRESSION,
    GivenReason.SPOKEN_TO_HARSHLY,
    GivenReason.EXPLOITED_OR_ABUSED,
)
REASONS = tuple(reason for reason in GivenReason if reason not in SEALED_REASONS)
# Nobody answers the same twice within a minute; a hurried finger sends the same form twice.
SAME_TAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What came with one form. `words` are whoever's who wrote them; `offered_time_id` is the time that was tapped.

    `spoken_by` is who held the address that was written to. Of a guardian it is never taken for the child's own voice.
    """

    answer: ReplyAnswer | None = None
    reasons: tuple[GivenReason, ...] = ()
    words: str | None = None
    offered_time_id: UUID | None = None
    spoken_by: Recipient | None = None

    @property
    def is_empty(self) -> bool:
        return self.answer is None and not self.reasons and self.words is None and self.offered_time_id is None

    def says_the_same_as(self, other: "Told") -> bool:
        """Whatever the order in which its reasons were ticked."""
        return replace(self, reasons=tuple(sorted(self.reasons))) == replace(
            other, reasons=tuple(sorted(other.reasons))
        )

    @property
    def is_confidential(self) -> bool:
        """Whether the clinician must not know that it was said, words included: they go where the reason goes."""
        return self.answer in TO_THE_READER or any(reason in SEALED_REASONS for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Parts:
    """`openly` goes to the clinician, `in_confidence` to the reader."""

    openly: Told | None
    in_confidence: Told | None


def filled_in(
    answer: ReplyAnswer | None, reasons: tuple[GivenReason, ...], words: str | None, time_id: UUID | None
) -> Told:
    """A form as it came. A time that was tapped is the wish to come back then; but who is not to be written to has asked for no
    time, and who wishes for somebody else has said that too.
    """
    if time_id is None or answer is ReplyAnswer.DO_NOT_CONTACT:
        return Told(answer, reasons, words)
    return Told(answer if answer in TO_THE_READER else ReplyAnswer.COME_BACK, reasons, words, time_id)


def parted(told: Told, *, in_confidence: bool) -> Parts:
    """To whom it goes. `in_confidence`: it was written where the page says that the clinician does not read it.

    What is confidential goes to the reader whole, for words beside such a reason are about it. Only the wish not to be
    written to is carried out all the same, without a word of why; and a time that was tapped is the clinician's to confirm, who is
    told of nothing beside it: it is held for the client and runs out, and the reader can book nothing.
    """
    if told.is_empty:
        return Parts(None, None)
    if not (in_confidence or told.is_confidential):
        return Parts(told, None)
    openly = _in_the_open(told)
    if openly is None:
        return Parts(None, told)
    rest = replace(told, answer=None if told.answer is openly.answer else told.answer, offered_time_id=None)
    return Parts(openly, None if rest.is_empty else rest)


def _in_the_open(told: Told) -> Told | None:
    if told.answer is ReplyAnswer.DO_NOT_CONTACT:
        return Told(told.answer)
    if told.offered_time_id is not None:
        return Told(ReplyAnswer.COME_BACK, offered_time_id=told.offered_time_id)
    return None


def asks_to_stop(told: Told) -> OptOut | None:
    """Whether it asks that the address is not written to any more, by the answer or in words."""
    if told.answer is ReplyAnswer.DO_NOT_CONTACT:
        return OptOut.PLAIN
    return optout.read(told.words) if told.words else None


def reader(leads: Sequence[UUID], clinicians: Collection[UUID]) -> UUID | None:
    """The first practice lead who is no clinician of any of the client's episodes, those that ended included.

    None: nobody here is independent, as where one person works alone.
    """
    return next((lead for lead in leads if lead not in clinicians), None)
