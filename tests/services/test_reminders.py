"""What the calendar alone asks for: a risk that nobody has touched is told to others, and permissions are asked for again."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from api.domain import tasks as rules
from api.domain.access import system_principal
from api.jobs.reminders import remind
from api.jobs.worker import Worker
from api.services import clients, consents, flags
from schemas.vocabulary import Channel, ConsentState, FlagKind, Role, TaskKind
from schemas.wire.clients import ClientPatch, ConsentIn, ConsentOut
from schemas.wire.flags import FlagClearIn, FlagIn, FlagReviewIn
from schemas.wire.tasks import TaskOut
from tests.services.test_tasks import mine
from tests.support.house import Case, House, Person

NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)


def reminded(house: House) -> int:
    with house.work(system_principal(house.practice.id)) as work:
        return remind(work)


def at_risk(house: House, case: Case) -> UUID:
    with house.work(house.clinician) as work:
        return flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM, note="Said goodbye.")).id


def overdue(house: House, who: Person) -> list[TaskOut]:
    return [task for task in mine(house, who) if task.kind is TaskKind.RISK_OVERDUE]


@pytest.mark.parametrize(
    ("raised_at", "told_at"),
    [
        (NOON, NOON + timedelta(hours=4)),
        (NOON.replace(hour=21), NOON.replace(hour=23)),  # the day is over at eleven, by the client's clock in Madrid
        (NOON.replace(hour=22, minute=50), NOON.replace(hour=23, minute=50)),  # and nobody has less than an hour
    ],
)
def test_when_a_risk_is_told_to_others(raised_at: datetime, told_at: datetime) -> None:
    assert rules.escalates_at(raised_at, date(2026, 3, 4), "Europe/Madrid", 4) == told_at


def test_a_risk_that_nobody_touched_is_told_to_lead_and_supervisor_once(shared_house: House) -> None:
    house = shared_house
    case, supervisor, lead = house.client("Ana", house.clinician), house.supervisor, house.lead
    at_risk(house, case)
    assert reminded(house) == 0
    house.wait(hours=4)
    assert reminded(house) == 1
    assert reminded(house) == 0
    for who in (supervisor, lead):
        (task,) = overdue(house, who)
        assert task.due_on <= house.now.date()
    assert mine(house, lead)[0].kind is TaskKind.RISK_OVERDUE
    assert overdue(house, house.clinician) == []
    assert [task.kind for task in mine(house, house.clinician)] == [TaskKind.RISK_TODAY]


def test_whoever_reaches_them_has_done_it_for_all(shared_house: House) -> None:
    house = shared_house
    case, lead = house.client("Ana", house.clinician), house.lead
    flag_id = at_risk(house, case)
    house.wait(hours=4)
    reminded(house)
    (task,) = overdue(house, lead)
    with house.work(lead) as work:
        assert flags.at_hand(work, task.id).client.name == "Ana"
        flags.reached(work, task.id, FlagReviewIn(note="Spoke to her on the phone."))
    assert overdue(house, lead) == mine(house, house.clinician) == []
    with house.work(house.clinician) as work:
        assert flags.page(work, case.client_id)[0].cleared_at is None
        flags.clear(work, case.client_id, flag_id, FlagClearIn(note="Seen today."))


def test_somebody_who_looked_has_touched_it(shared_house: House) -> None:
    house = shared_house
    case, _ = house.client("Ana", house.clinician), house.lead
    flag_id = at_risk(house, case)
    house.wait(minutes=5)
    with house.work(house.clinician) as work:
        flags.review(work, case.client_id, flag_id, FlagReviewIn(note="Assessed in session."))
    house.wait(hours=9)
    assert reminded(house) == 0


def test_where_nobody_else_is_there_it_is_ones_own_once_more(shared_house: House) -> None:
    """Somebody who works alone is lead, clinician and all."""
    house = shared_house
    case = house.client("Ana", house.founder)
    with house.work(house.founder) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    house.wait(hours=4)
    assert reminded(house) == 1
    assert len(overdue(house, house.founder)) == 1


def allow(house: House, case: Case, **given: object) -> ConsentOut:
    told = {"channel": "email", "address": f"{case.client_id.hex}@example.org", "state": "granted", **given}
    with house.work(house.clinician) as work:
        return consents.add(work, case.client_id, ConsentIn.model_validate(told))


def to_ask(house: House, who: Person) -> list[TaskOut]:
    return [task for task in mine(house, who) if task.kind is TaskKind.ASK_AGAIN]


def test_a_permission_that_runs_out_is_asked_for_again_before_it_does(shared_house: House) -> None:
    house = shared_house
    case, until = house.client("Ana", house.clinician), house.now.date() + timedelta(days=20)
    consent = allow(house, case, valid_until=until)
    assert reminded(house) == 0
    house.wait(days=6)
    assert (reminded(house), reminded(house)) == (1, 0)
    (task,) = to_ask(house, house.clinician)
    assert (task.subject_id, task.due_on) == (consent.id, until)
    with house.work(house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address=consent.address, state=ConsentState.GRANTED)
        consents.change(work, case.client_id, consent.id, given, version=1)
    assert to_ask(house, house.clinician) == []
    house.wait(days=30)
    assert reminded(house) == 0


def test_coming_of_age_opens_every_permission_anew(shared_house: House) -> None:
    """Their own and the guardian's, asked with the day on which they are an adult in sight."""
    house = shared_house
    case, of_age = house.client("Kim", house.clinician), house.now.date() + timedelta(days=30)
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(adult_on=of_age), version=1)
    for address, recipient in (("kim@example.org", "client"), ("parent@example.org", "guardian")):
        allow(house, case, address=address, recipient=recipient, authority="both_parents")
    house.wait(days=29)
    assert reminded(house) == 2
    assert len(to_ask(house, house.clinician)) == 2


def test_a_client_who_contacts_us_is_not_asked(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    allow(house, case, valid_until=house.now.date())
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(client_contacts_us=True), version=1)
    assert reminded(house) == 0


def test_the_worker_looks_by_itself(both_houses: House) -> None:
    house = both_houses
    case, lead = house.client("Ana", house.clinician), house.lead
    at_risk(house, case)
    worker = Worker(house.runtime)
    worker.until_idle()
    house.wait(hours=4, minutes=1)
    worker.until_idle()
    assert len(overdue(house, lead)) == 1
    with house.work(lead) as work:
        assert Role.PRACTICE_LEAD in work.principal.roles
