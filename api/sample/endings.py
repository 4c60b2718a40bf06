"""Endings of the sample practice: one written and signed, one begun, and a trainee's that waits for her supervisor."""

from typing import Any

from api.domain.access import Principal
from api.sample import colleagues
from api.sample.staff import DANIEL, PASSWORD, YUKI
from api.services import caseload, signatures, terminations
from api.services.work import Runtime, unit
from schemas.vocabulary import NextStepKind, Stage
from schemas.wire.episodes import CaseloadItem
from schemas.wire.terminations import NoteAddendumIn, TerminationNoteIn, TerminationNoteOut

_AGREED: dict[str, Any] = {
    "form": "with_conversation",
    "how_it_ended": "agreed",
    "closing_session": "held",
    "work_reviewed": "We worked on evenings that used to end in worry: naming it, writing it down, and leaving it on paper.",
    "goals_basis": "at_closing",
    "growth_goals": [
        {
            "goal": "Keep one evening a week without a screen.",
            "why": "That is when the piano comes back.",
            "next_step": "Thursday, after dinner, half an hour.",
            "supports": "A sister who asks how it went.",
        }
    ],
    "safety": "No thoughts of harm in the last months; knows whom to call, and said so.",
    "progress": "Sleeps through most nights; speaks up at work.",
    "client_words": "I do not wait for the bad thing any more.",
    "strengths": "Notices early, and says it aloud.",
    "helped": "Writing things down between the sessions.",
    "early_signs": "Two short nights in a row: write it down, and call her sister.",
    "return_path": "A call to the front desk is enough, at any time.",
}


_SILENT: dict[str, Any] = {
    "form": "without_conversation",
    "how_it_ended": "without_conversation",
    "closing_session": "not_answered",
    "work_reviewed": "We had mapped the weeks around the move, and found two people to call. The rest was still ahead.",
    "goals_basis": "not_discussed",
    "safety": "No risk was known at the last session. What is true today is not known.",
    "return_path": "A call to the front desk is enough, at any time.",
}


def write(runtime: Runtime) -> None:
    """A long silence is closed, an agreed end is being written down, and a trainee's note waits to be cosigned."""
    daniel, yuki = (colleagues.sign_in(runtime, one, PASSWORD) for one in (DANIEL, YUKI))
    quiet = [item for item in _alone(runtime, daniel) if item.stage is Stage.QUIET and item.since is not None]
    for item in sorted(quiet, key=lambda one: (one.since, one.episode.id))[:1]:
        note = _begin(runtime, daniel, item, _SILENT)
        _sign(runtime, daniel, note)
        with unit(runtime, daniel) as work:
            signatures.append(
                work, note.id, NoteAddendumIn(words="A card came a week later: all is well, and thank you.")
            )
    for item in _to_close(runtime, daniel)[:1]:
        _begin(runtime, daniel, item, {"work_reviewed": _AGREED["work_reviewed"]})
    for item in _to_close(runtime, yuki)[:1]:
        _sign(runtime, yuki, _begin(runtime, yuki, item, _AGREED))


def _to_close(runtime: Runtime, who: Principal) -> list[CaseloadItem]:
    return [item for item in _alone(runtime, who) if item.next_step.kind is NextStepKind.CLOSE_WITH_NOTE]


def _alone(runtime: Runtime, who: Principal) -> list[CaseloadItem]:
    with unit(runtime, who) as work:
        found = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=200).items
    return [item for item in found if len(item.clients) == 1]


def _begin(runtime: Runtime, who: Principal, item: CaseloadItem, content: dict[str, Any]) -> TerminationNoteOut:
    with unit(runtime, who) as work:
        return terminations.add(work, TerminationNoteIn(episode_id=item.episode.id, **content))


def _sign(runtime: Runtime, who: Principal, note: TerminationNoteOut) -> None:
    with unit(runtime, who) as work:
        signatures.sign(work, note.id, version=note.version)
