"""Two last stretches of the sample practice: work that ended well, with its letter, and a closing session that was offered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.domain.access import Principal
from api.sample import colleagues
from api.sample.staff import DANIEL, PASSWORD
from api.services import caseload, closing_sessions, consents, goals, letters, scores, signatures, terminations
from api.services.work import Runtime, unit
from schemas.vocabulary import Channel, ClosingStep, EpisodeKind, GoalsBasis, NextStepKind, Stage
from schemas.wire.closing_sessions import ClosingStepIn
from schemas.wire.episodes import CaseloadItem
from schemas.wire.goals import GoalIn
from schemas.wire.letters import LetterHandedOverIn, LetterIn
from schemas.wire.scores import ScoreIn
from schemas.wire.terminations import TerminationNoteIn

_OFFERED_AGO = timedelta(days=4)
_GOALS = (
    GoalIn(
        goal="Take the train to the sea alone.",
        why="I used to love that.",
        next_step="Two stops on Saturday morning, and back.",
        supports="Her brother, by telephone.",
        how_known="I look out of the window.",
    ),
    GoalIn(
        goal="Say no once a week, and leave it at that.",
        why="Then I know that a yes is one.",
        next_step="The rota at work, on Monday.",
    ),
)
_STEPS = (
    (timedelta(days=20), ClosingStep.OFFERED),
    (timedelta(days=19), ClosingStep.ACCEPTED),
    (timedelta(days=2), ClosingStep.HELD),
)
# The first and the last of what they filled in themselves.
_RESULTS = ((timedelta(days=50), 15.0), (timedelta(days=2), 4.0))
_SAID: dict[str, Any] = {
    "form": "with_conversation",
    "how_it_ended": "agreed",
    "work_reviewed": "We worked on journeys that had become small: what the fear says, what is so, and one stop further.",
    "safety": "No thoughts of harm; knows whom to call at night, and has the number.",
    "progress": "Takes the bus to work again; sleeps.",
    "client_words": "The world has got its edges back.",
    "helped": "Going together the first time.",
    "early_signs": "Three lifts in a row from other people: take one bus, and tell her brother.",
    "return_path": "A call to the front desk is enough, at any time.",
}


def say(runtime: Runtime) -> None:
    """In the open work of one clinician; with nobody about whom something else of the sample is told."""
    daniel = colleagues.sign_in(runtime, DANIEL, PASSWORD)
    with unit(runtime, daniel) as work:
        found = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=200).items
    alone = [item for item in found if len(item.clients) == 1]
    for item in _first(item for item in alone if item.next_step.kind is NextStepKind.CLOSING_SESSION):
        with unit(_ago(runtime, _OFFERED_AGO), daniel) as work:
            closing_sessions.record(work, item.episode.id, ClosingStepIn(step=ClosingStep.OFFERED))
    staying = (item for item in alone if item.stage is Stage.ENGAGED and item.episode.kind is EpisodeKind.ONGOING)
    calm = [item for item in staying if item.next_step.kind is NextStepKind.NOTHING]
    for item in _first(item for item in calm if _may_hear_of_the_work(runtime, daniel, item)):
        _end_well(runtime, daniel, item.episode.id)


def _end_well(runtime: Runtime, who: Principal, episode_id: UUID) -> None:
    """Offered, held, signed, and the letter given into their hand."""
    for ago, value in _RESULTS:
        given = ScoreIn(measure="PHQ-9", value=value, higher_is_better=False, item_nine=0)
        with unit(_ago(runtime, ago), who) as work:
            scores.record(work, episode_id, given)
    for ago, step in _STEPS:
        with unit(_ago(runtime, ago), who) as work:
            closing_sessions.record(work, episode_id, ClosingStepIn(step=step))
    for goal in _GOALS:
        with unit(runtime, who) as work:
            goals.add(work, episode_id, goal)
    with unit(runtime, who) as work:
        note = terminations.add(work, TerminationNoteIn(episode_id=episode_id, **_SAID))
        agreed = note.content.model_copy(update={"goals_basis": GoalsBasis.AT_CLOSING, "goals_agreed_on": None})
        note = terminations.change(work, note.id, agreed, version=note.version)
        letter = letters.draft(work, LetterIn(note_id=note.id))
    with unit(runtime, who) as work:
        signatures.sign(work, note.id, version=note.version)
    with unit(runtime, who) as work:
        letters.hand_over(work, letter.id, LetterHandedOverIn(), version=letter.version)


def _may_hear_of_the_work(runtime: Runtime, who: Principal, item: CaseloadItem) -> bool:
    """Else their letter would begin without goals."""
    with unit(runtime, who) as work:
        known = consents.page(work, item.clients[0].id)
    return all(one.may_mention_therapy for one in known if one.channel is Channel.EMAIL)


def _first(items: Iterable[CaseloadItem]) -> list[CaseloadItem]:
    """The one that stands first by a rule that no chance and no clock changes."""
    return sorted(items, key=lambda item: (item.clients[0].name, item.episode.id))[:1]


def _ago(runtime: Runtime, ago: timedelta) -> Runtime:
    now = runtime.now()
    return replace(runtime, now=lambda: now - ago)
