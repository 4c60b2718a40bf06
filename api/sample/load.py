"""Puts the sample practice into a database by the roads that real facts take: the import, and the use cases."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain.access import OPERATOR, Principal
from api.jobs.worker import Worker
from api.sample import colleagues, desk, endings, formers, goodbyes, onward, post
from api.sample.calendar import HISTORY_DAYS, ZONE
from api.sample.cast import SEED, Cast, cast
from api.sample.staff import LEAD, PASSWORD, PRACTICE
from api.services import imports, practices
from api.services.work import Runtime, unit
from schemas.vocabulary import ImportKind, ImportState, RowOutcome
from schemas.wire.leave import LeaveIn

SOURCE = "former-system"

# Appointments first: they say who shares a room. Then the names, then what is about people known by then.
_ORDER = (
    ImportKind.APPOINTMENTS,
    ImportKind.CLIENTS,
    ImportKind.CONTACTS,
    ImportKind.AGREEMENTS,
    ImportKind.LEAVE,
    ImportKind.SCORES,
)


class SampleRefused(Exception):
    """The product would not take its own sample: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the sample came to."""

    practice_id: UUID
    client_count: int
    row_count: int


def today_in(runtime: Runtime) -> date:
    return runtime.now().astimezone(ZoneInfo(ZONE)).date()


def load(runtime: Runtime, report: Callable[[str], None] = lambda _: None, *, seed: int = SEED) -> Loaded:
    """The whole practice, into a database that has none of its people yet."""
    made = cast(today_in(runtime), seed)
    report("founding the practice")
    practice_id = _found(runtime, made)
    lead = colleagues.sign_in(runtime, LEAD, PASSWORD)
    rows = 0
    for kind in _ORDER:
        report(f"importing {kind}")
        rows += _take_in(runtime, lead, kind, made.files.csv(kind))
    report("giving everybody an account")
    colleagues.welcome(runtime, lead)
    colleagues.name_cover(runtime, lead)
    report("recording what was said at the desk")
    desk.record(runtime, lead, made, SOURCE)
    Worker(runtime).until_idle()
    report("writing endings down")
    formers.close(runtime, lead, made, SOURCE)
    endings.write(runtime)
    onward.know(runtime, lead)
    onward.help_on(runtime)
    goodbyes.say(runtime)
    colleagues.settle(runtime)
    report("reading the post")
    post.exchange(runtime, lead)
    report("publishing a year")
    formers.release(runtime, made.calendar.today)
    return Loaded(practice_id, len(made.clients), rows)


def _found(runtime: Runtime, made: Cast) -> UUID:
    """Two years ago, by a clock set back: the closed days of all the years since were known in time."""
    then = datetime.combine(made.calendar.ago(HISTORY_DAYS + 7), time(9), ZoneInfo(ZONE))
    past = replace(runtime, now=lambda: then)
    with unit(past, OPERATOR) as work:
        practice_id = practices.create(
            work, name=PRACTICE, time_zone=ZONE, founder=practices.Founder(LEAD.name, LEAD.email, PASSWORD)
        )
    founder = colleagues.sign_in(past, LEAD, PASSWORD)
    for begin, end in made.calendar.closed:
        with unit(past, founder) as work:
            practices.close_days(work, LeaveIn(from_on=begin, to_on=end))
    return practice_id


def _take_in(runtime: Runtime, lead: Principal, kind: ImportKind, content: bytes) -> int:
    upload = imports.Upload(
        stream=io.BytesIO(content),
        file_name=f"{kind}.csv",
        source=SOURCE,
        kind=kind,
        mapping=None,
        dry_run=False,
    )
    with unit(runtime, lead) as work:
        received = imports.receive(work, upload)
    Worker(runtime).until_idle()
    with unit(runtime, lead) as work:
        done = imports.read(work, received.id)
    if done.state is not ImportState.APPLIED or done.counts.get(RowOutcome.REJECTED):
        raise SampleRefused(f"{kind}: {done.state}, {done.counts}, {done.failure_code}")
    return done.rows_read


def is_stale(made_on: date, today: date) -> bool:
    """A week later nobody has written down what became of this week's sessions, and everybody seems to wait for it."""
    return not timedelta() <= today - made_on <= timedelta(days=7)
