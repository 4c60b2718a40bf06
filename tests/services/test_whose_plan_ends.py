"""A plan ends by what its own client said, in whatever work they said it, and never by what somebody else said."""

from collections.abc import Callable
from uuid import UUID

import pytest

from api.domain.replies import Told
from api.services import clients, consents, episodes, flags, outreach_plans, replies
from api.services.work import unit
from schemas.vocabulary import (
    Channel,
    CheckInState,
    ConsentState,
    EpisodeFormat,
    FlagKind,
    PlanEnd,
    ReplyAnswer,
    StopReason,
)
from schemas.wire.clients import ConsentIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagIn
from schemas.wire.outreach_plans import OutreachPlanIn, OutreachPlanOut
from tests.support import links
from tests.support.house import Case, House
from tests.support.messages import address, approved, seen

SHARED = "family@example.org"


def planned(house: House, case: Case) -> OutreachPlanOut:
    steps = [{"due_on": house.now.date().isoformat(), "template": "hello-en"}]
    with house.work(house.clinician) as work:
        given = {"episode_id": str(case.episode_id), "client_id": str(case.client_id), "steps": steps}
        return outreach_plans.sketch(work, OutreachPlanIn.model_validate(given))


def ended_because(house: House, plan: OutreachPlanOut) -> PlanEnd | None:
    with house.work(house.clinician) as work:
        return outreach_plans.read(work, plan.id).ended_because


def refuse(house: House, case: Case, consent_id: UUID) -> None:
    with house.work(house.clinician) as work:
        said = ConsentIn(channel=Channel.EMAIL, address=SHARED, state=ConsentState.WITHDRAWN)
        version = next(one.version for one in consents.page(work, case.client_id) if one.id == consent_id)
        consents.change(work, case.client_id, consent_id, said, version=version)


def opt_out(house: House, case: Case, consent_id: UUID) -> None:
    sent = links.send(house, case, house.clinician, consent_id=consent_id)
    with unit(house.runtime) as work:
        opened = replies.open_link(work, sent.token, "192.0.2.1")
        replies.answer(work, opened.link, Told(ReplyAnswer.DO_NOT_CONTACT))


def call_unsafe(house: House, case: Case, consent_id: UUID) -> None:
    with house.work(house.clinician) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=consent_id))


@pytest.mark.parametrize(
    ("act", "stopped_by"),
    [
        (refuse, StopReason.OPTED_OUT),
        (opt_out, StopReason.OPTED_OUT),
        (call_unsafe, StopReason.FLAGGED),
    ],
)
def test_what_one_says_of_a_shared_address_stops_the_other_s_message_and_not_their_plan(
    shared_house: House, act: Callable[[House, Case, UUID], None], stopped_by: StopReason
) -> None:
    house = shared_house
    ana, berta = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    of_ana = address(house, ana, house.clinician, SHARED)
    waits = approved(house, berta, house.clinician, address(house, berta, house.clinician, SHARED))
    hers, theirs = planned(house, ana), planned(house, berta)
    house.wait(minutes=1)
    act(house, ana, of_ana)
    assert ended_because(house, hers) is not None
    assert seen(house, waits) == (CheckInState.CANCELLED, stopped_by)
    assert ended_because(house, theirs) is None


def test_an_answer_ends_the_plan_of_another_course_of_work_too(shared_house: House) -> None:
    house = shared_house
    ana, berta = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    with house.work(house.clinician) as work:
        together = episodes.add(
            work, EpisodeIn(client_ids=[ana.client_id, berta.client_id], format=EpisodeFormat.COUPLE)
        )
    plan = planned(house, Case(ana.client_id, together.id))
    house.wait(minutes=1)
    sent = links.send(house, ana, house.clinician)
    with unit(house.runtime) as work:
        opened = replies.open_link(work, sent.token, "192.0.2.1")
        replies.answer(work, opened.link, Told(ReplyAnswer.FINISHED_FOR_NOW))
    assert ended_because(house, plan) is PlanEnd.REPLIED


def test_of_two_who_are_one_person_one_plan_goes_on(shared_house: House) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Anna", house.clinician)
    with house.work(house.clinician) as work:
        together = episodes.add(
            work, EpisodeIn(client_ids=[ana.client_id, double.client_id], format=EpisodeFormat.COUPLE)
        )
    kept, other = (planned(house, Case(one.client_id, together.id)) for one in (ana, double))
    with house.work(house.founder) as work:
        clients.merge(work, ana.client_id, double.client_id)
    assert (ended_because(house, kept), ended_because(house, other)) == (None, PlanEnd.OTHER)


def test_a_plan_for_somebody_with_a_telephone_alone_is_looked_at_for_that(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        phone = ConsentIn(channel=Channel.SMS, address="+34 612 345 678", state=ConsentState.DECLINED)
        consents.add(work, case.client_id, phone)
    outlook = planned(house, case).outlook
    assert outlook is not None
    assert [one.code for one in outlook.reasons] == ["declined"]
