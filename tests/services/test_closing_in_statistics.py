"""What people record of a closing session, by the use cases, and what the year's counts make of it."""

from typing import Any

import pytest

from api.domain.periods import Period, window
from api.services import clients, closing_sessions
from api.store import statistics as statistics_store
from schemas.vocabulary import Figure
from schemas.wire.closing_sessions import ClosingStepIn
from tests.services import erasing, records
from tests.support import notes
from tests.support.house import Case, House

LEFT = {name: value for name, value in notes.TALKED.items() if name != "closing_session"}
STEPS = (Figure.AT_RISK, Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD)


@pytest.fixture
def case(shared_house: House) -> Case:
    return records.weekly(shared_house, shared_house.clinician, last=3)


def say(house: House, case: Case, step: str) -> None:
    house.wait(minutes=1)
    with house.work(house.clinician) as work:
        closing_sessions.record(work, case.episode_id, ClosingStepIn.model_validate({"step": step}))


def end(house: House, case: Case, **more: Any) -> None:  # noqa: ANN401  # any part of a note
    notes.sign(house, house.clinician, notes.draft(house, house.clinician, case, **{**LEFT, **more}))


def counted(house: House) -> tuple[int, ...]:
    year = window(Period(house.now.year, house.now.year), "UTC")
    with house.rows() as work:
        found = statistics_store.counts(work.session, year, zone_name="UTC")
    return tuple(found.of(figure) for figure in STEPS)


def test_from_the_offer_to_the_day_it_was_held(shared_house: House, case: Case) -> None:
    say(shared_house, case, "offered")
    say(shared_house, case, "accepted")
    assert counted(shared_house) == (1, 0, 0, 0)  # the work goes on
    end(shared_house, case)
    assert counted(shared_house) == (1, 1, 1, 0)
    say(shared_house, case, "held")
    assert counted(shared_house) == (1, 1, 1, 1)


@pytest.mark.parametrize(("says", "steps"), [("declined", (1, 0, 0)), ("held", (1, 1, 1)), ("not_offered", (0, 0, 0))])
def test_the_notes_own_word_counts_where_nobody_recorded_a_step(
    shared_house: House, case: Case, says: str, steps: tuple[int, ...]
) -> None:
    end(shared_house, case, closing_session=says)
    assert counted(shared_house) == (1, *steps)


@pytest.mark.parametrize("by_steps", [True, False])
def test_of_a_double_and_of_an_erased_client_what_stays_on_record_counts_once(
    shared_house: House, case: Case, by_steps: bool
) -> None:
    house = shared_house
    if by_steps:
        say(house, case, "held")
    end(house, case, **({} if by_steps else {"closing_session": "held"}))
    other = house.client("Ana, spelt otherwise", house.clinician)
    with house.work(house.founder) as work:
        clients.merge(work, other.client_id, case.client_id)
    assert counted(house) == (1, 1, 1, 1)
    erasing.ended(house, other.episode_id)
    erasing.erase(house, other.client_id)
    assert counted(house) == (1, 1, 1, 1)
