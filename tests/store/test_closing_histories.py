"""Closing sessions in the yearly counts: what of the rows counts, and by when."""

import pytest
import sqlalchemy as sa

from api.domain.closing_figures import Closing
from api.domain.definitions import Course
from api.store import statistics as statistics_store
from schemas.tables import ClosingRecord
from schemas.vocabulary import EndingKind, Figure
from tests.domain.courses import YEAR, at, came, closing, course, ended, offered_in_message, said
from tests.support.closings import came_back, remember_closing
from tests.support.house import House
from tests.support.years import remember, remember_course

WORK = ended(course(came("2025-05-06")), EndingKind.CLIENT_TOLD_US, "2025-06-10")


def steps(house: House) -> tuple[int, int, int]:
    with house.rows() as work:
        found = statistics_store.counts(work.session, YEAR, zone_name="UTC")
    return (
        found.of(Figure.CLOSING_OFFERED),
        found.of(Figure.CLOSING_ACCEPTED),
        found.of(Figure.CLOSING_HELD),
    )


def told(house: House, *courses: Course) -> tuple[int, int, int]:
    with house.rows() as work:
        remember(work, [[one] for one in courses])
    return steps(house)


def test_each_step_is_counted_with_its_messages_times_and_notes(both_houses: House) -> None:
    time = came("2025-06-03")
    held = ended(course(came("2025-05-06"), time), EndingKind.AGREED, "2025-06-10")
    assert told(
        both_houses,
        WORK,
        closing(WORK, offered_in_message("2025-05-20", went="2025-05-21")),
        closing(WORK, offered_in_message("2025-05-20", went=None)),
        closing(WORK, said("offered", "2025-05-20"), said("accepted", "2025-05-22")),
        closing(held, said("booked", "2025-05-20", tied=time)),
        closing(WORK, note="held"),
        closing(WORK, said("offered", "2025-05-20", known="2026-04-01"), note="declined"),
    ) == (5, 3, 2)


@pytest.mark.parametrize(("when", "counts"), [("2026-03-30", 0), ("2026-04-01", 1)])
def test_what_was_taken_back_by_the_cut_off_counts_no_more(shared_house: House, when: str, counts: int) -> None:
    told(shared_house, closing(WORK, said("offered", "2025-05-20")))
    with shared_house.rows() as work:
        work.session.execute(sa.update(ClosingRecord).values(withdrawn_at=at(when)))
    assert steps(shared_house) == (counts, 0, 0)


@pytest.mark.parametrize(("when", "counts"), [("2026-03-30", 0), ("2026-04-01", 1)])
def test_a_message_that_came_back_after_the_cut_off_had_gone_by_then(
    shared_house: House, when: str, counts: int
) -> None:
    told(shared_house, closing(WORK, offered_in_message("2025-05-20", went="2025-05-21")))
    with shared_house.rows() as work:
        came_back(work, at(when))
    assert steps(shared_house) == (counts, 0, 0)


def test_of_two_who_came_together_each_counts_by_their_own_steps(shared_house: House) -> None:
    with shared_house.rows() as work:
        ids = remember(work, [[], []])
        episode_id = remember_course(work, WORK, ids)
        for client_id, step in zip(ids, ("declined", "held"), strict=True):
            remember_closing(work, episode_id, client_id, Closing((said(step, "2025-05-20"),)))
    assert steps(shared_house) == (2, 1, 1)


def test_of_work_that_goes_on_or_ended_in_another_year_none_is_counted(shared_house: House) -> None:
    held = said("held", "2025-05-20")
    later = ended(course(came("2025-05-06")), EndingKind.AGREED, "2026-01-10")
    assert told(shared_house, closing(course(came("2025-05-06")), held), closing(later, held)) == (0, 0, 0)
