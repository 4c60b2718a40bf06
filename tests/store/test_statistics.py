"""Counting in the database, on both engines, against a second computation that shares no code with it."""

import random
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.definitions import Ending
from api.domain.periods import Period, window
from api.store import endings, tenancy
from api.store import statistics as statistics_store
from schemas.tables import Client, Episode, EpisodeParticipant
from schemas.vocabulary import AppointmentStatus, EndingKind, Figure
from tests.domain.courses import YEAR, at, came, course, ended, missed, time, wrote
from tests.domain.test_definitions_slowly import as_course, random_client, slowly
from tests.support.house import House
from tests.support.years import remember, remember_course, remember_leaving

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


@pytest.mark.parametrize(("signed", "counts"), [("2026-03-31", True), ("2026-04-01", False)])
def test_an_ending_that_is_dated_back_counts_if_it_was_signed_by_the_cut_off(
    both_houses: House, signed: str, counts: bool
) -> None:
    with both_houses.rows() as work:
        ids = remember(work, [[], []])
        for client_id, how in zip(ids, (EndingKind.AGREED, EndingKind.CLIENT_DIED), strict=True):
            episode_id = remember_course(work, course(came("2025-05-06")), [client_id])
            endings.end_part(work.session, episode_id, [client_id], how, at=at("2025-05-20"), now=at(signed))
    with both_houses.rows() as work:
        found = statistics_store.counts(work.session, YEAR, zone_name="UTC")
    assert (found.of(Figure.AT_RISK), found.of(Figure.AGREED_ENDING)) == ((1, 1) if counts else (2, 0))


@pytest.mark.parametrize("how", [EndingKind.AGREED, EndingKind.TRANSFERRED])
def test_of_a_couple_each_counts_by_their_own_ending(both_houses: House, how: EndingKind) -> None:
    together = ended(course(came("2025-05-06")), EndingKind.WITHOUT_CONVERSATION, "2025-08-20")
    with both_houses.rows() as work:
        ids = remember(work, [[], []])
        episode_id = remember_course(work, together, ids)
        remember_leaving(work, episode_id, ids[0], Ending(how, at("2025-05-20"), at("2025-05-21")))
    with both_houses.rows() as work:
        counts = statistics_store.counts(work.session, YEAR, zone_name="UTC")
    agreed = how is EndingKind.AGREED
    assert (counts.of(Figure.AT_RISK), counts.of(Figure.AGREED_ENDING)) == (1 + agreed, agreed)
    assert (counts.of(Figure.CLINICIAN_JUDGED), counts.of(Figure.UNILATERAL)) == (1, 1)


def test_an_own_ending_of_somebody_who_stayed_to_the_end_counts_when_the_work_ended(both_houses: House) -> None:
    together = ended(course(came("2025-05-06")), EndingKind.WITHOUT_CONVERSATION, "2025-08-20")
    with both_houses.rows() as work:
        ids = remember(work, [[], []])
        remember_course(work, together, ids)
        theirs = sa.update(EpisodeParticipant).where(col(EpisodeParticipant.client_id) == ids[0])
        work.session.execute(theirs.values(ending=EndingKind.AGREED, ending_known_at=at("2025-09-01")))
    with both_houses.rows() as work:
        counts = statistics_store.counts(work.session, YEAR, zone_name="UTC")
    assert (counts.of(Figure.AGREED_ENDING), counts.of(Figure.CLINICIAN_JUDGED)) == (1, 1)


def test_what_a_former_version_wrote_without_saying_when_it_was_known_counts_by_its_date(both_houses: House) -> None:
    """Two versions may run side by side while one is replaced."""
    with both_houses.rows() as work:
        remember(
            work,
            [
                [ended(course(came("2025-05-06")), EndingKind.AGREED, "2025-08-20", known="2026-06-01")],
                [course(came("2025-05-06"), died="2025-08-20", death_known="2026-06-01")],
            ],
        )
    for expected in ((2, 0), (1, 1)):
        with both_houses.rows() as work:
            counts = statistics_store.counts(work.session, YEAR, zone_name="UTC")
            assert (counts.of(Figure.AT_RISK), counts.of(Figure.AGREED_ENDING)) == expected
            work.session.execute(sa.update(Episode).values(ending_known_at=None))
            work.session.execute(sa.update(Client).values(death_known_at=None))


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


def test_a_client_who_came_back_counts_once_by_the_work_that_goes_on(both_houses: House) -> None:
    """The new episode is linked to the old: neither figure counts the same person twice."""
    first = ended(course(came("2025-02-04"), came("2025-02-11")), EndingKind.AGREED, "2025-02-11")
    again = course(came("2025-06-03"), came("2025-06-10"), key="b")
    with both_houses.rows() as work:
        remember(work, [[first, again]])
        one, other = work.session.scalars(sa.select(Episode).order_by(col(Episode.id))).all()
        other.previous_episode_id = one.id
    with both_houses.rows() as work:
        counts = statistics_store.counts(work.session, YEAR, zone_name="UTC")
    assert counts.of(Figure.AT_RISK) == 1
    assert max(counts.of(figure) for figure in Figure) == 1
