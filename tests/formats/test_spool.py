"""What is put down on disk comes back as it was, each client whole, whatever the order of the rows."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain.facts import AbsenceFact, AgreementFact, AppointmentFact, ClientFact, ContactFact, LeaveFact, ScoreFact
from api.domain.history import History, StatusEvent
from api.formats import spool
from api.formats.native_folder import histories_of
from api.formats.native_record import OfClient, Record, take
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    EpisodeFormat,
    Initiator,
)

_T0 = datetime(2025, 3, 3, 9, tzinfo=UTC)
_keys = st.sampled_from(["C1", "C2", "Žofie N. ", "a=b;\\"])
_clinicians = st.sampled_from(["K1", "K2"])
_instants = st.integers(0, 60).map(lambda days: _T0 + timedelta(days=days)) | st.timedeltas(
    timedelta(days=-12_000), timedelta(days=27_000)
).map(lambda away: _T0 + away)
_days = st.integers(0, 90).map(lambda days: date(2025, 3, 1) + timedelta(days=days))
_zones = st.sampled_from(["Europe/Berlin", "America/New_York"])
_cadences = st.none() | st.floats(0.001, 366)
_events = st.builds(
    StatusEvent,
    st.sampled_from(AppointmentStatus),
    _instants,
    _instants,
    st.none() | st.sampled_from(Initiator),
    st.booleans(),
)
_appointments = st.builds(
    AppointmentFact,
    line=st.just(0),
    client_key=_keys,
    appointment_key=st.sampled_from(["A1", "A2", "A3"]),
    events=_events.map(lambda one: (one,)),
    clinician_key=st.none() | _clinicians,
    format=st.sampled_from(EpisodeFormat),
    duration_minutes=st.sampled_from([25, 50, 90]),
    rescheduled_from_key=st.none() | st.sampled_from(["A1", "A9"]),
    time_zone=st.none() | _zones,
    standing=st.booleans(),
)
_others = (
    st.builds(
        ContactFact,
        st.just(0),
        _keys,
        _instants,
        st.sampled_from(ContactDirection),
        st.sampled_from(Channel),
        st.booleans(),
    )
    | st.builds(AbsenceFact, st.just(0), _keys, st.sampled_from(AbsenceKind), _days, st.none() | _days, _instants)
    | st.builds(
        AgreementFact, st.just(0), _keys, st.sampled_from(AgreementKind), _days, st.none() | _days, _instants, _cadences
    )
    | st.builds(
        ScoreFact,
        st.just(0),
        _keys,
        st.sampled_from(["PHQ-9", "Mood. 1/2"]),
        st.floats(-1000, 1000),
        st.booleans(),
        _instants,
        _instants,
        st.none() | st.integers(0, 3),
    )
    | st.builds(
        ClientFact,
        st.just(0),
        _keys,
        st.none() | _clinicians,
        st.none(),
        st.none() | _zones,
        st.sampled_from(EpisodeFormat),
        _cadences,
        st.none() | _instants,
    )
)
_facts = st.lists(_appointments | _others, max_size=25)
_LEAVE = {
    "K1": [LeaveFact(2, "K1", date(2025, 3, 10), date(2025, 3, 20), _T0)],
    "K2": [LeaveFact(3, "K2", date(2025, 4, 1), None, _T0), LeaveFact(4, "K2", date(2025, 4, 1), None, _T0)],
}


def _in_memory(facts: Sequence[OfClient]) -> dict[str, History]:
    records: dict[str, Record] = {}
    for fact in facts:
        take(fact, records)
    return dict(histories_of(records, _LEAVE, "UTC"))


def _on_disk(facts: Sequence[OfClient], parts: int) -> list[dict[str, History]]:
    with TemporaryDirectory() as directory:
        assert spool.put_down(facts, Path(directory), parts) == len(facts)
        return [
            {key: history for key, _, history in spool.gathered(Path(directory), number, _LEAVE, "UTC")}
            for number in range(parts)
        ]


@given(_facts, st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_what_was_put_down_comes_back_each_client_in_one_part(facts: list[OfClient], parts: int) -> None:
    found = _on_disk(facts, parts)
    together: dict[str, History] = {}
    for part in found:
        assert together.keys().isdisjoint(part)
        assert list(part) == sorted(part)
        together |= part
    assert together == _in_memory(facts)


@given(_facts, st.randoms(use_true_random=False), st.data())
@settings(max_examples=120, deadline=None)
def test_neither_the_order_of_rows_nor_their_repetition_changes_a_history(
    facts: list[OfClient], chance: random.Random, data: st.DataObject
) -> None:
    again = [*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=8))] if facts else []
    chance.shuffle(again)
    assert _in_memory(again) == _in_memory(facts)


@pytest.mark.parametrize(
    ("size", "parts"), [(0, 1), (spool.PART_BYTES - 1, 1), (spool.PART_BYTES, 2), (10**12, spool.MOST_PARTS)]
)
def test_a_practice_is_put_down_in_parts_of_a_size_and_never_in_too_many_files(size: int, parts: int) -> None:
    assert spool.parts_for(size) == parts
