"""Putting the next act off: shown as such, sorted by its end, brought back by time, by people and by whatever matters."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import absences, caseload, clients, contacts, engagement, episodes, flags, snoozes
from api.store import assessments as assessment_store
from schemas.tables import Episode, Snooze
from schemas.vocabulary import (
    AppointmentStatus,
    AuditOutcome,
    CaseloadFilter,
    Channel,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
    FlagKind,
    NextStepKind,
    Role,
    SnoozeEnd,
    SnoozeReason,
    Stage,
)
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import CaseloadItem, EpisodePatch
from schemas.wire.flags import FlagIn
from schemas.wire.snoozes import SnoozeIn, SnoozeOut
from tests.services import records
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support import links
from tests.support.house import Case, House, Person

TODAY = date(2026, 3, 4)


def put_off(
    house: House,
    case: Case,
    *,
    days: int = 7,
    who: Person | None = None,
    words: str | None = None,
    **more: Any,  # noqa: ANN401  # any part of it
) -> SnoozeOut:
    given = SnoozeIn(
        **{
            "reason": SnoozeReason.AGREED_TO_LEAVE_IT,
            "until_on": house.now.date() + timedelta(days=days),
            "words": words,
            **more,
        }
    )
    with house.work(who or house.clinician) as work:
        return snoozes.put_off(work, case.episode_id, given)


def listed(house: House, case: Case, who: Person | None = None) -> list[SnoozeOut]:
    with house.work(who or house.clinician) as work:
        return snoozes.page(work, case.episode_id)


def item(house: House, case: Case, who: Person | None = None) -> CaseloadItem:
    shown = next(one for one in records.items(house, who or house.clinician) if one.episode.id == case.episode_id)
    with house.work(who or house.clinician) as work:
        assert engagement.read(work, case.episode_id).next_step == shown.next_step
    return shown


def order(house: House, **asked: Any) -> list[UUID]:  # noqa: ANN401  # any filter
    found, cursor = [], None
    while True:
        with house.work(house.clinician) as work:
            page = caseload.page(work, stage=None, clinician_id=None, cursor=cursor, limit=2, **asked)
        found += [one.episode.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_it_is_shown_as_put_off_with_its_reason_and_changes_nothing_else(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    before = item(house, case)
    made = put_off(house, case, days=10, words="Until after the exams.")
    after = item(house, case)
    step = after.next_step
    assert (after.stage, after.since, after.reasons) == (before.stage, before.since, before.reasons)
    assert (step.kind, step.why, step.owner) == (
        before.next_step.kind,
        before.next_step.why,
        before.next_step.owner,
    )
    assert (step.put_off_until, step.due_on) == (TODAY + timedelta(days=10), TODAY + timedelta(days=10))
    assert step.put_off == made
    assert (made.why, made.words) == ("It was agreed to leave it for now.", "Until after the exams.")
    assert (made.made_by, made.made_at, made.act) == (house.clinician.id, house.now, before.next_step.kind)
    assert records.trail(house, case.episode_id)[-3:].count(("snooze.add", AuditOutcome.ALLOWED)) == 1


def test_without_a_day_it_is_a_week_and_sixty_days_are_the_longest(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    with house.work(house.clinician) as work:
        made = snoozes.put_off(work, case.episode_id, SnoozeIn(reason=SnoozeReason.OTHER))
    assert made.until_on == TODAY + timedelta(days=7)
    for days in (0, -1, 61):
        with pytest.raises(Invalid):
            put_off(house, case, days=days)
    assert listed(house, case)[0].id == made.id


def test_it_sorts_by_its_end_below_what_asks_for_somebody(shared_house: House) -> None:
    house = shared_house
    first, second, third = (records.weekly(house, house.clinician, last=last) for last in (9, 8, 6))
    fine = records.weekly(house, house.clinician, last=0)
    assert order(house)[:3] == [first.episode_id, second.episode_id, third.episode_id]
    put_off(house, first, days=9)
    put_off(house, second, days=2)
    expected = [third.episode_id, second.episode_id, first.episode_id]
    assert [one for one in order(house) if one != fine.episode_id] == expected
    assert order(house, only=CaseloadFilter.PUT_OFF) == [second.episode_id, first.episode_id]
    # Nobody has to work anything out: on its day it asks for somebody again.
    house.wait(days=2)
    assert order(house, only=CaseloadFilter.PUT_OFF) == [first.episode_id]
    assert item(house, second).next_step.put_off_until is None
    assert second.episode_id in order(house)[: order(house).index(first.episode_id)]


def test_it_ends_by_itself_and_its_end_is_on_record(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=9)
    other = records.weekly(house, house.clinician, last=6)
    put_off(house, case, days=3)
    house.wait(days=3)
    files.assess(house)
    [row] = listed(house, case)
    assert (row.ended_because, row.ended_by) == (SnoozeEnd.OVER, None)
    assert row.ended_at is not None
    assert row.ended_at.date() in {TODAY + timedelta(days=2), TODAY + timedelta(days=3)}  # midnight in Madrid
    assert order(house)[:2] == [case.episode_id, other.episode_id]
    records.assert_stored_is_computed(house)


def _risk(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))


def _reply(house: House, case: Case) -> None:
    links.reply(house, case, house.clinician, links.send(house, case, house.clinician))
    with house.rows() as work:
        assessment_store.refresh(work.session, [case.episode_id], work.now)


def _missed(house: House, case: Case) -> None:
    records.tell(house, house.clinician, case.episode_id, at(-2), status=AppointmentStatus.NO_SHOW)


def _spoke(house: House, case: Case) -> None:
    given = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, given)


def _pause(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        absences.record(work, case.episode_id, AbsenceIn(from_on=house.now.date()))


def _hand_over(house: House, case: Case) -> None:
    other = house.practice.member(Role.CLINICIAN)
    with house.work(house.lead) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch(responsible_id=other.id), version=version)


@pytest.mark.parametrize(
    ("happens", "because"),
    [
        (_risk, SnoozeEnd.RISK),
        (_reply, SnoozeEnd.REPLY),
        (_missed, SnoozeEnd.SETBACK),
        (_spoke, SnoozeEnd.IN_TOUCH),
        (_pause, SnoozeEnd.SETTLED),
        (_hand_over, SnoozeEnd.HANDED_OVER),
    ],
)
def test_what_matters_brings_it_back_in_the_same_moment(shared_house: House, happens: Any, because: SnoozeEnd) -> None:  # noqa: ANN401  # one of the above
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    put_off(house, case, days=30)
    house.wait(minutes=5)
    happens(house, case)
    [row] = listed(house, case, house.lead)
    assert (row.ended_because, row.ended_at) == (because, house.now)
    with house.rows() as work:
        assert (
            work.session.scalars(sa.select(col(Episode.put_off_until)).where(col(Episode.id) == case.episode_id)).one()
            is None
        )
    assert item(house, case, house.lead).next_step.put_off is None


def test_a_risk_and_an_answer_are_never_put_off(shared_house: House) -> None:
    house = shared_house
    at_risk, answered, fine = (records.weekly(house, house.clinician, last=last) for last in (6, 6, 0))
    _risk(house, at_risk)
    _reply(house, answered)
    for case, code in ((at_risk, "cannot_wait"), (answered, "cannot_wait"), (fine, "nothing_to_put_off")):
        with pytest.raises(Conflict) as refused:
            put_off(house, case)
        assert refused.value.code == code
        assert listed(house, case) == []


def test_becoming_quiet_brings_it_back_without_anybody_working_anything_out(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=0)
    with house.rows() as work:
        row = work.session.scalars(sa.select(Episode).where(col(Episode.id) == case.episode_id)).one()
        drifting_at, quiet_at = row.drifting_at, row.quiet_at
    assert drifting_at is not None
    assert quiet_at is not None
    house.now = drifting_at + (quiet_at - drifting_at) / 10
    put_off(house, case, days=50)
    house.now = quiet_at - timedelta(seconds=1)
    assert item(house, case).next_step.put_off is not None
    house.now = quiet_at
    shown = item(house, case)
    assert (shown.stage, shown.next_step.put_off, shown.next_step.put_off_until) == (Stage.QUIET, None, None)
    files.assess(house)
    [ended] = listed(house, case)
    assert (ended.ended_because, ended.ended_at) == (SnoozeEnd.QUIET, quiet_at)


def test_putting_off_anew_replaces_and_bringing_back_undoes(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    first = put_off(house, case, days=5)
    house.wait(hours=1)
    second = put_off(house, case, days=9, reason=SnoozeReason.AWAITING_ANSWER)
    assert [(one.id, one.ended_because) for one in listed(house, case)] == [
        (second.id, None),
        (first.id, SnoozeEnd.REPLACED),
    ]
    with house.work(house.clinician) as work:
        snoozes.bring_back(work, case.episode_id, second.id)
    row = listed(house, case)[0]
    assert (row.ended_because, row.ended_by, row.ended_at) == (SnoozeEnd.BROUGHT_BACK, house.clinician.id, house.now)
    assert item(house, case).next_step.put_off_until is None
    records.assert_stored_is_computed(house)
    with pytest.raises(Conflict) as refused, house.work(house.clinician) as work:
        snoozes.bring_back(work, case.episode_id, second.id)
    assert refused.value.code == "snooze_over"
    assert ("snooze.end", AuditOutcome.ALLOWED) in records.trail(house, case.episode_id)


def test_only_in_ones_own_caseload_and_by_people(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    made = put_off(house, case)
    stranger = house.practice.member(Role.CLINICIAN)
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(house.clinician,))
    for who, error in ((stranger, NotFound), (both, AccessDenied), (house.supervisor, AccessDenied)):
        with pytest.raises(error):
            put_off(house, case, who=who)
        with pytest.raises(error), house.work(who) as work:
            snoozes.bring_back(work, case.episode_id, made.id)
    assert [one.id for one in listed(house, case, house.supervisor)] == [made.id]
    with pytest.raises(NotFound):
        listed(house, case, stranger)
    elsewhere = house.found("Next door")
    with pytest.raises(NotFound):
        listed(house, case, elsewhere.founder)


def test_of_several_who_take_part_words_say_whom_they_are_about(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    pair = records.begin(house, house.clinician, [ana, bea], format=EpisodeFormat.COUPLE)
    case = Case(ana, pair.id)
    for week in range(9, 3, -1):
        records.tell(house, house.clinician, pair.id, at(-7 * week), key=f"{pair.id}-{week}")
    with pytest.raises(Invalid):
        put_off(house, case, words="Bea starts a new job.")
    with pytest.raises(Invalid):
        put_off(house, case, words="x", client_id=house.client("Cleo", house.clinician).client_id)
    made = put_off(house, case, words="Bea starts a new job.", client_id=bea)
    assert made.words == "Bea starts a new job."
    with house.rows() as work:
        row = work.session.scalars(sa.select(Snooze).where(col(Snooze.id) == made.id)).one()
        assert row.client_id == bea
        assert b"job" not in (row.words_sealed or b"")


def test_words_move_with_a_merge(shared_house: House) -> None:
    house = shared_house
    kept, double = records.weekly(house, house.lead, last=6), records.weekly(house, house.lead, last=7)
    put_off(house, double, who=house.lead, words="Until after the exams.")
    with house.work(house.lead) as work:
        clients.merge(work, kept.client_id, double.client_id)
    [row] = listed(house, double, house.lead)
    assert row.words == "Until after the exams."
    with house.rows() as work:
        assert (
            work.session.scalars(sa.select(col(Snooze.client_id)).where(col(Snooze.id) == row.id)).one()
            == kept.client_id
        )


def test_looking_back_shows_what_noticing_saw_whatever_was_put_off(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=6)
    with house.rows() as work:
        before = assessment_store.work_out(work.session, [case.episode_id], house.now)[case.episode_id]
    put_off(house, case, days=20)
    with house.rows() as work:
        assert assessment_store.work_out(work.session, [case.episode_id], house.now)[case.episode_id] == before


@pytest.mark.parametrize("only", [CaseloadFilter.DUE_TODAY, CaseloadFilter.DUE_THIS_WEEK])
def test_what_is_due_is_found_by_its_day_page_by_page(shared_house: House, only: CaseloadFilter) -> None:
    house = shared_house
    for last in (0, 1, 2, 3, 6, 9):
        records.weekly(house, house.clinician, last=last)
    waiting = records.weekly(house, house.clinician, last=7)
    put_off(house, waiting, days=4)
    last_day = TODAY if only is CaseloadFilter.DUE_TODAY else TODAY + timedelta(days=6)
    everything = records.items(house, house.clinician)
    expected = [
        one.episode.id
        for one in everything
        if one.next_step.kind is not NextStepKind.NOTHING and one.next_step.due_on <= last_day
    ]
    assert order(house, only=only) == expected
    assert (waiting.episode_id in expected) is (only is CaseloadFilter.DUE_THIS_WEEK)
    assert len(expected) not in {0, len(everything)}


def test_what_nobody_is_responsible_for_is_the_leads_to_give_to_somebody(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments([files.event("a", "ana", at(-30), clinician_external_id="")]))
    records.weekly(house, house.clinician, last=6)
    with house.work(house.lead) as work:
        found = caseload.page(
            work, stage=None, clinician_id=None, cursor=None, limit=50, only=CaseloadFilter.WITHOUT_OWNER
        ).items
    [nobodys] = found
    assert nobodys.next_step.owner is None
    assert {one.id for one in nobodys.next_step.named_by} == {house.lead.id, house.founder.id}
    assert [one.next_step.named_by for one in records.items(house, house.clinician)] == [[]]


def test_what_somebody_wrote_is_for_people_and_no_key_is_given_it(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=3)
    put_off(house, case, words="Until after the exams.")
    key = house.practice.key(Permission.ENGAGEMENT_READ)
    for who, words in ((house.clinician, "Until after the exams."), (key, None)):
        with house.work(who) as work:
            assert [one.words for one in snoozes.page(work, case.episode_id)] == [words]
            short, whole = engagement.glance(work, case.episode_id), engagement.read(work, case.episode_id)
            listed = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=200).items
        steps = [short.next_step, whole.next_step]
        steps += [one.next_step for one in listed if one.episode.id == case.episode_id]
        assert [one.put_off and one.put_off.words for one in steps] == [words] * 3
