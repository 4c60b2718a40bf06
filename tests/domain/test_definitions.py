"""Each definition by itself, case by case, for the year 2025 with facts known by 31 March 2026."""

from dataclasses import replace

import pytest

from api.domain.definitions import DEFINITIONS, Counts, figures_of, tally
from api.domain.periods import Period, window
from schemas.vocabulary import AppointmentStatus, EndingKind, EpisodeKind, Figure, Initiator
from tests.domain.courses import (
    YEAR,
    away,
    booked,
    came,
    course,
    ended,
    figures,
    left,
    missed,
    time,
    was_written_to,
    wrote,
)

D0, D1, D2, D3, D4, D5 = (one.figure for one in DEFINITIONS[:6])
BEFORE = came("2024-11-05")  # makes the work one that did not begin in the year


def test_a_client_with_an_attended_session_in_the_year_is_at_risk() -> None:
    assert Figure.AT_RISK in figures(course(came("2025-01-01")))
    assert Figure.AT_RISK in figures(course(came("2025-12-31")))


@pytest.mark.parametrize(
    "one",
    [
        course(),
        course(missed("2025-05-06")),
        course(booked("2025-05-06")),
        course(came("2024-12-31")),
        course(came("2026-01-01")),
        course(came("2025-12-30", known="2026-04-02")),
    ],
    ids=["nothing", "not kept", "not recorded", "the year before", "the year after", "learned after the cut-off"],
)
def test_without_a_known_session_in_the_year_nobody_is_at_risk(one: object) -> None:
    assert figures(one) == set()  # type: ignore[arg-type]  # a course


def test_what_was_learned_on_the_last_day_of_the_cut_off_counts() -> None:
    assert Figure.AT_RISK in figures(course(came("2025-12-30", known="2026-03-31")))


def test_the_year_is_one_of_the_practice_s_clock() -> None:
    new_year_in_madrid = course(time("2026-01-01", AppointmentStatus.ATTENDED))
    new_year_in_madrid = replace(
        new_year_in_madrid,
        history=replace(
            new_year_in_madrid.history,
            appointments=tuple(
                replace(one, events=tuple(replace(event, starts_at=YEAR.end) for event in one.events))
                for one in new_year_in_madrid.history.appointments
            ),
        ),
    )
    assert figures(new_year_in_madrid) == set()
    assert figures_of([new_year_in_madrid], window(Period(2025, 2025), "UTC")) != frozenset()


def test_consultations_transfers_and_clients_who_died_are_left_out() -> None:
    one = course(came("2025-05-06"))
    consultation = replace(one, history=replace(one.history, kind=EpisodeKind.CONSULTATION))
    assert figures(consultation) == set()
    assert figures(ended(one, EndingKind.TRANSFERRED, "2025-06-01")) == set()
    assert figures(ended(one, EndingKind.TRANSFERRED, "2026-03-31")) == set()
    assert figures(ended(one, EndingKind.CLIENT_DIED, "2025-06-01")) == set()
    assert figures(course(came("2025-05-06"), died="2026-03-31")) == set()


def test_what_happened_after_the_cut_off_leaves_nobody_out() -> None:
    assert Figure.AT_RISK in figures(ended(course(came("2025-05-06")), EndingKind.TRANSFERRED, "2026-04-01"))
    assert Figure.AT_RISK in figures(course(came("2025-05-06"), died="2026-04-01"))


def test_a_client_counts_once_by_the_last_episode() -> None:
    first = ended(course(came("2025-02-04"), key="b"), EndingKind.WITHOUT_CONVERSATION, "2025-05-01")
    last = ended(course(came("2025-09-02"), key="a"), EndingKind.AGREED, "2025-09-20")
    assert D3 not in figures(first, last)
    assert D0 in figures(last, first)
    counts = tally([figures_of([first, last], YEAR)])
    assert counts.of(Figure.AT_RISK) == 1


def test_a_transferred_episode_leaves_the_one_before_it_as_the_last() -> None:
    first = ended(course(came("2025-02-04"), key="b"), EndingKind.WITHOUT_CONVERSATION, "2025-05-01")
    moved = ended(course(came("2025-09-02"), key="a"), EndingKind.TRANSFERRED, "2025-09-20")
    assert D3 in figures(first, moved)


def test_of_a_couple_each_counts_by_what_they_came_to() -> None:
    together = course(came("2025-02-04"), came("2025-02-11", whose="bo"))
    both = {one: figures_of([replace(together, client=one)], YEAR) for one in ("ana", "bo")}
    assert D5 in both["ana"]
    assert D4 in both["ana"]
    assert D4 not in both["bo"]


class TestWhatWasOnRecordByTheCutOff:
    def test_an_ending_that_was_signed_after_it_is_none_whatever_its_date(self) -> None:
        one = course(came("2025-05-06"))
        for known, counts in (("2026-03-31", True), ("2026-04-01", False)):
            agreed = figures(ended(one, EndingKind.AGREED, "2025-05-20", known=known))
            assert (D0 in agreed, D2 in agreed, D4 in agreed) == (counts, not counts, not counts)
            silent = figures(ended(one, EndingKind.WITHOUT_CONVERSATION, "2025-08-20", known=known))
            assert (D3 in silent) == counts
            moved = figures(ended(one, EndingKind.TRANSFERRED, "2025-06-01", known=known))
            assert (moved == set()) == counts

    def test_a_death_that_was_told_after_it_leaves_nobody_out(self) -> None:
        assert figures(course(came("2025-05-06"), died="2025-06-01", death_known="2026-03-31")) == set()
        assert Figure.AT_RISK in figures(course(came("2025-05-06"), died="2025-06-01", death_known="2026-04-01"))


class TestOfACouple:
    TOGETHER = ended(course(came("2025-02-04"), came("2025-05-06")), EndingKind.WITHOUT_CONVERSATION, "2025-08-20")

    def test_one_may_have_said_goodbye_and_the_other_not(self) -> None:
        ana = figures(left(self.TOGETHER, EndingKind.AGREED, "2025-05-20"))
        assert (D0 in ana, D2 in ana, D3 in ana) == (True, False, False)
        bo = figures(self.TOGETHER)
        assert (D0 in bo, D2 in bo, D3 in bo) == (False, True, True)

    def test_one_who_was_transferred_is_left_out_and_the_other_is_not(self) -> None:
        assert figures(left(self.TOGETHER, EndingKind.TRANSFERRED, "2025-05-20")) == set()
        assert Figure.AT_RISK in figures(self.TOGETHER)

    def test_what_the_other_came_to_alone_is_not_counted_for_whoever_left(self) -> None:
        gone = left(course(came("2024-11-05"), came("2025-05-06")), EndingKind.AGREED, "2024-12-10")
        assert figures(gone) == set()
        assert D0 in figures(left(self.TOGETHER, EndingKind.AGREED, "2025-05-06"))
        once_more = left(course(came("2024-11-05"), came("2025-05-06", whose="ana")), EndingKind.AGREED, "2024-12-10")
        assert Figure.AT_RISK in figures(once_more)

    def test_until_leaving_was_on_record_the_work_went_on_for_both(self) -> None:
        late = left(course(came("2025-02-04"), came("2025-05-06")), EndingKind.AGREED, "2025-02-10", known="2026-04-01")
        assert figures(late) == figures(course(came("2025-02-04"), came("2025-05-06")))

    def test_an_own_ending_that_was_written_down_too_late_leaves_the_one_of_the_work(self) -> None:
        assert D3 in figures(left(self.TOGETHER, EndingKind.AGREED, "2025-08-20", known="2026-04-01"))

    def test_that_somebody_left_does_not_say_how(self) -> None:
        found = figures(left(course(came("2025-05-06")), None, "2025-05-20"))
        assert D2 in found
        assert found.isdisjoint({D0, D3})


class TestAgreedEnding:
    @pytest.mark.parametrize("how", list(EndingKind))
    def test_only_endings_that_both_knew_of(self, how: EndingKind) -> None:
        found = figures(ended(course(came("2025-05-06")), how, "2025-05-20"))
        assert (D0 in found) == (how in {EndingKind.AGREED, EndingKind.CLIENT_TOLD_US})

    @pytest.mark.parametrize(("day", "counts"), [("2024-12-31", False), ("2025-01-01", True), ("2025-12-31", True), ("2026-01-01", False)])  # fmt: skip
    def test_dated_in_the_year(self, day: str, counts: bool) -> None:
        assert (D0 in figures(ended(course(came("2025-05-06")), EndingKind.AGREED, day))) == counts


class TestMissedLast:
    def test_the_last_time_was_not_kept(self) -> None:
        assert D1 in figures(course(came("2025-05-06"), missed("2025-05-13")))
        assert D1 not in figures(course(came("2025-05-06"), missed("2025-05-13"), came("2025-05-20")))
        assert D1 not in figures(course(came("2025-05-06")))

    @pytest.mark.parametrize("status", [AppointmentStatus.LATE_CANCELLED, AppointmentStatus.CANCELLED])
    def test_nor_was_a_time_that_the_client_gave_back(self, status: AppointmentStatus) -> None:
        assert D1 in figures(course(came("2025-05-06"), time("2025-05-13", status, by=Initiator.CLIENT)))

    @pytest.mark.parametrize("by", [Initiator.CLINICIAN, Initiator.PRACTICE])
    def test_what_we_cancelled_or_excused_was_not_due(self, by: Initiator) -> None:
        ours = time("2025-05-20", AppointmentStatus.CANCELLED, by=by)
        assert D1 not in figures(course(came("2025-05-06"), ours))
        assert D1 in figures(course(came("2025-05-06"), missed("2025-05-13"), ours))
        assert D1 not in figures(course(came("2025-05-06"), missed("2025-05-13", excused=True)))

    def test_a_time_that_nobody_recorded_is_neither_kept_nor_missed(self) -> None:
        assert D1 not in figures(course(came("2025-05-06"), missed("2025-05-13"), booked("2025-05-20")))

    def test_not_if_something_was_booked_after_it_even_in_the_next_year(self) -> None:
        assert D1 not in figures(course(came("2025-12-02"), missed("2025-12-09"), booked("2026-02-03")))
        given_back = time("2026-02-03", AppointmentStatus.CANCELLED, by=Initiator.CLIENT)
        assert D1 in figures(course(came("2025-12-02"), missed("2025-12-09"), given_back))

    def test_not_with_a_sign_of_life_within_30_days(self) -> None:
        one = (came("2025-05-06"), missed("2025-05-13"))
        assert D1 not in figures(course(*one, wrote("2025-06-12")))
        assert D1 in figures(course(*one, wrote("2025-06-13")))
        assert D1 in figures(course(*one, wrote("2025-05-12")))
        assert D1 in figures(course(*one, wrote("2025-05-20", automated=True)))
        assert D1 in figures(course(*one, was_written_to("2025-05-20")))
        assert D1 in figures(course(*one, wrote("2025-05-20", known="2026-04-02")))


class TestUnilateral:
    def test_no_session_for_60_days_after_the_last_one_in_the_year(self) -> None:
        assert D2 in figures(course(came("2025-05-06")))
        assert D2 in figures(course(came("2025-12-31")))
        assert D2 not in figures(course(came("2025-12-31"), came("2026-03-01")))
        assert D2 in figures(course(came("2025-12-31"), came("2026-03-02")))
        assert D2 in figures(course(came("2025-12-31"), came("2026-01-07", known="2026-04-02")))

    @pytest.mark.parametrize("day", ["2025-05-20", "2026-01-10"])
    def test_whoever_said_goodbye_did_not_leave_without_a_word_whatever_the_year(self, day: str) -> None:
        assert D2 not in figures(ended(course(came("2025-12-09")), EndingKind.CLIENT_TOLD_US, day))

    @pytest.mark.parametrize(
        "how", [EndingKind.CLINICIAN_DECIDED, EndingKind.WITHOUT_CONVERSATION, EndingKind.ADMINISTRATIVE]
    )
    def test_other_endings_change_nothing(self, how: EndingKind) -> None:
        assert D2 in figures(ended(course(came("2025-05-06")), how, "2025-08-01"))

    def test_an_absence_that_is_running_when_the_60_days_are_over_explains_the_silence(self) -> None:
        assert D2 not in figures(course(came("2025-05-06"), away("2025-06-01", None)))
        assert D2 not in figures(course(came("2025-05-06"), away("2025-07-05", "2025-07-05")))
        assert D2 in figures(course(came("2025-05-06"), away("2025-05-20", "2025-07-04")))
        assert D2 in figures(course(came("2025-05-06"), away("2025-07-06", None)))
        assert D2 in figures(course(came("2025-05-06"), away("2025-06-01", None, known="2026-04-02")))


class TestClinicianJudged:
    @pytest.mark.parametrize(("day", "counts"), [("2024-12-31", False), ("2025-05-20", True), ("2026-01-01", False)])
    def test_closed_in_the_year_as_ended_without_a_conversation(self, day: str, counts: bool) -> None:
        assert (D3 in figures(ended(course(came("2025-05-06")), EndingKind.WITHOUT_CONVERSATION, day))) == counts
        assert D3 not in figures(ended(course(came("2025-05-06")), EndingKind.ADMINISTRATIVE, day))


class TestIntakeOnly:
    def test_no_session_within_90_days_after_the_first(self) -> None:
        assert D4 in figures(course(came("2025-05-06")))
        assert D4 not in figures(course(came("2025-05-06"), came("2025-08-04")))
        assert D4 in figures(course(came("2025-05-06"), came("2025-08-05")))

    def test_only_of_those_whose_first_session_was_in_the_year(self) -> None:
        found = figures(course(BEFORE, came("2025-05-06")))
        assert found.isdisjoint({D4, D5, Figure.BEGUN, Figure.BEGUN_180_DAYS})

    def test_not_of_whoever_said_goodbye(self) -> None:
        assert D4 not in figures(ended(course(came("2025-05-06")), EndingKind.AGREED, "2025-05-20"))


class TestBelowFourSessions:
    def test_fewer_than_four_within_180_days_the_first_included(self) -> None:
        days = ("2025-03-04", "2025-03-11", "2025-03-18")
        assert D5 in figures(course(*map(came, days)))
        assert D5 not in figures(course(*map(came, (*days, "2025-08-31"))))
        assert D5 in figures(course(*map(came, (*days, "2025-09-01"))))

    def test_those_who_were_not_followed_for_180_days_by_the_cut_off_are_left_out(self) -> None:
        long_enough = figures(course(came("2025-10-02")))
        assert {Figure.BEGUN_180_DAYS, D5} <= long_enough
        too_short = figures(course(came("2025-10-04")))
        assert Figure.BEGUN in too_short
        assert too_short.isdisjoint({Figure.BEGUN_180_DAYS, D5})

    def test_also_of_whoever_said_goodbye(self) -> None:
        assert D5 in figures(ended(course(came("2025-05-06")), EndingKind.AGREED, "2025-05-20"))


def test_each_definition_has_its_version_and_says_what_it_counts() -> None:
    assert [one.label for one in DEFINITIONS] == ["D0", "D1", "D2", "D3", "D4", "D5", "C1", "C2", "C3"]
    assert {one.version for one in DEFINITIONS} == {1}
    assert all(one.says.endswith(".") for one in DEFINITIONS)


def test_counts_do_not_show_themselves() -> None:
    counts = Counts()
    counts.add({Figure.AT_RISK})
    assert "1" not in repr(counts)
    assert "at_risk" not in str(counts)
