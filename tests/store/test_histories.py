"""What noticing is asked about: every fact of an episode and of nobody else, in the same number of queries for any number."""

from datetime import date, timedelta

import sqlalchemy as sa

from api.services import absences, contacts, leave, practices
from api.store import histories
from schemas.vocabulary import AbsenceKind, AppointmentStatus, Channel, ContactDirection, EpisodeFormat
from schemas.wire.contacts import AbsenceIn, AgreementIn, ContactIn
from schemas.wire.leave import LeaveIn
from tests.services import records
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import Case, House

TODAY = date(2026, 3, 4)


def told(house: House, name: str) -> Case:
    """An episode with two facts of each kind."""
    case = house.client(name, house.clinician)
    for week in (1, 2):
        records.tell(house, house.clinician, case.episode_id, at(-7 * week), f"{name}-{week}")
        with house.work(house.clinician) as work:
            given = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.SMS, at=at(-week))
            contacts.record(work, case.episode_id, given)
            absences.record(work, case.episode_id, AbsenceIn(from_on=TODAY + timedelta(days=week)))
            given_cadence = {"kind": "cadence_change", "from_on": TODAY, "cadence_days": 7 * week}
            absences.agree(work, case.episode_id, AgreementIn.model_validate(given_cadence))
    return case


def test_a_history_holds_the_facts_of_its_episode_alone(shared_house: House) -> None:
    house = shared_house
    ana, bea = told(house, "Ana"), told(house, "Bea")
    with house.rows() as work:
        found = histories.load(work.session, [ana.episode_id, bea.episode_id], as_of=house.now)
    assert set(found) == {ana.episode_id, bea.episode_id}
    history = found[ana.episode_id]
    assert {one.key for one in history.appointments} == {"pms:Ana-1", "pms:Ana-2"}
    counts = [len(facts) for facts in (history.contacts, history.absences, history.agreements)]
    assert counts == [2, 2, 2]
    assert [one.events[0].status for one in history.appointments] == [AppointmentStatus.ATTENDED] * 2


def test_the_number_of_queries_does_not_grow_with_the_episodes(shared_house: House) -> None:
    house = shared_house
    cases = [told(house, name) for name in ("Ana", "Bea", "Cleo")]
    counted: list[int] = []
    for wanted in (cases[:1], cases):
        asked: list[str] = []

        def note(*arguments: object, asked: list[str] = asked) -> None:
            asked.append(str(arguments[2]))

        engine = house.runtime.sessions.kw["bind"]
        with house.rows() as work:
            sa.event.listen(engine, "before_cursor_execute", note)
            histories.load(work.session, [case.episode_id for case in wanted], as_of=house.now)
            sa.event.remove(engine, "before_cursor_execute", note)
        counted.append(len([statement for statement in asked if statement.lstrip().startswith("SELECT")]))
    assert counted[0] == counted[1] <= 12


def test_looking_back_an_absence_counts_until_it_was_withdrawn(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        recorded = absences.record(work, case.episode_id, AbsenceIn(from_on=TODAY))
    house.wait(days=2)
    with house.work(house.clinician) as work:
        absences.withdraw(work, case.episode_id, recorded.id)
    with house.rows() as work:
        for moment, count in ((at(1), 1), (house.now, 0), (at(9), 0)):
            history = histories.load(work.session, [case.episode_id], as_of=moment)[case.episode_id]
            assert len(history.absences) == count


def test_a_clinicians_leave_and_closed_days_belong_to_whom_they_concern(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(*house.clinician.principal.roles)
    mine, theirs = house.client("Ana", house.clinician), house.client("Bea", colleague)
    nobodys = records.begin(house, house.lead, [mine.client_id])
    with house.work(house.admin) as work:
        leave.record(work, house.clinician.id, LeaveIn(from_on=TODAY, to_on=TODAY))
        practices.close_days(work, LeaveIn(from_on=TODAY, to_on=TODAY))
    ids = [mine.episode_id, theirs.episode_id, nobodys.id]
    with house.rows() as work:
        found = histories.load(work.session, ids, as_of=house.now)
    kinds = [sorted(absence.kind for absence in found[one].absences) for one in ids]
    closed = AbsenceKind.PRACTICE_CLOSED
    assert kinds == [[AbsenceKind.CLINICIAN_LEAVE, closed], [closed], [closed]]


def test_in_a_shared_episode_each_time_names_whose_attendance_it_records(shared_house: House) -> None:
    house = shared_house
    pair = {"format": "couple", "group_id": "rivers"}
    rows = [files.event("s", name, at(-9), "attended", at(-8), **pair) for name in ("ana", "bea")]
    files.take_in(house, files.appointments(rows))
    [item] = records.items(house, house.lead)
    with house.rows() as work:
        history = histories.load(work.session, [item.episode.id], as_of=house.now)[item.episode.id]
    assert history.format is EpisodeFormat.COUPLE
    assert {one.participant for one in history.appointments} == {str(person.id) for person in item.clients}
