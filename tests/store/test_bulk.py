"""Many rows at once say exactly what single ones say, on both engines, and break the same rules."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.services.work import Work
from api.store import bulk
from schemas.tables import Absence, Appointment, Contact
from schemas.tables.base import new_id
from schemas.vocabulary import AbsenceKind, AppointmentStatus, Channel, ContactDirection, Initiator
from tests.support.clock import NOW
from tests.support.house import Case, House, open_house

APPOINTMENT = (
    "practice_id",
    "id",
    "episode_id",
    "source",
    "external_id",
    "duration_minutes",
    "standing",
    "starts_at",
    "status",
    "initiator",
    "excused",
    "status_known_at",
    "created_at",
    "version",
)
# Before 1970, to the microsecond, and in another offset than it is read back in.
INSTANTS = (
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    NOW + timedelta(microseconds=1),
    datetime.fromisoformat("2026-03-29T03:30:00+02:00"),
)
AWKWARD = ("tab\there", "line\nbreak", "back\\slash", "\\N", "quote'\"", "\u00e9\u4e2d\U0001f642", " ")


def row(work: Work, case: Case, key: str, starts: datetime = NOW, **more: object) -> tuple[object, ...]:
    values: dict[str, object] = {
        "practice_id": work.practice_id,
        "id": new_id(),
        "episode_id": case.episode_id,
        "source": "pms",
        "external_id": key,
        "duration_minutes": 50,
        "standing": False,
        "starts_at": starts,
        "status": AppointmentStatus.BOOKED,
        "initiator": None,
        "excused": False,
        "status_known_at": NOW,
        "created_at": NOW,
        "version": 1,
    }
    return tuple((values | more)[name] for name in APPOINTMENT)


def stored(work: Work, key: str) -> Appointment:
    return work.session.scalars(sa.select(Appointment).where(col(Appointment.external_id) == key)).one()


def test_rows_come_back_as_they_were_given(shared_house: House) -> None:
    case = shared_house.client("Ana", shared_house.clinician)
    told = [
        *((key, INSTANTS[number % 3]) for number, key in enumerate(AWKWARD)),
        *((f"at {instant}", instant) for instant in INSTANTS),
    ]
    with shared_house.rows() as work:
        rows = [row(work, case, key, starts, initiator=Initiator.CLIENT, standing=True) for key, starts in told]
        bulk.insert(work.session, Appointment, APPOINTMENT, rows)
    with shared_house.rows() as work:
        for key, starts in told:
            found = stored(work, key)
            assert (found.starts_at, found.starts_at.utcoffset()) == (starts, timedelta(0))
            assert (found.status, found.initiator, found.standing, found.excused) == (
                AppointmentStatus.BOOKED,
                Initiator.CLIENT,
                True,
                False,
            )
            assert (found.client_id, found.rescheduled_from) == (None, None)


def test_only_the_named_columns_of_the_named_rows_change(shared_house: House) -> None:
    case = shared_house.client("Ana", shared_house.clinician)
    columns = ("practice_id", "id", "status", "starts_at", "version")
    with shared_house.rows() as work:
        bulk.insert(work.session, Appointment, APPOINTMENT, [row(work, case, key) for key in ("a", "b")])
        changed = stored(work, "a").id
        values = (work.practice_id, changed, AppointmentStatus.NO_SHOW, NOW + timedelta(days=1), 2)
        strange = (new_id(), stored(work, "b").id, AppointmentStatus.NO_SHOW, NOW, 9)
        bulk.update(work.session, Appointment, columns, [values, strange])
    with shared_house.rows() as work:
        a, b = stored(work, "a"), stored(work, "b")
    assert (a.status, a.starts_at, a.version, a.external_id) == (
        AppointmentStatus.NO_SHOW,
        NOW + timedelta(days=1),
        2,
        "a",
    )
    assert (b.status, b.version) == (AppointmentStatus.BOOKED, 1)


def put(house: House, told: list[tuple[Case, str, dict[str, object]]]) -> None:
    with house.rows() as work:
        rows = [row(work, case, key, **more) for case, key, more in told]  # type: ignore[arg-type]  # any column
        bulk.insert(work.session, Appointment, APPOINTMENT, rows)


@pytest.mark.parametrize("broken", ["the same key twice", "another practice's episode", "no minutes"])
def test_a_row_that_breaks_a_rule_keeps_none_of_them(shared_house: House, broken: str) -> None:
    case = shared_house.client("Ana", shared_house.clinician)
    neighbour = shared_house.found("Next door")
    foreign = neighbour.client("Eva", neighbour.founder)
    rules: dict[str, tuple[Case, str, dict[str, object]]] = {
        "the same key twice": (case, "good", {}),
        "another practice's episode": (foreign, "bad", {}),
        "no minutes": (case, "bad", {"duration_minutes": 0}),
    }
    with pytest.raises(Conflict):
        put(shared_house, [(case, "good", {}), rules[broken]])
    with shared_house.rows() as work:
        assert work.session.scalars(sa.select(Appointment)).all() == []


_OF_ABSENCE = (
    "practice_id",
    "id",
    "kind",
    "episode_id",
    "from_on",
    "to_on",
    "known_at",
    "fact_digest",
    "version",
)
_OF_CONTACT = (
    "practice_id",
    "id",
    "episode_id",
    "at",
    "known_at",
    "direction",
    "channel",
    "automated",
    "note_sealed",
)


def test_days_bytes_and_nothing_at_all_are_kept_too(shared_house: House) -> None:
    case = shared_house.client("Ana", shared_house.clinician)
    digest = bytes(range(32))
    with shared_house.rows() as work:
        head: tuple[UUID, UUID] = (work.practice_id, new_id())
        days = (date(2026, 3, 4), None)
        bulk.insert(
            work.session, Absence, _OF_ABSENCE, [(*head, AbsenceKind.PAUSE, case.episode_id, *days, NOW, digest, 1)]
        )
        told = (case.episode_id, NOW, NOW, ContactDirection.INBOUND, Channel.EMAIL, True, digest)
        bulk.insert(work.session, Contact, _OF_CONTACT, [(*head, *told)])
        bulk.insert(work.session, Contact, _OF_CONTACT, [])
    with shared_house.rows() as work:
        absence = work.session.scalars(sa.select(Absence)).one()
        contact = work.session.scalars(sa.select(Contact)).one()
    assert (absence.from_on, absence.to_on, absence.fact_digest) == (date(2026, 3, 4), None, digest)
    assert (contact.channel, contact.automated, contact.note_sealed, contact.client_id) == (
        Channel.EMAIL,
        True,
        digest,
        None,
    )


def _say(work: Work, query: str) -> object:
    return work.session.connection().exec_driver_sql(query).scalar()


@pytest.mark.postgresql
def test_a_table_that_has_grown_is_counted_once_and_plans_are_made_anew_afterwards(postgresql_url: str) -> None:
    """A foreign key is otherwise looked up by whichever index an empty table had looked good with."""
    counted = "SELECT reltuples::int FROM pg_class WHERE relname = 'appointments'"
    with open_house(postgresql_url) as house:
        case = house.client("Ana", house.clinician)
        for more, seen in ((40, 40), (3, 40), (900, 943)):
            with house.rows() as work:
                rows = [row(work, case, new_id().hex * 6) for _ in range(more)]
                bulk.insert(work.session, Appointment, APPOINTMENT, rows)
                bulk.count_anew(work.session, [Appointment])
                assert _say(work, counted) == seen
                assert _say(work, "SHOW plan_cache_mode") == "force_custom_plan"
