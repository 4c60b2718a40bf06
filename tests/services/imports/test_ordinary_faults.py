"""What every practice system gets wrong, through each way in: told one at a time, in a batch, by a native file, by a mapping.

Everything is told in two deliveries, as two exports of the same system; then each fault is looked at by itself.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.domain import timeline
from api.domain.reasons import ReasonCode
from api.domain.timeline import Visit
from api.services import engagement
from api.store import clients as client_store
from api.store import histories
from schemas.vocabulary import AppointmentStatus, NextStepKind, Stage
from schemas.wire.engagement import EngagementOut
from schemas.wire.imports import Mapping
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import ZONE, House, open_house

ATTENDED, BOOKED, NO_SHOW = AppointmentStatus.ATTENDED, AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW
CANCELLED, RESCHEDULED = AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED


@dataclass(frozen=True, slots=True)
class Told:
    """One status event. Unless stated, an outcome was learned two hours after the start, a booking a week before it."""

    key: str
    client: str
    starts: datetime
    status: AppointmentStatus = ATTENDED
    known: datetime | None = None
    initiator: str | None = None
    excused: bool = False
    replaces: str | None = None
    format: str = "individual"
    group: str | None = None

    @property
    def known_at(self) -> datetime:
        usual = self.starts - timedelta(days=7) if self.status is BOOKED else self.starts + timedelta(hours=2)
        return min(self.known or usual, at(0))


def booked(key: str, client: str, starts: datetime, **more: Any) -> Told:  # noqa: ANN401  # any part of what can be told
    return Told(key, client, starts, BOOKED, **more)


# A Tuesday after summer time began in Europe (29 March 2026).
AFTER_THE_CHANGE = datetime.fromisoformat("2026-03-31T08:00:00+00:00")

FIRST = [
    booked("late", "late", at(-20)),
    booked("undone", "undone", at(-9)),
    Told("undone", "undone", at(-9), NO_SHOW),
    Told("again", "again", at(-9)),
    Told("again", "again", at(-9)),
    Told("again under another key", "again", at(-9)),
    booked("moved", "linked", at(-3)),
    booked("moved-u", "unlinked", at(-3)),
    booked("shift", "same key", AFTER_THE_CHANGE, known=at(-5)),
    booked("shift-1", "other key", AFTER_THE_CHANGE, known=at(-5)),
    Told("default", "by default", at(-2), known=at(-9)),
    Told("default-2", "never confirmed", at(-2), known=at(-9)),
    booked("open", "not recorded", at(-2)),
    *(Told(f"weekly-{week}", "let down", at(-7 * week)) for week in (2, 3, 4, 5)),
    Told("ours", "let down", at(-7), CANCELLED, initiator="clinician", known=at(-8)),
    *(Told(f"well-{week}", "ill", at(-7 * week)) for week in (2, 3, 4, 5)),
    Told("ill", "ill", at(-7), NO_SHOW, excused=True),
    Told("pair", "rivers-a", at(-9), format="couple", group="rivers"),
    Told("pair", "rivers-b", at(-9), NO_SHOW, format="couple", group="rivers"),
    Told("circle", "circle-a", at(-9), format="group", group="circle"),
    Told("circle", "circle-b", at(-9), NO_SHOW, format="group", group="circle"),
]
SECOND = [
    Told("late", "late", at(-20), NO_SHOW, known=at(-15)),
    Told("undone", "undone", at(-9), known=at(-6)),
    Told("again", "again", at(-9)),
    Told("moved", "linked", at(-3), RESCHEDULED, known=at(-4)),
    Told("moved to", "linked", at(1), BOOKED, known=at(-4), replaces="moved"),
    Told("moved-u", "unlinked", at(-3), RESCHEDULED, known=at(-4)),
    Told("moved-u to", "unlinked", at(1), BOOKED, known=at(-3.5)),
    booked("shift", "same key", AFTER_THE_CHANGE - timedelta(hours=1), known=at(-1)),
    booked("shift-2", "other key", AFTER_THE_CHANGE - timedelta(hours=1), known=at(-1)),
    Told("default", "by default", at(-2)),
    Told("pair", "rivers-a", at(-9), format="couple", group="rivers"),
]
Way = Callable[[House, list[Told]], None]


def by_upsert(house: House, told: Iterable[Told]) -> None:
    api = house.api(house.lead)
    told = list(told)
    _send_clients(house, told)
    for one in told:
        path = f"/v1/appointments/by-external-id/native/{one.key}"
        answer = api.put(path, json=_wire(one))
        assert answer.status_code in (200, 201), answer.text


def by_batch(house: House, told: Iterable[Told]) -> None:
    told = list(told)
    _send_clients(house, told)
    items = [{**_wire(one), "source": "native", "external_id": one.key} for one in told]
    answer = house.api(house.lead).post("/v1/appointments/batch", json={"items": items})
    assert answer.status_code == 200, answer.text
    assert sum(answer.json()["counts"].values()) == len(items)
    assert "rejected" not in answer.json()["counts"]


def by_native_file(house: House, told: Iterable[Told]) -> None:
    rows = [
        {
            **files.event(one.key, one.client, one.starts, one.status, one.known_at),
            "time_zone": ZONE,
            "initiator": one.initiator or "",
            "excused": int(one.excused),
            "rescheduled_from": one.replaces or "",
            "format": one.format,
            "group_id": one.group or "",
        }
        for one in told
    ]
    files.take_in(house, files.appointments(rows), slice_rows=7)


HOUSE_WORDS = {"Came": ATTENDED, "Open": BOOKED, "Away": NO_SHOW, "Off": CANCELLED, "Elsewhere": RESCHEDULED}
MAPPING = Mapping.model_validate(
    {
        "source": "native",
        "delimiter": ";",
        "client": ["Who"],
        "clinician": ["With"],
        "appointment": ["No"],
        "rescheduled_from": ["Instead of"],
        "starts_at": {"column": "When", "format": "%d.%m.%Y %H:%M"},
        "time_zone": ZONE,
        "status": {"column": "What", "values": {word: status.value for word, status in HOUSE_WORDS.items()}},
        "status_known_at": {"column": "Entered", "format": "%d.%m.%Y %H:%M"},
        "excused": {"column": "Ill"},
        "initiator": {"column": "By", "values": {"therapist": "clinician", "client": "client"}},
        "group": "Group",
        "format": {"column": "Form", "values": {"couple": "couple", "group": "group", "individual": "individual"}},
    }
)


def by_mapped_file(house: House, told: Iterable[Told]) -> None:
    """Local times without an offset, in the zone the mapping states."""
    words = {status: word for word, status in HOUSE_WORDS.items()}
    rows = [
        {
            "Who": one.client,
            "With": "kim",
            "No": one.key,
            "Instead of": one.replaces or "",
            "When": _local(one.starts),
            "What": words[one.status],
            "Entered": _local(one.known_at),
            "Ill": "yes" if one.excused else "",
            "By": "therapist" if one.initiator == "clinician" else "",
            "Group": one.group or "",
            "Form": one.format,
        }
        for one in told
    ]
    files.take_in(house, files.text(rows[0], rows, delimiter=";"), mapping=MAPPING, slice_rows=7)


WAYS = (by_upsert, by_batch, by_native_file, by_mapped_file)


@dataclass(frozen=True, slots=True)
class Record:
    """What the house knows after both deliveries."""

    house: House
    way: Way

    def episodes(self, client: str) -> list[UUID]:
        with self.house.rows() as work:
            digest = work.digest("client external id", "native", client)
            found = client_store.by_external_id(work.session, "native", digest)
            assert found is not None
            return [episode.id for episode in client_store.episodes_of(work.session, found.id)]

    def known(self, client: str, as_of: datetime | None = None) -> list[Visit]:
        """As noticing sees it."""
        now = as_of or self.house.now
        episodes = self.episodes(client)
        with self.house.rows() as work:
            found = histories.load(work.session, episodes, as_of=now).values()
        return [visit for one in found for visit in timeline.visits(one.appointments, now, one.time_zone)]

    def visits(self, client: str, as_of: datetime | None = None) -> list[tuple[datetime, AppointmentStatus]]:
        return [(visit.start, visit.status) for visit in self.known(client, as_of)]

    def standing(self, client: str) -> EngagementOut:
        episode_id = self.episodes(client)[0]
        with self.house.work(self.house.lead) as work:
            return engagement.read(work, episode_id)


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def record(request: pytest.FixtureRequest, shared_url: str) -> Iterator[Record]:
    way: Way = request.param
    with open_house(shared_url) as house:
        for told in (FIRST, SECOND):
            way(house, told)
            files.run(house)
        files.assess(house)
        yield Record(house, way)


def _local(instant: datetime) -> str:
    return instant.astimezone(ZoneInfo(ZONE)).strftime("%d.%m.%Y %H:%M")


def test_a_status_told_late_is_known_from_then_on_and_not_before(record: Record) -> None:
    assert record.visits("late") == [(at(-20), NO_SHOW)]
    assert record.visits("late", as_of=at(-16)) == [(at(-20), BOOKED)]


def test_a_no_show_that_was_undone_is_a_kept_time(record: Record) -> None:
    assert record.visits("undone") == [(at(-9), ATTENDED)]
    assert record.visits("undone", as_of=at(-7)) == [(at(-9), NO_SHOW)]


def test_a_time_told_again_or_under_another_key_is_one_time(record: Record) -> None:
    assert record.visits("again") == [(at(-9), ATTENDED)]


@pytest.mark.parametrize("client", ["linked", "unlinked"])
def test_a_reschedule_is_one_event_with_or_without_a_link(record: Record, client: str) -> None:
    [visit] = record.known(client)
    assert (visit.start, visit.status, visit.given_up) == (at(1), BOOKED, False)


@pytest.mark.parametrize("client", ["same key", "other key"])
def test_a_time_that_moves_an_hour_between_two_exports_around_a_change_of_the_clocks_is_one_time(
    record: Record, client: str
) -> None:
    assert record.visits(client) == [(AFTER_THE_CHANGE - timedelta(hours=1), BOOKED)]


def test_attended_counts_once_it_was_recorded_after_the_start(record: Record) -> None:
    assert record.visits("by default", as_of=at(-2, 1)) == [(at(-2), BOOKED)]
    assert record.visits("by default") == [(at(-2), ATTENDED)]
    assert record.visits("never confirmed") == [(at(-2), BOOKED)]
    assert record.standing("never confirmed").next_step.kind is NextStepKind.RECORD_OUTCOME


def test_past_and_still_booked_is_not_recorded(record: Record) -> None:
    assert record.visits("not recorded") == [(at(-2), BOOKED)]
    standing = record.standing("not recorded")
    assert (standing.stage, standing.next_step.kind) == (Stage.ENGAGED, NextStepKind.RECORD_OUTCOME)


@pytest.mark.parametrize("client", ["let down", "ill"])
def test_a_clinicians_cancellation_and_an_excused_miss_say_nothing_about_the_client(
    record: Record, client: str
) -> None:
    last = record.known(client)[-1]
    assert last.start == at(-7)
    assert last.says_nothing
    assert not last.missed
    said = {reason.code for reason in record.standing(client).reasons}
    assert not said & {ReasonCode.NOT_KEPT, ReasonCode.CANCELLED_NOT_REBOOKED, ReasonCode.RECENT_TIMES_NOT_KEPT}


def test_two_rows_of_a_couple_are_one_booking_in_one_episode_with_a_record_for_each(record: Record) -> None:
    """REST names the episode of a couple, so only files have to bring it together."""
    if record.way in (by_upsert, by_batch):
        assert record.episodes("rivers-a") != record.episodes("rivers-b")
    else:
        assert record.episodes("rivers-a") == record.episodes("rivers-b")
        assert {(visit.start, visit.status) for visit in record.known("rivers-a")} == {
            (at(-9), ATTENDED),
            (at(-9), NO_SHOW),
        }
        assert len({visit.participant for visit in record.known("rivers-a")}) == 2


def test_members_of_a_group_each_have_an_episode_of_their_own(record: Record) -> None:
    assert set(record.episodes("circle-a")).isdisjoint(record.episodes("circle-b"))
    assert record.visits("circle-a") == [(at(-9), ATTENDED)]
    assert record.visits("circle-b") == [(at(-9), NO_SHOW)]


def test_what_claims_to_be_known_in_the_future_is_refused_by_rest(shared_house: House) -> None:
    house = shared_house
    _send_client(house, "ana")
    told = _wire(Told("a", "ana", at(-1))) | {"status_known_at": at(0, 1).isoformat()}
    answer = house.api(house.lead).put("/v1/appointments/by-external-id/native/a", json=told)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/status_known_at")
    items = [{**told, "source": "native", "external_id": "a"}, {**_wire(Told("b", "ana", at(-1))), "source": "native"}]
    items[1]["external_id"] = "b"
    results = house.api(house.lead).post("/v1/appointments/batch", json={"items": items}).json()["results"]
    assert [(one["outcome"], one["code"]) for one in results] == [("rejected", "known_in_future"), ("created", None)]


def test_what_a_file_claims_to_know_from_the_future_is_not_believed_before(shared_house: House) -> None:
    house = shared_house
    row = files.event("a", "ana", at(-1), "attended", at(3))
    files.take_in(house, files.appointments([files.event("a", "ana", at(-1), "booked"), row]))
    record = Record(house, by_native_file)
    assert record.visits("ana") == [(at(-1), BOOKED)]
    assert record.visits("ana", as_of=at(4)) == [(at(-1), ATTENDED)]
    cells = {
        "Who": "bea",
        "With": "kim",
        "No": "b",
        "When": "03.03.2026 10:00",
        "What": "Came",
        "Entered": "09.03.2026 10:00",
    }
    columns = (*cells, "Instead of", "Ill", "By", "Group", "Form")
    files.take_in(house, files.text(columns, [cells], delimiter=";"), mapping=MAPPING)
    assert [visit.known for visit in record.known("bea")] == [house.now]


def _send_clients(house: House, told: list[Told]) -> None:
    for client in dict.fromkeys(one.client for one in told):
        _send_client(house, client)


def _send_client(house: House, client: str) -> None:
    path = f"/v1/clients/by-external-id/native/{client}"
    assert house.api(house.lead).put(path, json={"name": client, "time_zone": ZONE}).status_code in (200, 201)


def _wire(one: Told) -> dict[str, object]:
    return {
        "client_external_id": one.client,
        "starts_at": one.starts.isoformat(),
        "status": one.status,
        "status_known_at": one.known_at.isoformat(),
        "initiator": one.initiator,
        "excused": one.excused,
        "rescheduled_from": one.replaces,
        "format": one.format,
    }
