"""What a mail server sends back: the message came back, its address is marked, and nothing else is believed."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.commands.bounces import _messages, _taken_in
from api.formats import delivery_status
from api.formats.delivery_status import Fate
from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import consents
from api.store import checkins as checkin_store
from schemas.tables import AuditEntry, Consent, Contact, ContactDecision
from schemas.vocabulary import Channel, CheckInState, ConsentState, ContactOutcome, StopReason
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House
from tests.support.messages import Pigeons, address, approved, seen


def report(message_id: str, action: str = "failed", status: str = "5.1.1", *, whole: bool = True) -> bytes:
    """As postfix writes one, shortened."""
    original = (
        f"From: notes@example.org\r\nTo: ana@example.com\r\nMessage-ID: <{message_id}>\r\nSubject: A note\r\n\r\n"
    )
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@mx.example.com\r\nTo: notes@example.org\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <the-report-itself@mx.example.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; ana@example.com\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 nobody\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{original}--b--\r\n"
    ).encode()


@dataclass
class Sent:
    house: House
    case: Case
    consent_id: UUID
    check_in_id: UUID
    message_id: str

    def comes(self, content: bytes) -> str:
        return _taken_in(self.house.runtime, content)

    def bouncing(self) -> list[bool]:
        with self.house.rows() as work:
            rows = work.session.scalars(sa.select(Consent).order_by(col(Consent.id)))
            return [row.bouncing_since is not None for row in rows]


@pytest.fixture
def sent(both_houses: House) -> Sent:
    house = both_houses
    carrier = house.runtime.carrier = Pigeons()
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician)
    house.wait(seconds=1)
    check_in_id = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=6)
    Courier(house.runtime).step()
    return Sent(house, case, consent_id, check_in_id, carrier.letters[0].message_id)


@pytest.mark.parametrize("whole", [True, False])
def test_what_came_back_for_good_is_on_record_once(sent: Sent, whole: bool) -> None:
    content = report(sent.message_id, whole=whole)
    assert [sent.comes(content), sent.comes(content)] == ["bounced", "nothing_new"]
    assert seen(sent.house, sent.check_in_id) == (CheckInState.BOUNCED, StopReason.NOT_ACCEPTED)
    assert sent.bouncing() == [True]
    with sent.house.rows() as work:
        assert [row.outcome for row in work.session.scalars(sa.select(Contact))] == [ContactOutcome.NOT_DELIVERED]
        actions = work.session.scalars(sa.select(col(AuditEntry.action))).all()
        assert actions.count("check_in.bounce") == 2
        delivery = checkin_store.delivery(work.session, sent.check_in_id)
        assert delivery is not None
        assert delivery.failure_code == "status_5.1.1"


@pytest.mark.parametrize(
    ("action", "status", "said"),
    [
        ("delayed", "4.4.1", "nothing_new"),
        ("failed", "4.4.7", "nothing_new"),
        ("delivered", "2.0.0", "nothing_new"),
        ("failed", "", "nothing_new"),
        ("something", "5.1.1", "not_ours"),
    ],
)
def test_what_is_not_for_good_changes_nothing(sent: Sent, action: str, status: str, said: str) -> None:
    assert sent.comes(report(sent.message_id, action, status)) == said
    assert seen(sent.house, sent.check_in_id) == (CheckInState.SENT, None)
    assert sent.bouncing() == [False]


def test_a_full_mailbox_ends_the_message_and_not_the_address(sent: Sent) -> None:
    assert sent.comes(report(sent.message_id, status="5.2.2")) == "bounced"
    assert seen(sent.house, sent.check_in_id)[0] is CheckInState.BOUNCED
    assert sent.bouncing() == [False]


def test_a_report_about_none_of_ours_is_passed_over(sent: Sent) -> None:
    other = report("0123456789abcdef0123456789abcdef@example.org")
    unnamed = report(sent.message_id).replace(f"<{sent.message_id}>".encode(), b"nothing")
    for content in (other, unnamed, b"", b"\xff\x00", b"Subject: hello\r\n\r\nplain words 5.1.1"):
        assert sent.comes(content) == "not_ours"
    assert seen(sent.house, sent.check_in_id) == (CheckInState.SENT, None)


def test_what_nobody_knew_the_end_of_is_settled_by_a_report(sent: Sent) -> None:
    with sent.house.rows() as work:
        row = checkin_store.get(work.session, sent.check_in_id)
        assert row is not None
        row.state = CheckInState.UNCERTAIN
    assert sent.comes(report(sent.message_id)) == "bounced"


def test_nobody_is_written_to_there_until_somebody_looked_at_it(sent: Sent) -> None:
    """Whoever shares the address, too."""
    house = sent.house
    other = house.client("Berta", house.clinician)
    shared = address(house, other, house.clinician)
    house.wait(seconds=1)
    waits = approved(house, other, house.clinician, shared)
    sent.comes(report(sent.message_id))
    house.wait(minutes=6)
    Courier(house.runtime).step()
    assert seen(house, waits) == (CheckInState.REVOKED, StopReason.PERMISSION_CHANGED)
    with house.rows() as work:
        last = work.session.scalars(sa.select(ContactDecision).where(col(ContactDecision.check_in_id) == waits)).all()[
            -1
        ]
        assert last.reasons == ["bouncing"]
    with house.work(house.clinician) as work:
        (shown,) = consents.page(work, other.client_id)
        assert shown.bouncing_since is not None
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=ConsentState.GRANTED)
        assert consents.change(work, other.client_id, shared, given, version=shown.version).bouncing_since is None


def test_an_address_that_a_server_refuses_at_once_is_marked_too(both_houses: House) -> None:
    house = both_houses
    house.runtime.carrier = Pigeons(HandedOver(End.NO_SUCH_ADDRESS, "rcpt_550"))
    case = house.client("Ana", house.clinician)
    consent_id = address(house, case, house.clinician)
    house.wait(seconds=1)
    check_in_id = approved(house, case, house.clinician, consent_id)
    house.wait(minutes=6)
    Courier(house.runtime).step()
    assert Sent(house, case, consent_id, check_in_id, "").bouncing() == [True]


def test_of_several_recipients_the_worst_counts_and_a_report_is_bounded() -> None:
    many = report("0123456789abcdef@example.org").replace(
        b"Action: failed", b"Action: delivered\r\nStatus: 2.0.0\r\n\r\nAction: failed", 1
    )
    read = delivery_status.read(many)
    assert read is not None
    assert (read.fate, read.status) == (Fate.FAILED, "5.1.1")


def test_a_maildir_and_a_file_are_read_alike(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1").write_bytes(name.encode())
    assert sorted(_messages(tmp_path)) == [b"cur", b"new"], "what is still being written is left"
    assert list(_messages(tmp_path / "cur" / "1")) == [b"cur"]
