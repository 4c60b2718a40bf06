"""The former clients of the sample practice are closed, and the last year that is complete is published."""

from datetime import date

from api.domain.access import Principal
from api.sample import colleagues, desk, former_lives
from api.sample.cast import Cast
from api.sample.staff import ADMIN, PASSWORD
from api.services import releases
from api.services.work import Runtime, unit
from api.store import endings
from schemas.wire.releases import ReleaseIn


def close(runtime: Runtime, lead: Principal, made: Cast, source: str) -> None:
    """As it came over from the former system: ended, on that day, without a note of ours."""
    known = desk.people_of(runtime, lead, made, source)
    with unit(runtime, lead) as work:
        for key, (how, at) in made.files.ended.items():
            one = known[key]
            endings.end_part(work.session, one.episode.id, [one.client.id], how, at=at, now=at)


def release(runtime: Runtime, today: date) -> None:
    """The admin publishes that year, who sees no client."""
    admin = colleagues.sign_in(runtime, ADMIN, PASSWORD)
    with unit(runtime, admin) as work:
        releases.release(work, ReleaseIn(first_year=former_lives.year(today)))
