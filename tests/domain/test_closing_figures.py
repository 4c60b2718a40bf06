"""C1 to C3, case by case, for the year 2025 with facts known by 31 March 2026."""

from dataclasses import replace

import pytest

from api.domain.closing_figures import Said
from api.domain.definitions import Course, figures_of
from api.domain.history import Appointment, StatusEvent
from schemas.vocabulary import AppointmentStatus, ClosingSession, EndingKind, EpisodeKind, Figure
from tests.domain.courses import YEAR, at, came, closing, course, ended, figures, left, missed, offered_in_message, said

STEPS = (Figure.CLOSING_OFFERED, Figure.CLOSING_ACCEPTED, Figure.CLOSING_HELD)
WORK = ended(course(came("2025-05-06")), EndingKind.AGREED, "2025-06-10")
OFFERED, ACCEPTED = said("offered", "2025-05-20"), said("accepted", "2025-05-22")
HELD = said("held", "2025-06-03")


def reached(*courses: Course) -> int:
    """How many of the three steps, which are always the first ones."""
    found = figures(*courses)
    count = len(found.intersection(STEPS))
    assert found.intersection(STEPS) == set(STEPS[:count])
    return count


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ([], 0),
        (["offered"], 1),
        (["offered", "declined"], 1),
        (["offered", "not_answered"], 1),
        (["offered", "accepted"], 2),
        (["accepted"], 2),
        (["offered", "accepted", "declined"], 1),
        (["offered", "declined", "accepted"], 2),
        (["offered", "accepted", "held"], 3),
        (["held"], 3),
        (["offered", "not_answered", "held"], 3),
    ],
)
def test_each_step_counts_with_what_goes_before_it(steps: list[str], count: int) -> None:
    told = [said(step, f"2025-05-2{number}") for number, step in enumerate(steps)]
    assert reached(closing(WORK, *told)) == count
    assert reached(closing(WORK, *reversed(told))) == count


class TestWhatWasKnownByTheCutOff:
    @pytest.mark.parametrize(("known", "count"), [("2026-03-31", 2), ("2026-04-01", 1)])
    def test_a_step_that_was_recorded_later_is_none_yet(self, known: str, count: int) -> None:
        assert reached(closing(WORK, OFFERED, said("accepted", "2025-05-22", known=known))) == count

    def test_a_step_after_the_end_of_the_year_counts_until_the_cut_off(self) -> None:
        assert reached(closing(WORK, OFFERED, said("held", "2026-03-30"))) == 3
        assert reached(closing(WORK, OFFERED, said("held", "2026-04-01"))) == 1

    def test_so_does_one_from_before_the_year(self) -> None:
        one = ended(course(came("2024-11-05"), came("2025-01-07")), EndingKind.AGREED, "2025-01-10")
        assert reached(closing(one, said("offered", "2024-12-10"))) == 1

    @pytest.mark.parametrize(("went", "count"), [("2025-05-21", 1), ("2026-03-31", 1), ("2026-04-01", 0), (None, 0)])
    def test_an_offer_in_a_message_counts_when_that_has_gone(self, went: str | None, count: int) -> None:
        assert reached(closing(WORK, offered_in_message("2025-05-20", went=went))) == count


class TestOfWorkThatEnded:
    def test_of_work_that_goes_on_none_is_counted(self) -> None:
        assert reached(closing(course(came("2025-05-06")), OFFERED, ACCEPTED, HELD)) == 0

    @pytest.mark.parametrize(
        ("day", "count"), [("2024-12-31", 0), ("2025-01-01", 3), ("2025-12-31", 3), ("2026-01-01", 0)]
    )
    def test_it_ended_in_the_year(self, day: str, count: int) -> None:
        """So a closing session is counted in one year, and whoever counts in it does not go on in the next."""
        assert reached(closing(ended(course(came("2025-05-06")), EndingKind.AGREED, day), HELD)) == count

    def test_and_that_was_on_record_by_the_cut_off(self) -> None:
        for known, count in (("2026-03-31", 3), ("2026-04-01", 0)):
            one = ended(course(came("2025-05-06")), EndingKind.AGREED, "2025-06-10", known=known)
            assert reached(closing(one, HELD)) == count

    @pytest.mark.parametrize("how", list(EndingKind))
    def test_in_whichever_way(self, how: EndingKind) -> None:
        """Transfers and clients who died are left out, as everywhere. A session that was held was a conversation."""
        one = closing(ended(course(came("2025-05-06")), how, "2025-06-10"), HELD)
        expected = {EndingKind.TRANSFERRED: 0, EndingKind.CLIENT_DIED: 0, EndingKind.WITHOUT_CONVERSATION: 2}
        assert reached(one) == expected.get(how, 3)

    def test_but_not_where_nobody_says_how(self) -> None:
        assert reached(closing(left(course(came("2025-05-06")), None, "2025-06-10"), HELD)) == 0

    def test_a_kind_that_is_put_right_by_the_cut_off_lets_what_was_held_count(self) -> None:
        silent = ended(course(came("2025-05-06")), EndingKind.WITHOUT_CONVERSATION, "2025-06-10")
        assert reached(closing(silent, HELD)) == 2
        assert reached(closing(ended(silent, EndingKind.CLIENT_TOLD_US, "2025-06-10", known="2026-01-05"), HELD)) == 3

    def test_consultations_are_left_out(self) -> None:
        one = closing(WORK, HELD)
        assert reached(replace(one, history=replace(one.history, kind=EpisodeKind.CONSULTATION))) == 0


def test_of_a_couple_each_has_their_own() -> None:
    both = ended(course(came("2025-05-06")), EndingKind.CLINICIAN_DECIDED, "2025-06-10")
    ana, bo = closing(both, OFFERED, ACCEPTED, HELD), replace(closing(both, OFFERED), client="bo")
    assert [len(figures_of([one], YEAR).intersection(STEPS)) for one in (ana, bo)] == [3, 1]


def test_who_left_while_the_other_stayed_counts_by_the_ending_of_their_own() -> None:
    goes_on = course(came("2025-05-06"), came("2025-12-16"))
    assert reached(closing(left(goes_on, EndingKind.AGREED, "2025-06-10"), HELD)) == 3
    assert reached(closing(goes_on, HELD)) == 0


def test_of_a_client_who_came_back_the_last_episode_counts() -> None:
    first = replace(closing(WORK, OFFERED, ACCEPTED, HELD), key="b")
    again = course(came("2025-09-02"), key="a")
    assert reached(first, again) == 0
    assert reached(first, closing(ended(again, EndingKind.AGREED, "2025-12-01"), OFFERED)) == 1


class TestATimeThatWasTied:
    TIME = came("2025-06-03")

    def work(self, *times: Appointment) -> Course:
        return ended(course(came("2025-05-06"), *times), EndingKind.CLIENT_TOLD_US, "2025-06-10")

    def tied(self, time: Appointment) -> Said:
        return said("booked", "2025-05-25", tied=time)

    def test_attended_it_was_the_closing_session(self) -> None:
        assert reached(closing(self.work(self.TIME), OFFERED, self.tied(self.TIME))) == 3

    def test_not_kept_or_not_recorded_it_was_accepted(self) -> None:
        for time in (missed("2025-06-03"), came("2025-06-03", known="2026-04-01")):
            assert reached(closing(self.work(time), self.tied(time))) == 2

    def test_an_outcome_that_was_put_right_after_the_cut_off_changes_nothing(self) -> None:
        late = StatusEvent(AppointmentStatus.NO_SHOW, at("2025-06-03"), at("2026-05-04"))
        time = replace(self.TIME, events=(*self.TIME.events, late))
        assert reached(closing(self.work(time), self.tied(time))) == 3
        soon = replace(self.TIME, events=(*self.TIME.events, replace(late, known_at=at("2025-06-05"))))
        assert reached(closing(self.work(soon), self.tied(soon))) == 2

    def test_moved_it_keeps_the_tie_as_far_as_that_was_known(self) -> None:
        old = missed("2025-05-27")
        middle = replace(missed("2025-05-30"), rescheduled_from=old.key)
        for known, count in (("2025-06-03", 3), ("2026-04-01", 2)):
            new = replace(came("2025-06-03", known=known), rescheduled_from=middle.key)
            assert reached(closing(self.work(old, middle, new), self.tied(old))) == count

    def test_times_that_name_each_other_lead_nowhere_for_ever(self) -> None:
        one, other = missed("2025-05-27"), missed("2025-05-30")
        one, other = replace(one, rescheduled_from=other.key), replace(other, rescheduled_from=one.key)
        assert reached(closing(self.work(one, other), self.tied(one))) == 2

    def test_untied_or_gone_it_is_none(self) -> None:
        untied = said("untied", "2025-05-26", tied=self.TIME)
        assert reached(closing(self.work(self.TIME), self.tied(self.TIME), untied)) == 2
        assert reached(closing(self.work(), self.tied(self.TIME))) == 2


class TestTheNote:
    @pytest.mark.parametrize(
        ("says", "count"),
        [("not_offered", 0), ("offered", 1), ("declined", 1), ("not_answered", 1), ("accepted", 2), ("held", 3)],
    )
    def test_speaks_where_no_step_is_on_record(self, says: str, count: int) -> None:
        assert {str(one) for one in ClosingSession} >= {says}
        assert reached(closing(WORK, note=says)) == count

    def test_says_nothing_beside_a_step(self) -> None:
        assert reached(closing(WORK, OFFERED, note="held")) == 1

    def test_speaks_where_the_only_offer_came_back(self) -> None:
        assert reached(closing(WORK, offered_in_message("2025-05-20", went=None), note="offered")) == 1

    @pytest.mark.parametrize(("locked", "count"), [("2026-03-31", 3), ("2026-04-01", 0)])
    def test_counts_if_it_was_locked_by_the_cut_off(self, locked: str, count: int) -> None:
        assert reached(closing(WORK, note="held", locked=locked)) == count
