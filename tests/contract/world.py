"""One practice with one of everything, and for every route an address and a body that mean something there.

A path parameter or a body that this file does not know fails the matrix tests: whoever adds a route adds it here.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from api.rest.examples import BODIES
from schemas.tables.base import new_id
from schemas.vocabulary import Role
from tests.contract import onward
from tests.contract.routes import Route
from tests.contract.things import Things
from tests.support.house import PASSWORD, Machine, Person

COMING = "2026-03-10T15:00:00Z"


class World(Things):
    """With an address and a body for every route."""

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


# A signature is a change: what waits for the next one is no fresh row any more. Of some there is no row at first.
VERSIONS = {
    "closing_agendas_change": 0,
    "referrals_change": 2,
    "terminations_cosign": 2,
    "terminations_send_back": 2,
    "way_back_change": 0,
}

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
    "transfer_id": lambda world: world.transfer()["id"],
    "transfers_meet.transfer_id": lambda world: world.handed_over()["id"],
    "transfers_receive.transfer_id": lambda world: world.handed_over()["id"],
    "transfers_begin.episode_id": lambda world: world.practice.client("Tia", world.founder).episode_id,
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
