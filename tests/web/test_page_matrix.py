"""Every page x everybody: nobody signed in, another practice, every role. The count is printed."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts

from api.domain.access import ROLE_GRANTS, Permission
from api.services import (
    absences,
    check_in_templates,
    checkins,
    consents,
    covers,
    flags,
    imports,
    keys,
    leave,
    outreach_plans,
    practices,
    terminations,
)
from schemas.vocabulary import Channel, FlagKind, Role, TaskKind
from schemas.wire.checkins import CheckInIn
from schemas.wire.clients import ConsentIn
from schemas.wire.contacts import AbsenceIn
from schemas.wire.covers import CoverIn
from schemas.wire.flags import FlagIn
from schemas.wire.keys import KeyIn
from schemas.wire.leave import LeaveIn
from schemas.wire.terminations import TerminationNoteIn
from tests.support import letters
from tests.support import links as messages
from tests.support.counts import Say
from tests.support.house import House
from tests.support.releases import frozen
from tests.support.texting import left_to
from tests.web.conftest import Scene, Visitor
from tests.web.helping_on import NEEDS as NEEDS_OF_HELPING_ON
from tests.web.helping_on import helped_on
from tests.web.matrix_rows import A_TEMPLATE, a_plan, native_clients, of_the_work, put_off

# What a page asks for; the gate is what decides, and this table is what it is held to.
NEEDS = {
    "/": Permission.OWN_READ,
    "/sign-out": Permission.OWN_EDIT,
    "/me": Permission.OWN_READ,
    "/me/password": Permission.OWN_EDIT,
    "/me/leave": Permission.ABSENCE_RECORD,
    "/me/leave/{leave_id}/withdraw": Permission.ABSENCE_RECORD,
    "/caseload": Permission.ENGAGEMENT_READ,
    "/me/covers": Permission.COVER_NAME_OWN,
    "/me/covers/{cover_id}/end": Permission.COVER_NAME_OWN,
    "/members/{member_id}/covers": Permission.CLINICAL_GRANT,
    "/members/{member_id}/covers/{cover_id}/end": Permission.CLINICAL_GRANT,
    "/covers/{cover_id}": Permission.COVER_STAND_IN,
    "/covers/{cover_id}/episodes/{episode_id}/contacts": Permission.COVER_STAND_IN,
    "/covers/{cover_id}/replies/{reply_id}": Permission.COVER_STAND_IN,
    "/covers/{cover_id}/replies/{reply_id}/handled": Permission.COVER_STAND_IN,
    "/clients": Permission.CLIENT_READ,
    "/clients/search": Permission.CLIENT_READ,
    "/clients/new": Permission.CLIENT_EDIT,
    "/clients/{client_id}": Permission.CLIENT_READ,
    "/clients/{client_id}/edit": Permission.CLIENT_EDIT,
    "/clients/{client_id}/consents/new": Permission.CLIENT_EDIT,
    "/clients/{client_id}/consents/{consent_id}": Permission.CLIENT_EDIT,
    "/clients/{client_id}/consents/{consent_id}/remove": Permission.CLIENT_EDIT,
    "/clients/{client_id}/flags/new": Permission.FLAG_RAISE,
    "/clients/{client_id}/flags/{flag_id}": Permission.FLAG_RAISE,
    "/clients/{client_id}/flags/{flag_id}/review": Permission.FLAG_RAISE,
    "/clients/{client_id}/flags/{flag_id}/clear": Permission.FLAG_RAISE,
    "/clients/{client_id}/export": Permission.CLIENT_EXPORT,
    "/clients/{client_id}/record": Permission.CLIENT_ERASE,
    "/clients/{client_id}/erase": Permission.CLIENT_ERASE,
    "/clients/{client_id}/keep": Permission.CLIENT_ERASE,
    "/clients/{client_id}/legal-hold": Permission.CLIENT_ERASE,
    "/clients/{client_id}/legal-hold/end": Permission.CLIENT_ERASE,
    "/tasks/{task_id}/risk": Permission.FLAG_READ,
    "/tasks/{task_id}/reached": Permission.FLAG_RAISE,
    "/tasks/{task_id}/assessed": Permission.FLAG_RAISE,
    "/clients/{client_id}/episodes/new": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/why": Permission.ENGAGEMENT_READ,
    "/help/noticing": Permission.ENGAGEMENT_READ,
    "/episodes/{episode_id}/edit": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/owner": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/contacts": Permission.CONTACT_RECORD,
    "/episodes/{episode_id}/corrections": Permission.EPISODE_CORRECT,
    "/episodes/{episode_id}/snoozes": Permission.EPISODE_PUT_OFF,
    "/episodes/{episode_id}/snoozes/{snooze_id}/end": Permission.EPISODE_PUT_OFF,
    "/episodes/{episode_id}/absences": Permission.ABSENCE_RECORD,
    "/episodes/{episode_id}/absences/{absence_id}/withdraw": Permission.ABSENCE_RECORD,
    "/episodes/{episode_id}/follow-ups": Permission.CHECK_IN_READ,
    "/episodes/{episode_id}/follow-ups/{follow_up_id}/end": Permission.CHECK_IN_WRITE,
    "/episodes/{episode_id}/goals": Permission.GOAL_READ,
    "/episodes/{episode_id}/goals/take-up": Permission.GOAL_WRITE,
    "/goals/{goal_id}": Permission.GOAL_WRITE,
    "/goals/{goal_id}/state": Permission.GOAL_WRITE,
    "/goals/{goal_id}/discard": Permission.GOAL_WRITE,
    "/episodes/{episode_id}/sheet": Permission.NOTE_READ,
    "/episodes/{episode_id}/return": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/scores": Permission.SCORE_RECORD,
    "/episodes/{episode_id}/scores/{score_id}/assessed": Permission.FLAG_RAISE,
    "/episodes/{episode_id}/scores/{score_id}/withdraw": Permission.SCORE_RECORD,
    "/episodes/{episode_id}/agreements": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/appointments": Permission.APPOINTMENT_RECORD,
    "/appointments/{appointment_id}/outcome": Permission.APPOINTMENT_RECORD,
    "/episodes/{episode_id}/closing-session": Permission.EPISODE_READ,
    "/episodes/{episode_id}/closing-session/agenda": Permission.NOTE_READ,
    "/episodes/{episode_id}/closing-session/agenda/words": Permission.NOTE_WRITE,
    "/episodes/{episode_id}/closing-session/agenda/discard": Permission.NOTE_WRITE,
    "/episodes/{episode_id}/closing-session/steps": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/closing-session/{record_id}/withdraw": Permission.EPISODE_EDIT,
    "/episodes/{episode_id}/end": Permission.NOTE_SIGN,
    "/episodes/{episode_id}/notes/new": Permission.NOTE_WRITE,
    "/notes": Permission.NOTE_READ,
    "/notes/{note_id}": Permission.NOTE_READ,
    "/notes/{note_id}/note.pdf": Permission.NOTE_READ,
    "/notes/{note_id}/evidence.pdf": Permission.CHECK_IN_READ,
    "/notes/{note_id}/edit": Permission.NOTE_WRITE,
    "/notes/{note_id}/discard": Permission.NOTE_WRITE,
    "/notes/{note_id}/kept": Permission.NOTE_WRITE,
    "/notes/{note_id}/risk": Permission.NOTE_WRITE,
    "/notes/{note_id}/sign": Permission.NOTE_SIGN,
    "/notes/{note_id}/cosign": Permission.NOTE_COSIGN,
    "/notes/{note_id}/return": Permission.NOTE_COSIGN,
    "/notes/{note_id}/letter": Permission.CHECK_IN_WRITE,
    "/letters/{letter_id}": Permission.CHECK_IN_READ,
    "/letters/{letter_id}/hand-over": Permission.CHECK_IN_APPROVE,
    "/notes/{note_id}/addenda": Permission.NOTE_SIGN,
    "/replies": Permission.REPLY_READ,
    "/replies/{reply_id}/handled": Permission.REPLY_HANDLE,
    "/replies/{reply_id}/book": Permission.APPOINTMENT_RECORD,
    "/concerns": Permission.CONCERN_READ,
    "/concerns/{concern_id}": Permission.CONCERN_READ,
    "/concerns/{concern_id}/acknowledged": Permission.CONCERN_HANDLE,
    "/concerns/{concern_id}/notes": Permission.CONCERN_HANDLE,
    "/concerns/{concern_id}/handled": Permission.CONCERN_HANDLE,
    "/concerns/{concern_id}/hold": Permission.CONCERN_HANDLE,
    "/concerns/{concern_id}/lift": Permission.CONCERN_HANDLE,
    "/concerns/{concern_id}/release": Permission.CONCERN_HANDLE,
    "/texts/{text_id}": Permission.TEXT_READ,
    "/texts/{text_id}/assign": Permission.TEXT_ASSIGN,
    "/texts/{text_id}/put-aside": Permission.TEXT_ASSIGN,
    "/tasks": Permission.TASK_READ,
    "/tasks/{task_id}/done": Permission.TASK_DO,
    "/clients/{client_id}/check-ins": Permission.CHECK_IN_READ,
    "/episodes/{episode_id}/check-ins/new": Permission.CHECK_IN_WRITE,
    "/tone-hints": Permission.CHECK_IN_WRITE,
    "/check-ins/{check_in_id}": Permission.CHECK_IN_READ,
    "/check-ins/{check_in_id}/words": Permission.CHECK_IN_WRITE,
    "/check-ins/{check_in_id}/undo": Permission.CHECK_IN_APPROVE,
    "/check-ins/{check_in_id}/cancel": Permission.CHECK_IN_WRITE,
    "/check-ins/{check_in_id}/settle": Permission.CHECK_IN_APPROVE,
    "/check-ins/{check_in_id}/by-hand": Permission.CHECK_IN_APPROVE,
    "/check-ins/{check_in_id}/by-hand/words": Permission.CHECK_IN_APPROVE,
    "/check-ins/{check_in_id}/record-text": Permission.CHECK_IN_READ,
    "/check-ins/{check_in_id}/letter.pdf": Permission.CHECK_IN_READ,
    "/check-ins/{check_in_id}/file": Permission.CHECK_IN_READ,
    "/episodes/{episode_id}/outreach-plan": Permission.CHECK_IN_READ,
    "/episodes/{episode_id}/outreach-plan/new": Permission.CHECK_IN_WRITE,
    "/outreach-plans/{plan_id}/stop": Permission.CHECK_IN_WRITE,
    "/imports": Permission.IMPORT_READ,
    "/imports/new": Permission.IMPORT_RUN,
    "/imports/{import_id}": Permission.IMPORT_READ,
    "/imports/{import_id}/apply": Permission.IMPORT_RUN,
    "/imports/{import_id}/undo": Permission.IMPORT_RUN,
    "/statistics": Permission.STATISTICS_READ,
    "/statistics/period": Permission.STATISTICS_READ,
    "/statistics/releases": Permission.STATISTICS_RELEASE,
    "/statistics/releases/{release_id}": Permission.STATISTICS_READ,
    "/statistics/releases/{release_id}/release.csv": Permission.STATISTICS_READ,
    "/statistics/releases/{release_id}/release.json": Permission.STATISTICS_READ,
    "/members": Permission.MEMBER_READ,
    "/members/new": Permission.MEMBER_EDIT,
    "/members/{member_id}": Permission.MEMBER_READ,
    "/members/{member_id}/edit": Permission.MEMBER_EDIT,
    "/members/{member_id}/roles": Permission.CLINICAL_GRANT,
    "/members/{member_id}/password": Permission.PASSWORD_RESET,
    "/members/{member_id}/supervisees": Permission.CLINICAL_GRANT,
    "/members/{member_id}/leave": Permission.LEAVE_RECORD,
    "/members/{member_id}/leave/{leave_id}/withdraw": Permission.LEAVE_RECORD,
    "/members/{member_id}/known": Permission.CLINICAL_GRANT,
    "/members/{member_id}/leaving": Permission.MEMBER_EDIT,
    "/practice": Permission.PRACTICE_READ,
    "/practice/way-back": Permission.PRACTICE_EDIT,
    "/practice/help": Permission.PRACTICE_EDIT,
    "/practice/edit": Permission.PRACTICE_EDIT,
    "/practice/noticing": Permission.PRACTICE_EDIT,
    "/practice/closures": Permission.PRACTICE_EDIT,
    "/practice/closures/{closure_id}/withdraw": Permission.PRACTICE_EDIT,
    "/practice/retention": Permission.CLIENT_ERASE,
    "/practice/templates": Permission.TEMPLATE_READ,
    "/practice/templates/new": Permission.TEMPLATE_EDIT,
    "/practice/templates/{template_id}": Permission.TEMPLATE_READ,
    "/practice/templates/{template_id}/edit": Permission.TEMPLATE_EDIT,
    "/practice/templates/{template_id}/remove": Permission.TEMPLATE_EDIT,
    "/practice/keys": Permission.KEY_READ,
    "/practice/keys/new": Permission.KEY_EDIT,
    "/practice/keys/{key_id}/end": Permission.KEY_EDIT,
    "/practice/audit": Permission.AUDIT_READ,
    **NEEDS_OF_HELPING_ON,
}
# Where the permission alone does not decide: the member of these tests is a clinician, whose password a lead makes, and
# the task is a clinician's, which a supervisor sees, as they see goals and write none.
WHOSE_DECIDES = {
    ("POST", "/members/{member_id}/password"): Role.ADMIN,
    ("POST", "/tasks/{task_id}/done"): Role.SUPERVISOR,
    ("POST", "/episodes/{episode_id}/goals"): Role.SUPERVISOR,
    ("POST", "/episodes/{episode_id}/follow-ups"): Role.SUPERVISOR,
}
OPEN_TO_ANYBODY = {"/sign-in", "/static/{fingerprint}/{name}", "/r/{token}", "/r/{token}/", "/r/{token}/{said}"}
# Whoever it is has to sign what they send: tests/rest/test_text_hooks.py.
OPEN_TO_ANYBODY |= {"/hooks/sms/status", "/hooks/sms/inbound"}
ANSWERED = {200, 303, 404, 409, 412, 422}


@dataclass(frozen=True)
class Route:
    method: str
    path: str

    def at(self, ids: dict[str, UUID]) -> str:
        return self.path.format_map(ids)


def every_page(house: House) -> list[Route]:
    found = [
        Route(method, context.path)
        for context in iter_route_contexts(house.app.routes)
        if context.path and not context.path.startswith(("/v1", "/healthz", "/readyz"))
        for method in sorted((context.methods or set()) - {"HEAD"})
    ]
    return [route for route in found if route.path not in OPEN_TO_ANYBODY]


@pytest.fixture
def ids(house: House, drifting: Scene) -> dict[str, UUID]:
    """One of everything. The member is nobody whom another part of the test needs."""
    case, spare = drifting.people["Jonas Weber"], house.practice.member(Role.CLINICIAN, name="Spare")
    days = LeaveIn(from_on=house.now.date(), to_on=house.now.date())
    with house.work(house.clinician) as work:
        absence = absences.record(work, case.episode_id, AbsenceIn(from_on=house.now.date()))
        draft = checkins.draft(work, CheckInIn(episode_id=case.episode_id, body="Hello. No answer is fine too."))
        consent = consents.add(work, case.client_id, ConsentIn(channel=Channel.LETTER, address="A street 1"))
        flag = flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
        note = terminations.add(work, TerminationNoteIn(episode_id=case.episode_id))
    told = messages.send(house, case, house.clinician)
    reached = letters.at_the_end(house, case, note.id) | {
        "appointment_id": drifting.appointments_of(case)[0].id,
        "reply_id": messages.reply(house, case, house.clinician, told),
        "concern_id": messages.concern(house, case, house.lead, told),
        "release_id": frozen(house),
        "text_id": left_to(house, house.lead, "+34600000001"),
        "task_id": messages.task(house, case, house.clinician, TaskKind.UNDERSTAND_OPT_OUT),
    }
    with house.work(house.founder) as work:
        return {
            "client_id": case.client_id,
            "episode_id": case.episode_id,
            "absence_id": absence.id,
            **of_the_work(work, case),
            "consent_id": consent.id,
            "flag_id": flag.id,
            "snooze_id": put_off(work, case),
            "note_id": note.id,
            "check_in_id": draft.id,
            "import_id": imports.receive(work, native_clients()).id,
            "member_id": spare.id,
            "leave_id": leave.record(work, spare.id, days).id,
            "cover_id": covers.name(work, spare.id, CoverIn(covering_id=house.clinician.id, **days.model_dump())).id,
            "closure_id": practices.close_days(work, days).id,
            **reached,
            **helped_on(work, case, house.clinician),
            "plan_id": outreach_plans.sketch(work, a_plan(case, house)).id,
            "template_id": check_in_templates.add(work, A_TEMPLATE).id,
            "key_id": keys.add(work, KeyIn(name="Key", scopes=["client:read"])).key.id,
        }


def test_every_page_has_its_permission_on_record(house: House) -> None:
    assert {route.path for route in every_page(house)} == set(NEEDS)


def test_nobody_signed_in_is_sent_to_the_door(house: House, visitor: Visitor, ids: dict[str, UUID], say: Say) -> None:
    """Without a cookie, with one that was made up, with a key's, with an empty one."""
    checked = 0
    for cookie in (None, "lts_made_up", "lt_made_up", ""):
        browser = visitor()
        for route in every_page(house):
            if cookie is not None:
                browser.cookies.set("leavetaking", cookie)
            answer = browser.request(route.method, route.at(ids))
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), route
            checked += 1
    assert checked >= 4 * 65
    say(f"matrix: pages x nobody: {checked}")


def test_another_practice_finds_nothing_under_our_addresses(
    house: House, visitor: Visitor, ids: dict[str, UUID], say: Say
) -> None:
    """Whoever holds every role next door gets what an address that never existed would give."""
    next_door = house.found("Next door")
    browser = visitor(next_door.founder)
    routes = [route for route in every_page(house) if "{" in route.path]
    for route in routes:
        assert browser.request(route.method, route.at(ids)).status_code == 404, route
    assert len(routes) >= 40
    say(f"matrix: pages x another practice: {len(routes)}")


def test_an_address_that_is_no_id_is_nothing(house: House, visitor: Visitor, ids: dict[str, UUID]) -> None:
    browser, nonsense = visitor(house.founder), dict.fromkeys(ids, "not-an-id")
    for route in [route for route in every_page(house) if "{" in route.path]:
        assert browser.request(route.method, route.path.format_map(nonsense)).status_code == 404, route


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD, Role.ADMIN])
def test_a_page_is_open_to_those_whose_role_allows_it(
    house: House, visitor: Visitor, ids: dict[str, UUID], role: Role, say: Say
) -> None:
    """The forms are sent empty: they come back with faults, or do what needs no words."""
    browser = visitor(house.practice.of_role(role))
    counts = {"open": 0, "closed": 0}
    for route in every_page(house):
        if route.path == "/sign-out":
            continue
        status = browser.request(route.method, route.at(ids)).status_code
        if NEEDS[route.path] in ROLE_GRANTS[role] and WHOSE_DECIDES.get((route.method, route.path)) is not role:
            assert status in ANSWERED, (route, status)
            counts["open"] += 1
        else:
            assert status == 403, (route, status)
            counts["closed"] += 1
    assert counts["open"] >= 10
    assert counts["closed"] >= 5
    say(f"matrix: pages x {role}: {counts}")


def test_a_supervisor_reads_a_supervisee_s_client_and_gets_no_form(
    house: House, visitor: Visitor, ids: dict[str, UUID]
) -> None:
    page = visitor(house.supervisor).get(f"/clients/{ids['client_id']}")
    assert page.status_code == 200
    assert page.text.count("<form") == 1  # signing out
    assert "/contacts" not in page.text


def test_whoever_supervises_and_has_clients_writes_in_their_own_caseload_only(
    house: House, visitor: Visitor, ids: dict[str, UUID]
) -> None:
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(house.clinician,))
    browser = visitor(both)
    page = browser.get(f"/clients/{ids['client_id']}")
    assert page.status_code == 200
    assert f"/episodes/{ids['episode_id']}/contacts" not in page.text
    assert browser.post(f"/episodes/{ids['episode_id']}/contacts", data={"tap": "spoke"}).status_code == 403


def test_another_clinician_of_the_practice_finds_nothing(house: House, visitor: Visitor, ids: dict[str, UUID]) -> None:
    other = visitor(house.practice.member(Role.CLINICIAN))
    for path in ("/clients/{client_id}", "/episodes/{episode_id}/contacts", "/appointments/{appointment_id}/outcome"):
        assert other.get(path.format_map(ids)).status_code == 404


def test_the_navigation_shows_what_the_role_allows(house: House, visitor: Visitor) -> None:
    assert 'href="/imports"' not in visitor(house.clinician).get("/me").text
    assert 'href="/imports"' in visitor(house.lead).get("/me").text
    admin = visitor(house.admin).get("/members").text
    assert 'href="/caseload"' not in admin
    assert 'href="/clients"' not in admin
