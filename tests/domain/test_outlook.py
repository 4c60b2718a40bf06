"""What is said to change a stage does, because the model was asked: on made-up histories and on any."""

import re
from dataclasses import fields
from datetime import datetime

import pytest
from hypothesis import given, settings

from api.domain import engagement, inquiry, outlook, weights
from api.domain.history import History, Reach
from api.domain.inquiry import Inquiry
from api.domain.outlook import Prospect
from schemas.vocabulary import AbsenceKind, AgreementKind, ChangeEffect, ChangeKind, EpisodeKind, Initiator, Stage
from tests.domain.arbitrary import histories, instants
from tests.domain.histories import BOOKED, NO_SHOW, WEEKLY, agreed, away, day, history, sessions, time

MODEL = weights.load()


def look(told: History, at: float) -> Inquiry:
    return inquiry.about(told, WEEKLY, day(at), MODEL)


def prospects(told: History, at: float) -> dict[ChangeKind, Prospect]:
    return {one.kind: one for one in reversed(outlook.would_change(look(told, at)))}


def stage(told: History, at: float) -> Stage:
    return look(told, at).found.stage


QUIET = history(sessions(6))


def test_a_booking_a_word_or_a_session_puts_a_quiet_client_back_to_engaged() -> None:
    found = prospects(QUIET, 60)
    for kind in (ChangeKind.CLIENT_BOOKS, ChangeKind.IN_TOUCH, ChangeKind.SESSION_HELD):
        assert (found[kind].stage, found[kind].effect) == (Stage.ENGAGED, ChangeEffect.STAGE)
    assert found[ChangeKind.CLIENT_BOOKS].text == (
        "If the client books a time, for instance for 13 March, this is engaged again."
    )
    assert found[ChangeKind.PAUSE_AGREED].text == (
        "If a pause is agreed and put on record, the clock stops: this shows as paused."
    )
    assert ChangeKind.NOTHING_LEARNED not in found


def test_time_alone_is_told_with_its_days() -> None:
    told = history(sessions(6))
    said = list(outlook.by_itself(look(told, 37)))
    assert [one.stage for one in said] == [Stage.DRIFTING, Stage.QUIET]
    for one in said:
        assert re.fullmatch(rf"If nothing more is learned, this shows as {one.stage} from \d+ February\.", one.text)


def test_the_end_of_a_pause_is_told_and_what_comes_after_it() -> None:
    paused = history(sessions(6), away(AbsenceKind.PAUSE, 36, 50, known=36))
    first = outlook.by_itself(look(paused, 40))[0]
    assert first.text == "If nothing more is learned, the clock goes on and this shows as engaged from 25 February."
    taken_back = prospects(history(sessions(6), away(AbsenceKind.PAUSE, 36, 90, known=36)), 60)
    assert taken_back[ChangeKind.ABSENCE_TAKEN_BACK].stage is Stage.QUIET


def test_what_became_of_an_unrecorded_time_is_told_each_way() -> None:
    told = history([*sessions(6), time(42, NO_SHOW), time(49, BOOKED)])
    assert stage(told, 53) is Stage.DRIFTING
    found = prospects(told, 53)
    assert found[ChangeKind.OUTCOME_CAME].stage is Stage.ENGAGED
    assert found[ChangeKind.OUTCOME_NOT_KEPT].stage is Stage.QUIET
    assert found[ChangeKind.OUTCOME_CAME].text == (
        "If the time on 23 February took place and that is recorded, this is engaged again."
    )


def test_a_miss_that_was_excused_is_said_to_settle_it_only_where_it_does() -> None:
    one_miss = history([*sessions(6), time(42, NO_SHOW)])
    assert prospects(one_miss, 48)[ChangeKind.WAS_EXCUSED].stage is Stage.ENGAGED
    long_ago = prospects(history([*sessions(6), time(42, NO_SHOW)]), 120)
    assert ChangeKind.WAS_EXCUSED not in long_ago


def test_of_somebody_engaged_it_is_told_what_would_move_them() -> None:
    told = history([*sessions(6), time(42, NO_SHOW), time(56, BOOKED, booked=43, booked_by=Initiator.CLIENT)])
    assert stage(told, 52) is Stage.ENGAGED
    given_up = prospects(told, 52)[ChangeKind.NEXT_GIVEN_UP]
    assert given_up.stage in {Stage.DRIFTING, Stage.QUIET}
    assert "2 March" in given_up.text
    not_kept = prospects(told, 52)[ChangeKind.NEXT_NOT_KEPT]
    assert not_kept.at >= day(56)
    assert "If the time on 2 March is not kept" in not_kept.text


def test_who_comes_as_needed_is_moved_by_no_time() -> None:
    found = prospects(history(sessions(6), kind=EpisodeKind.AS_NEEDED), 60)
    assert ChangeKind.NOTHING_LEARNED not in found
    assert ChangeKind.PAUSE_AGREED not in found
    assert found[ChangeKind.BECOMES_ONGOING].stage is Stage.QUIET


def test_of_what_has_ended_nothing_is_said() -> None:
    assert outlook.would_change(look(history(sessions(6), ended=50), 60)) == ()


@pytest.mark.parametrize("at", [37, 48, 60])
def test_another_rhythm_is_said_to_help_only_where_it_does(at: float) -> None:
    told = history(sessions(6))
    found = prospects(told, at).get(ChangeKind.SLOWER_RHYTHM)
    if found is not None and found.effect is ChangeEffect.STAGE:
        assert found.stage is not stage(told, at)
        assert found.stage is not Stage.QUIET
        assert "sessions 2 weeks apart" in found.text


def test_where_the_first_word_is_the_client_s_nothing_is_supposed_to_begin_with_us() -> None:
    found = prospects(history(sessions(6), reach=Reach.NOBODY), 60)
    assert ChangeKind.TIME_BOOKED not in found
    assert ChangeKind.CLIENT_BOOKS in found
    assert found[ChangeKind.IN_TOUCH].text == "If the client is in touch, this is engaged again."


def test_an_end_that_is_agreed_leaves_silence_nothing_to_say() -> None:
    found = prospects(QUIET, 60)[ChangeKind.END_AGREED]
    assert found.text.endswith("silence says nothing any more and this shows as engaged.")
    settled = history(sessions(6), agreed(AgreementKind.PLANNED_END, 50, known=40))
    assert ChangeKind.END_AGREED not in prospects(settled, 60)


@given(histories(), instants)
@settings(max_examples=150)
def test_what_is_said_to_change_it_does(told: History, now: datetime) -> None:
    """Assessed anew with the fact, at the instant that is named, the model shows what was said; without it, something else."""
    asked = inquiry.about(told, WEEKLY, now, MODEL)
    for one in outlook.would_change(asked):
        supposed = engagement.assess(one.history, WEEKLY, one.at, MODEL)
        assert supposed.stage is one.stage, one.text
        differs = engagement.assess(one.history, WEEKLY, one.differs_at, MODEL).stage
        otherwise = engagement.assess(asked.history, WEEKLY, one.differs_at, MODEL).stage
        if one.kind is ChangeKind.NOTHING_LEARNED:
            assert one.at > asked.now
            assert one.history == asked.history
        else:
            assert differs is not otherwise, one.text
            assert len(_more(one.history, asked.history)) == 1, one.text


def _more(supposed: History, known: History) -> list[str]:
    """The sides of a history that differ: one fact is learned, and nothing else is changed on the way."""
    return [one.name for one in fields(History) if repr(getattr(supposed, one.name)) != repr(getattr(known, one.name))]


@given(histories(), instants)
@settings(max_examples=100)
def test_the_words_of_what_would_change_it_hold_nothing_but_days_and_distances(told: History, now: datetime) -> None:
    asked = inquiry.about(told, WEEKLY, now, MODEL)
    for one in outlook.would_change(asked):
        assert not re.search(r"\d", _without_days(one.text)), one.text
        assert one.text.startswith("If ")
        assert one.text.endswith(".")


def _without_days(text: str) -> str:
    return re.sub(r"\d{1,2} [A-Z][a-z]+( \d{4})?|(about )?\d+ (days|weeks)", "", text)
