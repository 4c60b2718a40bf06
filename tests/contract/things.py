"""One practice with one of everything, each made when it is first asked for, by the founder, over the API."""

from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.rest.examples import BODIES
from schemas.tables import Task
from schemas.vocabulary import CheckInKind, Role, TaskKind
from tests.contract import onward
from tests.support import letters as post
from tests.support import links, messages, notes
from tests.support.house import Case, House, Machine, Person, Practice
from tests.support.links import Sent
from tests.support.releases import frozen
from tests.support.texting import left_to

PAST = "2026-03-02T15:00:00Z"
LEAVE = {"from_on": "2026-08-03", "to_on": "2026-08-21"}
CSV = (
    b"external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,duration_minutes,"
    b"status,status_known_at,initiator,rescheduled_from\n"
)


class Things:
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

    def answered_id(self) -> str:
        """A result with an answer that nobody has looked at yet, for each that asks."""
        body = {"measure": "PHQ-9", "value": 12.0, "higher_is_better": False, "item_nine": 1}
        return self._made(f"/v1/episodes/{self.quiet.episode_id}/scores", body)

    def look_task_id(self) -> str:
        assert self.answered_id()
        with self.house.rows(self.practice) as work:
            made = sa.select(col(Task.id)).where(col(Task.kind) == TaskKind.LOOK_AT_ANSWER, col(Task.done_at).is_(None))
            return str(work.session.scalars(made).one())

    @cached_property
    def consent_id(self) -> str:
        return self._made(f"/v1/clients/{self.case.client_id}/consents", BODIES["ConsentIn"])

    def draft_id(self) -> str:
        """A message of its own for each that asks: it may be approved, for there is an address that may be written to."""
        assert self.consent_id
        return self._made("/v1/check-ins", self.check_in())

    def approved_id(self) -> str:
        return str(messages.approved(self.house, self.case, self.founder, UUID(self.consent_id)))

    @cached_property
    def printed_letter_id(self) -> str:
        return str(messages.approved(self.house, self.case, self.founder, kind=CheckInKind.CLOSING_LETTER))

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

    def transfer(self) -> dict[str, Any]:
        return onward.transfer(self.house, self.founder, self.practice.client("Tia", self.founder).episode_id)

    @cached_property
    def transfer_id(self) -> str:
        return str(self.transfer()["id"])

    def handed_over(self) -> dict[str, Any]:
        return onward.handed_over(self.house, self.founder, self.transfer())

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

    def form(self, operation_id: str = "imports_receive") -> dict[str, Any]:
        if operation_id == "referral_providers_take_in":
            file = ("directory.csv", b"name,languages\nRosa Lindt,en;es\n")
            return {"files": {"file": file}, "data": {"dry_run": "true"}}
        return {"files": {"file": ("appointments.csv", CSV)}, "data": {"preset": "native", "dry_run": "true"}}
