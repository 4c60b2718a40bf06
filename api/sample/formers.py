"""The former clients of the sample practice are closed, and the last year that is complete is published."""

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from api.domain.access import Principal
from api.sample import colleagues, desk, former_lives
from api.sample.cast import Cast
from api.sample.staff import ADMIN, PASSWORD
from api.services import releases
from api.services.work import Runtime, Work, unit
from api.store import closing_sessions as closing_store
from api.store import endings
from schemas.tables import ClosingRecord
from schemas.vocabulary import ClosingStep, EndingKind
from schemas.wire.releases import ReleaseIn

Steps = tuple[tuple[ClosingStep, int], ...]
_ACCEPTED: Steps = ((ClosingStep.OFFERED, 15), (ClosingStep.ACCEPTED, 8))
_HELD: Steps = (*_ACCEPTED, (ClosingStep.HELD, 1))
_NOT_ANSWERED: Steps = ((ClosingStep.OFFERED, 30), (ClosingStep.NOT_ANSWERED, 0))
# How many went which way, and so many days before the end: enough that a release has something to show, and something to withhold.
_WAYS: dict[EndingKind, tuple[tuple[int, Steps], ...]] = {
    EndingKind.AGREED: ((12, _HELD), (4, _ACCEPTED)),
    EndingKind.WITHOUT_CONVERSATION: ((12, _NOT_ANSWERED),),
}


def close(runtime: Runtime, lead: Principal, made: Cast, source: str) -> None:
    """As it came over from the former system: ended, on that day, without a note of ours; and what is known of a closing session."""
    count: Counter[EndingKind] = Counter()
    known = desk.people_of(runtime, lead, made, source)
    with unit(runtime, lead) as work:
        for key, (how, at) in made.files.ended.items():
            one = known[key]
            endings.end_part(work.session, one.episode.id, [one.client.id], how, at=at, now=at)
            _say(work, one.episode.id, one.client.id, _way(how, count[how]), at)
            count[how] += 1


def _way(how: EndingKind, number: int) -> Steps:
    for many, steps in _WAYS.get(how, ()):
        if number < many:
            return steps
        number -= many
    return ()


def _say(work: Work, episode_id: UUID, client_id: UUID, steps: Steps, ended_at: datetime) -> None:
    for step, days in steps:
        at = ended_at - timedelta(days=days)
        row = ClosingRecord(episode_id=episode_id, client_id=client_id, step=step, at=at, recorded_at=at)
        closing_store.add(work.session, row)


def release(runtime: Runtime, today: date) -> None:
    """The admin publishes that year, who sees no client."""
    admin = colleagues.sign_in(runtime, ADMIN, PASSWORD)
    with unit(runtime, admin) as work:
        releases.release(work, ReleaseIn(first_year=former_lives.year(today)))
