"""Counting in the database, on both engines, against a second computation that shares no code with it."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from api.domain.periods import Period, window
from api.store import statistics as statistics_store
from api.store import tenancy
from schemas.vocabulary import AppointmentStatus, Figure
from tests.domain.courses import YEAR, at, came, course, missed, time, wrote
from tests.domain.test_definitions_slowly import as_course, random_client, slowly
from tests.support.house import House
from tests.support.years import remember, remember_course

IN_UTC = window(Period(2025, 2025), "UTC")


def test_the_database_counts_what_a_slow_walk_through_all_facts_counts(both_houses: House) -> None:
    """More clients than are read at once."""
    chance = random.Random(7)  # noqa: S311  # a seeded sample
    clients = [random_client(chance) for _ in range(230)]
    expected = Counter(figure for episodes, died in clients for figure in slowly(episodes, died))
    with both_houses.rows() as work:
        remember(
            work,
            [
                # Keys come from the database here and in the order of writing, so the last of two stays the last.
                [as_course(one, number, died) for number, one in enumerate(episodes)]
                for episodes, died in clients
            ],
        )
    with both_houses.rows() as work:
        counts = statistics_store.counts(work.session, IN_UTC, zone_name="UTC")
    assert {str(figure): counts.of(figure) for figure in Figure} == {str(one): expected[str(one)] for one in Figure}
    assert min(expected[str(one)] for one in Figure) >= 3
    assert expected["at_risk"] > 100


def test_whoever_sees_no_caseload_counts_everybody_and_sees_as_little_as_before(both_houses: House) -> None:
    with both_houses.rows() as work:
        remember(work, [[course(came("2025-05-06"))], [course(came("2025-05-06"), missed("2025-05-13"))]])
    with both_houses.work(both_houses.admin) as work:
        before = tenancy.scope_of(work.session)
        assert statistics_store.counts(work.session, YEAR, zone_name="UTC").of(Figure.AT_RISK) == 2
        assert tenancy.scope_of(work.session) == before


def test_another_practice_is_not_counted(both_houses: House) -> None:
    next_door = both_houses.found("Next door")
    with both_houses.rows(next_door) as work:
        remember(work, [[course(came("2025-05-06"))]])
        assert statistics_store.first_start(work.session) == at("2025-05-06")
    with both_houses.rows() as work:
        assert statistics_store.counts(work.session, YEAR, zone_name="UTC").of(Figure.AT_RISK) == 0
        assert statistics_store.first_start(work.session) is None


@pytest.mark.parametrize("whose", [0, 1])
def test_of_a_couple_the_word_of_one_is_no_sign_of_life_of_the_other(both_houses: House, whose: int) -> None:
    with both_houses.rows() as work:
        ids = remember(work, [[], []])
        told = course(came("2025-05-06"), missed("2025-05-13"), wrote("2025-05-20"))
        remember_course(work, told, ids, whose=ids[whose])
    with both_houses.rows() as work:
        counts = statistics_store.counts(work.session, YEAR, zone_name="UTC")
    assert (counts.of(Figure.AT_RISK), counts.of(Figure.MISSED_LAST)) == (2, 1)


def test_a_time_that_was_moved_out_of_the_year_after_the_cut_off_still_counts_in_it(both_houses: House) -> None:
    one = time("2025-12-16", AppointmentStatus.ATTENDED)
    late = replace(
        one.events[-1], status=AppointmentStatus.BOOKED, starts_at=at("2026-06-02"), known_at=at("2026-05-01")
    )
    with both_houses.rows() as work:
        remember(work, [[course(replace(one, events=(*one.events, late)))]])
    with both_houses.rows() as work:
        assert statistics_store.counts(work.session, YEAR, zone_name="UTC").of(Figure.AT_RISK) == 1


def test_an_episode_whose_zone_is_unknown_is_counted_on_the_practice_s_clock(both_houses: House) -> None:
    one = course(came("2025-05-06"))
    with both_houses.rows() as work:
        remember(work, [[replace(one, history=replace(one.history, time_zone="Nowhere/Land"))]])
    with both_houses.rows() as work:
        assert statistics_store.counts(work.session, YEAR, zone_name="UTC").of(Figure.AT_RISK) == 1
