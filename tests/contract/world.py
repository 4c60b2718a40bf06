"""One practice with one of everything, and for every route an address and a body that mean something there.

A path parameter or a body that this file does not know fails the matrix tests: whoever adds a route adds it here.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from api.rest.examples import BODIES
from schemas.tables.base import new_id
from schemas.vocabulary import Role, TaskKind
from tests.contract import onward
from tests.contract.routes import Route
from tests.contract.things import Things
from tests.support.house import PASSWORD, Machine, Person

COMING = "2026-03-10T15:00:00Z"


class World(Things):
    """With an address and a body for every route."""


class World:
    """Whatever an address names is made when it is first asked for, by the founder, over the API."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.practice: Practice = house.found("A world")
        self._callers: dict[str, Person | Machine] = {}

    @property
    def founder(self) -> Person:
        return self.practice.founder

    @cached_property
    def case(self) -> Case:
        return self.practice.client("Ana", self.founder)

    @cached_property
    def double_id(self) -> str:
        return self._made("/v1/clients", {"name": "Ana M."})

    @cached_property
    def appointment_id(self) -> str:
        body = {"episode_id": str(self.case.episode_id), "starts_at": PAST}
        return self._made("/v1/appointments", body)

    @cached_property
    def absence_id(self) -> str:
        return self._made(f"/v1/episodes/{self.case.episode_id}/absences", BODIES["AbsenceIn"])

    @cached_property
    def quiet(self) -> Case:
        """A client who came every week and then did not: there is a next act."""
        case = self.practice.client("Bea", self.founder)
        items = [
            {
                "source": "cliniko",
                "external_id": f"{case.episode_id}-{week}",
                "episode_id": str(case.episode_id),
                "starts_at": (self.house.now - timedelta(weeks=week)).isoformat(),
                "status": "attended",
                "status_known_at": (self.house.now - timedelta(weeks=week, hours=-2)).isoformat(),
            }
            for week in range(6, 12)
        ]
        answer = self.house.api(self.founder).post("/v1/appointments/batch", json={"items": items})
        assert answer.json()["counts"] == {"created": 6}, answer.text
        return case

    def snooze_id(self) -> str:
        """One that still runs, for each that asks."""
        return self._made(f"/v1/episodes/{self.quiet.episode_id}/snoozes", BODIES["SnoozeIn"])

    def closing_record_id(self) -> str:
        """The last one there is, for each that asks."""
        path = f"/v1/episodes/{self.quiet.episode_id}/closing-session/steps"
        answer = self.house.api(self.founder).post(path, json={"step": "offered"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["steps"][-1]["id"])

    @cached_property
    def score_id(self) -> str:
        return self._made(f"/v1/episodes/{self.case.episode_id}/scores", BODIES["ScoreIn"])

    @cached_property
    def consent_id(self) -> str:
        return self._made(f"/v1/clients/{self.case.client_id}/consents", BODIES["ConsentIn"])

    def draft_id(self) -> str:
        """A message of its own for each that asks: it may be approved, for there is an address that may be written to."""
        assert self.consent_id
        return self._made("/v1/check-ins", self.check_in())

    def approved_id(self) -> str:
        return str(messages.approved(self.house, self.case, self.founder, UUID(self.consent_id)))

    def uncertain_id(self) -> str:
        return str(messages.uncertain(self.house, self.practice, UUID(self.approved_id())))

    def check_in(self) -> dict[str, Any]:
        return {**BODIES["CheckInIn"], "episode_id": str(self.case.episode_id)}

    @cached_property
    def flag_id(self) -> str:
        return self._made(f"/v1/clients/{self.case.client_id}/flags", {"kind": "confidential_programme"})

    @cached_property
    def risk_task_id(self) -> str:
        self._made(f"/v1/clients/{self.case.client_id}/flags", {"kind": "risk_of_harm"})
        with self.house.rows(self.practice) as work:
            made = sa.select(col(Task.id)).where(col(Task.kind) == TaskKind.RISK_TODAY)
            return str(work.session.scalars(made).one())

    @cached_property
    def member_id(self) -> str:
        return str(self.practice.member(Role.CLINICIAN, Role.SUPERVISOR).id)

    @cached_property
    def leave_id(self) -> str:
        return self._made(f"/v1/members/{self.member_id}/leave", LEAVE)

    @property
    def absent(self) -> Person:
        return self._covered_by_the_founder[0]

    @cached_property
    def _covered_by_the_founder(self) -> tuple[Person, str]:
        """A clinician who is away today, and the cover."""
        person = self.practice.member(Role.CLINICIAN, name="Away Today")
        today = self.house.now.date().isoformat()
        days = {"from_on": today, "to_on": today}
        self._made(f"/v1/members/{person.id}/leave", days)
        body = {"covering_id": str(self.founder.id), **days}
        return person, self._made(f"/v1/members/{person.id}/covers", body)

    @property
    def cover_id(self) -> str:
        return self._covered_by_the_founder[1]

    @cached_property
    def covered(self) -> Case:
        return self.practice.client("Bea", self.absent)

    @cached_property
    def covered_reply_id(self) -> UUID:
        consent_id = links.permit(self.house, self.covered, self.absent, "covered@example.org")
        sent = links.send(self.house, self.covered, self.absent, consent_id=consent_id)
        return links.reply(self.house, self.covered, self.absent, sent)

    @cached_property
    def own_cover_id(self) -> str:
        assert self.own_leave_id
        return self._made("/v1/me/covers", {"covering_id": str(self.practice.clinician.id), **LEAVE})

    @cached_property
    def own_leave_id(self) -> str:
        return self._made("/v1/me/leave", LEAVE)

    def cover(self) -> dict[str, Any]:
        """For the member of the addresses, or for the founder: both are away then."""
        assert self.leave_id
        assert self.own_leave_id
        return {"covering_id": str(self.practice.clinician.id), **LEAVE}

    @cached_property
    def closure_id(self) -> str:
        return self._made("/v1/practice/closures", LEAVE)

    @cached_property
    def key_id(self) -> str:
        return str(self.practice.key().id)

    @cached_property
    def template_id(self) -> str:
        return self._made("/v1/check-in-templates", BODIES["CheckInTemplateIn"])

    def referral(self) -> dict[str, Any]:
        return onward.referral(self.house, self.founder, self.case.episode_id)

    @cached_property
    def suggested(self) -> dict[str, Any]:
        return self.referral()

    @property
    def referral_id(self) -> str:
        return str(self.suggested["id"])

    @cached_property
    def provider_id(self) -> str:
        return onward.provider(self.house, self.founder)

    @cached_property
    def import_id(self) -> str:
        answer = self.house.api(self.founder).post("/v1/imports", **self.form())
        return str(answer.json()["id"])

    @cached_property
    def note_id(self) -> str:
        """Finished, and not signed yet."""
        return self._made("/v1/termination-notes", {"episode_id": str(self.case.episode_id), **BODIES["NoteContent"]})

    @cached_property
    def goal_id(self) -> str:
        return self._made(f"/v1/episodes/{self.case.episode_id}/goals", BODIES["GoalIn"])

    def follow_up_id(self) -> str:
        case = self.practice.client("Fay", self.founder)
        return self._made(f"/v1/episodes/{case.episode_id}/follow-ups", BODIES["FollowUpIn"])

    @cached_property
    def returned_id(self) -> str:
        """An episode of a client who came back."""
        case = self.practice.client("Rosa", self.founder)
        body = {"client_ids": [str(case.client_id)], "previous_episode_id": str(case.episode_id)}
        return self._made("/v1/episodes", body)

    @cached_property
    def waiting_note_id(self) -> str:
        """Signed by somebody who is supervised: it waits for a cosignature."""
        return str(notes.waiting(self.house, self.practice).id)

    @cached_property
    def signed_note_id(self) -> str:
        return str(notes.signed(self.house, self.practice).id)

    def unlettered_note_id(self) -> str:
        """A note without a letter, for each that asks."""
        return str(notes.draft(self.house, self.founder, self.practice.client("Dora", self.founder)).id)

    @cached_property
    def letter_id(self) -> str:
        """One that is read."""
        return self._made("/v1/letters", {"note_id": self.unlettered_note_id()})

    def letter_to_approve_id(self) -> str:
        """Its note is signed, without it; there is an address that may be written to."""
        case = self.practice.client("Dora", self.founder)
        links.permit(self.house, case, self.founder, f"{case.client_id}@example.org")
        note = notes.draft(self.house, self.founder, case)
        letter = post.write(self.house, self.founder, note.id, body=post.PLAIN)
        notes.sign(self.house, self.founder, note)
        return str(letter.id)

    @cached_property
    def plan(self) -> dict[str, Any]:
        """One that runs, as it was answered for."""
        body = {**BODIES["OutreachPlanIn"], "episode_id": str(self.case.episode_id)}
        answer = self.house.api(self.founder).post("/v1/outreach-plans", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    @cached_property
    def message(self) -> Sent:
        """A check-in that was sent to the client."""
        consent_id = links.permit(self.house, self.case, self.founder, "answers@example.org")
        return links.send(self.house, self.case, self.founder, consent_id=consent_id)

    @cached_property
    def reply_id(self) -> UUID:
        return links.reply(self.house, self.case, self.founder, self.message)

    @cached_property
    def chosen_reply_id(self) -> UUID:
        """With it the client tapped a time that was offered."""
        return links.chosen(self.house, self.case, self.founder, self.message)

    @cached_property
    def text_id(self) -> UUID:
        return left_to(self.house, self.founder, "+34600000001")

    @cached_property
    def concern_id(self) -> UUID:
        return links.concern(self.house, self.case, self.founder, self.message)

    @cached_property
    def task_id(self) -> UUID:
        """One that saying so does."""
        return links.task(self.house, self.case, self.founder, TaskKind.UNDERSTAND_OPT_OUT)

    @cached_property
    def release_id(self) -> str:
        return str(frozen(self.house, self.practice))

    def _made(self, path: str, body: Any) -> str:  # noqa: ANN401  # any JSON
        answer = self.house.api(self.founder).post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def parameter(self, route: Route, name: str) -> str:
        value = PARAMETERS.get(f"{route.operation_id}.{name}") or PARAMETERS.get(name)
        if value is None:
            raise AssertionError(f"{route.operation_id}: say in {__name__} what {{{name}}} is")
        return str(value(self))

    def address(self, route: Route, **instead: str) -> str:
        parts = {name: instead.get(name) or self.parameter(route, name) for name in route.parameters}
        return route.path.format(**parts)

    def body(self, route: Route) -> dict[str, Any]:
        """A body that the founder can send and have accepted."""
        assert route.shape is not None
        special = SPECIAL_BODIES.get(route.shape.__name__)
        return special(self) if special else dict(BODIES[route.shape.__name__])

    def request(self, route: Route) -> dict[str, Any]:
        """What httpx needs beside method and address."""
        version = VERSIONS.get(route.operation_id, 1)
        headers = {"If-Match": f'"v{version}"'} if route.needs_version else {}
        if route.takes_form:
            return {**self.form(route.operation_id), "headers": headers}
        return {"json": self.body(route), "headers": headers} if route.shape else {"headers": headers}

    def callers(self) -> dict[str, Person | Machine]:
        """One of every kind of caller but the founder."""
        practice = self.practice
        return {
            **{role.value: practice.of_role(role) for role in Role if role is not Role.INTEGRATION},
            "nobody in particular": practice.member(),
            "a key without scopes": practice.key(),
        }


# A signature is a change: what waits for the next one is no fresh row any more.
VERSIONS = {"terminations_cosign": 2, "terminations_send_back": 2, "referrals_change": 2}
VERSIONS = {"closing_agendas_change": 0, "terminations_cosign": 2, "terminations_send_back": 2}
# A signature is a change: what waits for the next one is no fresh row any more. Of the way back there is no row at first.
VERSIONS = {"terminations_cosign": 2, "terminations_send_back": 2, "way_back_change": 0}

PARAMETERS: dict[str, Callable[[World], UUID | str]] = {
    "absence_id": lambda world: world.absence_id,
    "appointment_id": lambda world: world.appointment_id,
    "check_in_id": lambda world: world.draft_id(),
    "checkins_settle.check_in_id": lambda world: world.uncertain_id(),
    "checkins_undo.check_in_id": lambda world: world.approved_id(),
    "client_id": lambda world: world.case.client_id,
    "closure_id": lambda world: world.closure_id,
    "concern_id": lambda world: world.concern_id,
    "consent_id": lambda world: world.consent_id,
    "covers_caseload.cover_id": lambda world: world.cover_id,
    "covers_waiting.cover_id": lambda world: world.cover_id,
    "covers_record_contact.cover_id": lambda world: world.cover_id,
    "covers_record_contact.episode_id": lambda world: world.covered.episode_id,
    "covers_read_reply.cover_id": lambda world: world.cover_id,
    "covers_read_reply.reply_id": lambda world: world.covered_reply_id,
    "covers_handle_reply.cover_id": lambda world: world.cover_id,
    "covers_handle_reply.reply_id": lambda world: world.covered_reply_id,
    "me_covers_end.cover_id": lambda world: world.own_cover_id,
    "members_covers_end.cover_id": lambda world: world.cover_id,
    "members_covers_end.member_id": lambda world: world.absent.id,
    "documents_letter.check_in_id": lambda world: world.printed_letter_id,
    "episode_id": lambda world: world.case.episode_id,
    "episodes_read_former_work.episode_id": lambda world: world.returned_id,
    "external_id": lambda _world: f"X-{new_id().hex}",
    "follow_up_id": lambda world: world.follow_up_id(),
    "flag_id": lambda world: world.flag_id,
    "flags_read_risk.task_id": lambda world: world.risk_task_id,
    "goal_id": lambda world: world.goal_id,
    "import_id": lambda world: world.import_id,
    "key_id": lambda world: world.key_id,
    "letter_id": lambda world: world.letter_id,
    "letters_approve.letter_id": lambda world: world.letter_to_approve_id(),
    "letters_hand_over.letter_id": lambda world: world.letter_to_approve_id(),
    "leave_id": lambda world: world.leave_id,
    "note_id": lambda world: world.note_id,
    "terminations_append.note_id": lambda world: world.signed_note_id,
    "terminations_cosign.note_id": lambda world: world.waiting_note_id,
    "terminations_send_back.note_id": lambda world: world.waiting_note_id,
    "me_leave_withdraw.leave_id": lambda world: world.own_leave_id,
    "member_id": lambda world: world.member_id,
    "referral_id": lambda world: world.referral_id,
    "referrals_change.referral_id": lambda world: world.referral()["id"],
    "referrals_close.referral_id": lambda world: world.referral()["id"],
    "referrals_suggest.referral_id": lambda world: world.referral()["id"],
    "option_id": lambda world: world.suggested["options"][0]["id"],
    "provider_id": lambda world: world.provider_id,
    "referral_providers_change.provider_id": lambda world: onward.provider(world.house, world.founder),
    "referral_providers_remove.provider_id": lambda world: onward.provider(world.house, world.founder),
    "reply_id": lambda world: world.reply_id,
    "plan_id": lambda world: world.plan["id"],
    "step_id": lambda world: world.plan["steps"][0]["id"],
    "record_id": lambda world: world.closing_record_id(),
    "closing_sessions_withdraw.episode_id": lambda world: world.quiet.episode_id,
    "replies_book.reply_id": lambda world: world.chosen_reply_id,
    "period": lambda _world: "2020",
    "release_id": lambda world: world.release_id,
    "records_erase.client_id": lambda world: world.double_id,
    "score_id": lambda world: world.score_id,
    "scores_assess.score_id": lambda world: world.answered_id(),
    "scores_assess.episode_id": lambda world: world.quiet.episode_id,
    "tasks_assess.task_id": lambda world: world.look_task_id(),
    "template_id": lambda world: world.template_id,
    "snooze_id": lambda world: world.snooze_id(),
    "snoozes_bring_back.episode_id": lambda world: world.quiet.episode_id,
    "snoozes_put_off.episode_id": lambda world: world.quiet.episode_id,
    "source": lambda _world: "cliniko",
    "task_id": lambda world: world.task_id,
}


def _appointment(world: World) -> dict[str, Any]:
    return {"episode_id": str(world.case.episode_id), "starts_at": COMING}


SPECIAL_BODIES: dict[str, Callable[[World], dict[str, Any]]] = {
    "AppointmentBatchIn": lambda world: {
        "items": [{"source": "cliniko", "external_id": "A-1", **_appointment(world)}],
    },
    "AppointmentIn": _appointment,
    "AppointmentNewIn": lambda world: {"episode_id": str(world.case.episode_id), "starts_at": COMING},
    "CheckInIn": lambda world: world.check_in(),
    "ClientMergeIn": lambda world: {"double_id": world.double_id},
    "ClinicianKeyIn": lambda world: {"member_id": world.member_id},
    "CoverIn": lambda world: world.cover(),
    "EpisodeIn": lambda world: {"client_ids": [str(world.case.client_id)]},
    "EpisodePatch": lambda world: {"responsible_id": str(world.founder.id), "agreed_cadence_days": 14},
    "LeavePracticeIn": lambda world: {"hand_over_to": str(world.founder.id)},
    "LetterIn": lambda world: {"note_id": world.unlettered_note_id()},
    "MemberIn": lambda _world: {**BODIES["MemberIn"], "email": f"{new_id().hex}@example.org"},
    "OutcomeIn": lambda _world: {"status": "no_show"},
    "OutreachPlanIn": lambda world: {
        **BODIES["OutreachPlanIn"],
        "episode_id": str(world.practice.client("Planned", world.founder).episode_id),
    },
    "PasswordChange": lambda _world: {"current_password": PASSWORD, "new_password": f"new {new_id().hex}"},
    "ConcernReleaseIn": lambda world: {"client_agreed_on": world.house.now.date().isoformat()},
    # A period that this practice has released: asked for again, it is answered with what there is.
    "ReferralIn": lambda world: {**BODIES["ReferralIn"], "episode_id": str(world.case.episode_id)},
    "ReleaseIn": lambda world: {"first_year": 2020} if world.release_id else {},
    "SignInIn": lambda world: {"email": world.founder.email, "password": PASSWORD},
    "TerminationNoteIn": lambda world: {**BODIES["NoteContent"], "episode_id": str(world.case.episode_id)},
    "SuperviseesIn": lambda world: {"member_ids": [str(world.practice.clinician.id)]},
}
