"""Why an episode stands where it stands: the records behind each reason, and that what is said to change it does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from api.services import absences, appointments, contacts, engagement, episodes, practices
from api.services.work import Work
from schemas.vocabulary import (
    AgreementKind,
    AppointmentStatus,
    ChangeEffect,
    ChangeKind,
    Channel,
    ContactDirection,
    EpisodeFormat,
    EpisodeKind,
    FactKind,
    HolderKind,
    Initiator,
    Stage,
)
from schemas.wire.appointments import AppointmentNewIn, OutcomeIn
from schemas.wire.contacts import AbsenceIn, AgreementIn, ContactIn
from schemas.wire.engagement import EngagementOut, ProspectOut
from schemas.wire.episodes import EpisodePatch
from schemas.wire.leave import LeaveIn
from tests.services import records
from tests.services.imports.files import at
from tests.support import numbers
from tests.support.house import Case, House

SPOKE = ContactIn.model_validate({"direction": "outbound", "channel": "phone", "outcome": "spoke"})
WROTE = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.EMAIL)


def why(house: House, episode_id: UUID) -> EngagementOut:
    with house.work(house.clinician) as work:
        return engagement.read(work, episode_id)


def stage(house: House, episode_id: UUID) -> Stage:
    with house.work(house.clinician) as work:
        return engagement.glance(work, episode_id).stage


def prospect(shown: EngagementOut, kind: ChangeKind) -> ProspectOut:
    return next(one for one in shown.would_change if one.kind is kind)


def quiet(house: House) -> Case:
    return records.weekly(house, house.clinician, last=3)


def test_every_reason_names_the_records_that_it_rests_on(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    missed = records.tell(house, house.clinician, case.episode_id, at(-14), status=AppointmentStatus.NO_SHOW)
    with house.work(house.clinician) as work:
        written = contacts.record(work, case.episode_id, WROTE.model_copy(update={"at": at(-9)}))
    shown = why(house, case.episode_id)
    facts = {reason.code: reason.facts for reason in shown.reasons}
    assert [(fact.kind, fact.id) for fact in facts["not_kept"]] == [(FactKind.APPOINTMENT, missed.id)]
    assert [(fact.kind, fact.id) for fact in facts["not_answered_yet"]] == [(FactKind.CONTACT, written.id)]
    assert facts["not_kept"][0].at == at(-14)
    assert facts["not_kept"][0].client is None
    assert all(reason.facts for reason in shown.reasons)
    assert {fact.kind for fact in facts["nothing_booked"]} == {FactKind.APPOINTMENT, FactKind.CALENDAR}
    assert shown.model_version is not None


def test_what_stops_the_clock_names_its_record_also_where_it_is_leave(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    with house.work(house.clinician) as work:
        paused = absences.record(work, case.episode_id, AbsenceIn(from_on=house.now.date()))
        ending = absences.agree(
            work, case.episode_id, AgreementIn(kind=AgreementKind.PLANNED_END, from_on=at(30).date())
        )
    shown = why(house, case.episode_id)
    assert shown.stage is Stage.PAUSED
    assert [fact.id for fact in shown.reasons[0].facts] == [paused.id]
    assert shown.not_yet is not None
    assert [one.kind for one in shown.not_yet.holding] == [HolderKind.ABSENCE]
    assert ending.id in {one.fact.id for one in shown.timeline.learned}


Recorded = Callable[[Work, UUID], object]


def _booked(initiator: Initiator) -> Recorded:
    def record(work: Work, episode_id: UUID) -> object:
        starts = work.now + timedelta(days=7)
        return appointments.book(work, AppointmentNewIn(episode_id=episode_id, starts_at=starts, initiator=initiator))

    return record


def _ends_today(work: Work, episode_id: UUID) -> object:
    given = AgreementIn(kind=AgreementKind.PLANNED_END, from_on=work.now.date())
    return absences.agree(work, episode_id, given)


ACTS: dict[ChangeKind, Recorded] = {
    ChangeKind.CLIENT_BOOKS: _booked(Initiator.CLIENT),
    ChangeKind.TIME_BOOKED: _booked(Initiator.PRACTICE),
    ChangeKind.IN_TOUCH: lambda work, episode_id: contacts.record(work, episode_id, SPOKE),
    ChangeKind.PAUSE_AGREED: lambda work, episode_id: absences.record(
        work, episode_id, AbsenceIn(from_on=work.now.date(), to_on=work.now.date() + timedelta(days=27))
    ),
    ChangeKind.END_AGREED: _ends_today,
}


@pytest.mark.parametrize("kind", list(ACTS))
def test_whoever_does_what_would_change_it_sees_it_changed(shared_house: House, kind: ChangeKind) -> None:
    house = shared_house
    case = quiet(house)
    said = prospect(why(house, case.episode_id), kind)
    assert said.effect is ChangeEffect.STAGE
    with house.work(house.clinician) as work:
        ACTS[kind](work, case.episode_id)
    assert stage(house, case.episode_id) is said.stage
    assert said.stage is not Stage.QUIET
    records.assert_stored_is_computed(house)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (ChangeKind.OUTCOME_CAME, OutcomeIn(status=AppointmentStatus.ATTENDED)),
        (ChangeKind.OUTCOME_NOT_KEPT, OutcomeIn(status=AppointmentStatus.NO_SHOW)),
        (ChangeKind.OUTCOME_EXCUSED, OutcomeIn(status=AppointmentStatus.NO_SHOW, excused=True)),
    ],
)
def test_recording_what_became_of_a_time_does_what_was_said(
    shared_house: House, kind: ChangeKind, outcome: OutcomeIn
) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=2)
    with house.work(house.clinician) as work:
        given = AppointmentNewIn(episode_id=case.episode_id, starts_at=at(-6))
        booked = appointments.book(work, given)
    shown = why(house, case.episode_id)
    found = [one for one in shown.would_change if one.kind is kind and one.effect is ChangeEffect.STAGE]
    with house.work(house.clinician) as work:
        appointments.record_outcome(work, booked.id, outcome)
    assert stage(house, case.episode_id) is (found[0].stage if found else shown.stage)


def test_time_alone_changes_it_on_the_day_that_was_said(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=0)
    shown = why(house, case.episode_id)
    coming = [one for one in shown.would_change if one.kind is ChangeKind.NOTHING_LEARNED]
    assert [one.stage for one in coming] == [Stage.DRIFTING, Stage.QUIET]
    for one in coming:
        house.wait(days=(one.from_on - house.now.date()).days + 1)
        assert stage(house, case.episode_id) is one.stage


def test_ongoing_work_has_a_clock_as_was_said(shared_house: House) -> None:
    house = shared_house
    client = house.client("Ana", house.clinician)
    episode = records.begin(house, house.clinician, [client.client_id], kind=EpisodeKind.AS_NEEDED)
    for week in range(3, 9):
        records.tell(house, house.clinician, episode.id, at(-7 * week), key=f"{episode.id}-{week}")
    shown = why(house, episode.id)
    assert shown.not_yet is not None
    assert [one.kind for one in shown.not_yet.holding] == [HolderKind.NO_CLOCK]
    said = prospect(shown, ChangeKind.BECOMES_ONGOING)
    with house.work(house.clinician) as work:
        version = episodes.read(work, episode.id).version
        episodes.change(work, episode.id, EpisodePatch(kind=EpisodeKind.ONGOING), version=version)
    assert stage(house, episode.id) is said.stage


def test_the_timeline_tells_stages_as_they_were_shown_also_under_a_pause_taken_back(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=1)
    with house.work(house.clinician) as work:
        paused = absences.record(work, case.episode_id, AbsenceIn(from_on=house.now.date()))
    house.wait(days=30)
    with house.work(house.clinician) as work:
        absences.withdraw(work, case.episode_id, paused.id)
    house.wait(days=1)
    shown = why(house, case.episode_id)
    stages = [one.stage for one in reversed(shown.timeline.stages)]
    assert stages[-2:] == [Stage.PAUSED, Stage.QUIET]
    assert shown.timeline.stages[0].reasons
    learned = [one.fact.text for one in shown.timeline.learned]
    assert learned[0].startswith("The session on")
    assert not any("pause" in text for text in learned)


@pytest.mark.parametrize("waited", [40, 400])
def test_nothing_is_told_of_the_time_before_the_work_began(both_houses: House, waited: int) -> None:
    house = both_houses
    today = house.now.date()
    with house.work(house.admin) as work:
        practices.close_days(work, LeaveIn(from_on=today, to_on=today + timedelta(days=9)))
    house.wait(days=waited)
    case = house.client("Ana", house.clinician)
    began = house.now
    house.wait(days=3)
    shown = why(house, case.episode_id).timeline
    assert [one.at for one in shown.stages] == [began]
    assert shown.since < began


def test_of_a_couple_it_is_said_whom_each_fact_is_about(shared_house: House) -> None:
    house = shared_house
    ana, tom = house.client("Ana", house.clinician), house.client("Tom", house.clinician)
    people = [ana.client_id, tom.client_id]
    episode = records.begin(house, house.clinician, people, format=EpisodeFormat.COUPLE)
    for week in range(6):
        for who, kept in ((ana.client_id, True), (tom.client_id, week > 2)):
            status = AppointmentStatus.ATTENDED if kept else AppointmentStatus.NO_SHOW
            starts, key = at(-7 * week - 2), f"{who}-{week}"
            records.tell(house, house.clinician, episode.id, starts, key=key, status=status)
            records.name_participant(house, key, who)
    shown = why(house, episode.id)
    assert shown.stage is not Stage.ENGAGED
    assert shown.about is not None
    assert shown.about.name == "Tom"
    missed = next(reason for reason in shown.reasons if reason.code == "not_kept")
    assert {fact.client.name for fact in missed.facts if fact.client} == {"Tom"}
    assert len(missed.facts) == 3


def test_no_number_in_the_answer_could_pass_for_a_property_of_the_client(shared_house: House) -> None:
    house = shared_house
    cases = [records.weekly(house, house.clinician, last=last, name=f"Ana {last}") for last in range(5)]
    for case in cases:
        told = house.api(house.clinician).get(f"/v1/episodes/{case.episode_id}/engagement").json()
        assert list(numbers.of_a_person(told)) == []
    assert list(numbers.of_a_person({"share": 0.4, "risk": "7", "text": "80 %"}))


def test_what_the_worker_has_not_come_to_yet_is_asked_anew_and_stored(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=1)
    before = why(house, case.episode_id)
    with house.rows() as work:
        stored = records.episode_row(work, case.episode_id)
        stored.drifting_at, stored.assessment_due = None, True
    after = why(house, case.episode_id)
    assert (after.stage, after.drifting_at, after.reasons) == (before.stage, before.drifting_at, before.reasons)
    records.assert_stored_is_computed(house)


def test_the_short_answer_and_the_caseload_read_no_history(shared_house: House) -> None:
    """Only whoever asks why costs the reading of facts."""
    house = shared_house
    case = records.weekly(house, house.clinician, last=2)
    told: list[str] = []

    def note(*given: object) -> None:
        told.append(str(given[2]))

    engine = house.runtime.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert stage(house, case.episode_id) is not Stage.ENGAGED
        assert case.episode_id in records.stages(house, house.clinician)
        short = len(told)
        assert not [one for one in told if "appointment_events" in one or "FROM contacts" in one]
        why(house, case.episode_id)
        assert [one for one in told[short:] if "appointment_events" in one]
    finally:
        event.remove(engine, "before_cursor_execute", note)
