"""What people do that stops a message that waits: each by the product's own services, with the reason it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.domain.replies import Told
from api.jobs.worker import Worker
from api.services import (
    absences,
    appointments,
    clients,
    concerns,
    consents,
    contacts,
    endings,
    episodes,
    flags,
    members,
    replies,
)
from api.services.work import unit
from api.store.sealing import Place
from schemas.tables import ExternalId
from schemas.vocabulary import (
    AppointmentStatus,
    Channel,
    CheckInState,
    ConsentState,
    EndingKind,
    FlagKind,
    ReplyAnswer,
    Role,
    StopReason,
)
from schemas.wire.appointments import AppointmentIn, AppointmentNewIn, OutcomeIn
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import EpisodePatch
from schemas.wire.flags import FlagClearIn, FlagIn
from schemas.wire.members import LeavePracticeIn
from schemas.wire.terminations import EpisodeEndIn
from tests.support import links
from tests.support.clock import NOW
from tests.support.house import Case, House
from tests.support.messages import address, approved, seen

BEFORE = NOW + timedelta(minutes=5)
"""Before the message was written."""


@dataclass
class Waiting:
    house: House
    case: Case
    consent_id: UUID
    check_in_id: UUID
    sent: links.Sent

    @property
    def now(self) -> tuple[CheckInState, StopReason | None]:
        return seen(self.house, self.check_in_id)


def waiting_in(house: House) -> Waiting:
    """The client has cancelled a time that another system keeps: what it tells of that later may be dated back. An earlier message came
    back, and its link is known all the same.
    """
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician)
    with house.work(house.clinician) as work:
        appointments.upsert(work, "pms", "A-0", _told_elsewhere(case, AppointmentStatus.CANCELLED, NOW))
    house.wait(minutes=10)
    sent = links.send(house, case, house.clinician, consent_id=consent_id, state=CheckInState.BOUNCED)
    check_in_id = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=1)
    return Waiting(house, case, consent_id, check_in_id, sent)


def book(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        at = work.now + timedelta(days=3)
        appointments.book(work, AppointmentNewIn(episode_id=one.case.episode_id, starts_at=at))


def booked_elsewhere(one: Waiting) -> None:
    """Another system tells of it late, and dates back when it was known."""
    with one.house.work(one.house.clinician) as work:
        appointments.upsert(work, "pms", "A-1", _told_elsewhere(one.case, AppointmentStatus.BOOKED, BEFORE))


def booked_again_elsewhere(one: Waiting) -> None:
    """The time that had been cancelled stands again, and did so before the message was written."""
    with one.house.work(one.house.clinician) as work:
        appointments.upsert(work, "pms", "A-0", _told_elsewhere(one.case, AppointmentStatus.BOOKED, BEFORE))


def _told_elsewhere(case: Case, status: AppointmentStatus, known_at: datetime) -> AppointmentIn:
    starts_at = NOW + timedelta(days=30)
    return AppointmentIn(episode_id=case.episode_id, starts_at=starts_at, status=status, status_known_at=known_at)


def came(one: Waiting) -> None:
    with one.house.work(one.house.founder) as work:
        at = work.now - timedelta(hours=2)
        made = appointments.book(work, AppointmentNewIn(episode_id=one.case.episode_id, starts_at=at))
        appointments.record_outcome(work, made.id, OutcomeIn(status=AppointmentStatus.ATTENDED))


def wrote(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        contacts.record(work, one.case.episode_id, ContactIn.model_validate({"direction": "inbound", "channel": "sms"}))


def answer(one: Waiting, state: ConsentState) -> None:
    with one.house.work(one.house.clinician) as work:
        (row,) = consents.page(work, one.case.client_id)
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=state)
        consents.change(work, one.case.client_id, one.consent_id, given, version=row.version)


def withdraw(one: Waiting) -> None:
    answer(one, ConsentState.WITHDRAWN)


def allow_again(one: Waiting) -> None:
    answer(one, ConsentState.GRANTED)


def unsaid(one: Waiting) -> None:
    answer(one, ConsentState.NOT_ASKED)


def shared(one: Waiting) -> None:
    stranger = one.house.practice.member(Role.CLINICIAN, name="Another clinician")
    other = one.house.client("Berta", stranger)
    address(one.house, other, stranger, state=ConsentState.DECLINED)


def gone(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        consents.remove(work, one.case.client_id, one.consent_id)


def first_word(one: Waiting) -> None:
    _first_word(one, client_contacts_us=True)


def no_first_word(one: Waiting) -> None:
    _first_word(one, client_contacts_us=False)


def _first_word(one: Waiting, *, client_contacts_us: bool) -> None:
    with one.house.work(one.house.clinician) as work:
        version = clients.read(work, one.case.client_id).version
        given = ClientPatch(client_contacts_us=client_contacts_us)
        clients.change(work, one.case.client_id, given, version=version)


def hand_over(one: Waiting) -> None:
    other = one.house.practice.member(Role.CLINICIAN, name="Another clinician")
    with one.house.work(one.house.founder) as work:
        version = episodes.read(work, one.case.episode_id).version
        episodes.change(work, one.case.episode_id, EpisodePatch(responsible_id=other.id), version=version)


def leave(one: Waiting) -> None:
    other = one.house.practice.member(Role.CLINICIAN, name="Another clinician")
    with one.house.work(one.house.founder) as work:
        members.leave_practice(work, one.house.clinician.id, LeavePracticeIn(hand_over_to=other.id))


def merged(one: Waiting) -> None:
    with one.house.work(one.house.founder) as work:
        kept = clients.add(work, ClientIn(name="Ana M."))
        clients.merge(work, kept.id, one.case.client_id)


def replied(one: Waiting) -> None:
    """By the link of a message that had been sent before."""
    runtime = one.house.runtime
    with unit(runtime) as work:
        link = replies.open_link(work, one.sent.token, "192.0.2.1").link
        replies.answer(work, link, Told(ReplyAnswer.CALL_ME))


def kept_in_confidence(one: Waiting) -> None:
    """The independent reader holds what is sent, because of what the client told them."""
    concern_id = links.concern(one.house, one.case, one.house.founder, one.sent)
    with one.house.work(one.house.founder) as work:
        concerns.hold(work, concern_id)


def pause(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        absences.record(work, one.case.episode_id, AbsenceIn(from_on=work.now.date()))


def die(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        clients.change(work, one.case.client_id, ClientPatch(died_on=work.now.date()), version=1)


def hold(one: Waiting) -> None:
    _flag(one, FlagKind.PRACTICE_HOLD)


def at_risk(one: Waiting) -> None:
    _flag(one, FlagKind.RISK_OF_HARM)


def not_safe(one: Waiting) -> None:
    _flag(one, FlagKind.UNSAFE_TO_CONTACT)


def _flag(one: Waiting, kind: FlagKind) -> None:
    with one.house.work(one.house.clinician) as work:
        flags.raise_flag(work, one.case.client_id, FlagIn(kind=kind))


def clear_flags(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        for flag in flags.page(work, one.case.client_id):
            flags.clear(work, one.case.client_id, flag.id, FlagClearIn(note="Seen today."))


def end(one: Waiting) -> None:
    with one.house.work(one.house.clinician) as work:
        endings.end(work, one.case.episode_id, EpisodeEndIn(how_it_ended=EndingKind.AGREED))


def written_in_a_file(one: Waiting) -> None:
    """It says that the client wrote before the message was written."""
    with one.house.work(one.house.founder) as work:
        clients.upsert(work, "native", "c1", ClientIn(name="Berta"))
    row = "C-1,2026-03-04T08:00:00Z,in,sms,0"
    take_in(one, f"client_external_id,at,direction,channel,automated\n{row}\n", kind="contacts")


def booked_in_a_file(one: Waiting) -> None:
    """It says that the booking was known before the message was written."""
    header = "external_id,client_external_id,starts_at,time_zone,duration_minutes,status,status_known_at"
    row = "A-1,C-1,2026-03-20T09:00:00Z,Europe/Madrid,50,booked,2026-03-01T09:00:00Z"
    take_in(one, f"{header}\n{row}\n", kind="appointments")


def take_in(one: Waiting, content: str, *, kind: str) -> None:
    """Names the client in the source of the file, and takes the file in."""
    house, case = one.house, one.case
    with house.rows() as work:
        sealed = work.client_key(case.client_id).seal("C-1", Place("external_ids", "external_id", case.client_id))
        digest = work.digest("client external id", "pms", "C-1")
        row = ExternalId(
            noun="client", source="pms", digest=digest, target_id=case.client_id, external_id_sealed=sealed
        )
        work.session.add(row)
    sent = house.api(house.founder).post(
        "/v1/imports",
        files={"file": ("messages.csv", content.encode())},
        data={"preset": "native", "kind": kind, "source": "pms"},
    )
    assert sent.status_code == 202, sent.text
    Worker(house.runtime).until_idle()


HAPPENS: list[tuple[Callable[[Waiting], None], StopReason]] = [
    (book, StopReason.BOOKED),
    (booked_elsewhere, StopReason.BOOKED),
    (booked_again_elsewhere, StopReason.BOOKED),
    (booked_in_a_file, StopReason.BOOKED),
    (came, StopReason.BOOKED),
    (wrote, StopReason.SIGN_OF_LIFE),
    (written_in_a_file, StopReason.SIGN_OF_LIFE),
    (withdraw, StopReason.OPTED_OUT),
    (shared, StopReason.OPTED_OUT),
    (unsaid, StopReason.PERMISSION_CHANGED),
    (first_word, StopReason.PERMISSION_CHANGED),
    (hand_over, StopReason.HANDED_OVER),
    (leave, StopReason.HANDED_OVER),
    (merged, StopReason.MERGED),
    (gone, StopReason.PERMISSION_CHANGED),
    (replied, StopReason.REPLIED),
    (kept_in_confidence, StopReason.HELD),
    (pause, StopReason.AWAY),
    (die, StopReason.HELD),
    (hold, StopReason.HELD),
    (at_risk, StopReason.FLAGGED),
    (not_safe, StopReason.FLAGGED),
    (end, StopReason.ENDED),
]
