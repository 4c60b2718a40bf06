"""Documents from the record: who gets which, what the trail says of it, and what is never in one."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import KEY_SCOPES, ROLE_GRANTS, Permission
from api.domain.errors import AccessDenied, Conflict, NotFound
from api.services import clients, contacts, documents
from api.store import checkins as checkin_store
from api.store import clients as client_store
from schemas.tables import AuditEntry, CheckIn, Contact, ContactDecision, Reply
from schemas.tables.base import new_id
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    Locale,
    Role,
    StopReason,
)
from schemas.wire.contacts import ContactIn
from tests.services.erasing import erase
from tests.support import letters as post
from tests.support import links, messages, notes
from tests.support.house import Case, House, Person
from tests.support.pdfs import Opened


def note_of(house: House, who: Person, note_id: UUID, locale: Locale | None = None) -> documents.Document:
    with house.work(who) as work:
        return documents.note(work, note_id, locale)


def pack_of(house: House, who: Person, note_id: UUID, locale: Locale | None = None) -> documents.Document:
    with house.work(who) as work:
        return documents.pack(work, note_id, locale)


def text_of(document: documents.Document) -> str:
    return Opened(document.as_pdf()).text


def called(house: House, who: Person, case: Case, words: str, client_id: UUID | None = None) -> None:
    given = ContactIn(
        direction=ContactDirection.OUTBOUND,
        channel=Channel.PHONE,
        outcome=ContactOutcome.VOICEMAIL,
        note=words,
        client_id=client_id,
    )
    with house.work(who) as work:
        contacts.record(work, case.episode_id, given)


def held_back(house: House, who: Person, case: Case) -> None:
    check_in_id = messages.approved(house, case, who, body="This one did not go.")
    with house.rows() as work:
        row = checkin_store.get(work.session, check_in_id)
        assert row is not None
        row.state, row.stopped_by = CheckInState.REVOKED, StopReason.NOT_ALLOWED
        decision = ContactDecision(
            check_in_id=check_in_id,
            episode_id=case.episode_id,
            at=work.now,
            asked=Asked.SENDING,
            allowed=False,
            reasons=["paused_by_practice"],
            facts=[{"code": "paused_by_practice"}],
        )
        checkin_store.add(work.session, decision)


def test_a_signed_note_is_the_same_file_whenever_it_is_asked_for(shared_house: House) -> None:
    house = shared_house
    signed = notes.signed(house)
    first = note_of(house, house.founder, signed.id)
    house.now += timedelta(days=400)
    assert note_of(house, house.founder, signed.id).as_pdf() == first.as_pdf()
    assert first.name == "termination-note-2026-03-04.pdf"
    text = text_of(first)
    assert "I trust my feet again." in text
    assert signed.fingerprint is not None
    assert signed.fingerprint in text.replace(" ", "")
    notes.append(house, house.founder, signed.id, "She wrote from Lisbon.")
    later = note_of(house, house.founder, signed.id)
    assert later != first
    assert "She wrote from Lisbon." in text_of(later)


def test_a_draft_and_one_that_waits_say_that_they_are(shared_house: House) -> None:
    house = shared_house
    draft = notes.draft(house, house.founder, house.client("Ana", house.founder))
    assert "Draft, not signed" in text_of(note_of(house, house.founder, draft.id))
    waiting = notes.waiting(house)
    text = text_of(note_of(house, house.supervisor, waiting.id))
    assert "Not final: waiting for a cosignature" in text
    assert "Signatures" in text


def test_the_language_is_the_practice_s_unless_another_is_asked_for(shared_house: House) -> None:
    house = shared_house
    signed = notes.signed(house)
    assert Opened(note_of(house, house.founder, signed.id).as_pdf()).language == "en"
    spanish = Opened(note_of(house, house.founder, signed.id, Locale.ES).as_pdf())
    assert (spanish.language, spanish.title) == ("es", "Nota de cierre")
    assert "De común acuerdo" in spanish.text
    assert "I trust my feet again." in spanish.text


def test_a_review_from_before_the_flag_is_not_in_the_draft(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    draft = notes.draft(house, house.clinician, case, **notes.TALKED, risk_review="in_session")
    assert "Assessed in session" in text_of(note_of(house, house.clinician, draft.id))
    house.now += timedelta(hours=1)
    notes.flag(house, case.client_id)
    assert "Assessed in session" not in text_of(note_of(house, house.clinician, draft.id))


def test_the_pack_has_what_went_what_did_not_and_what_came_back(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    draft = notes.draft(house, who, case)
    sent = links.send(house, case, who)
    held_back(house, who, case)
    reply_id = links.reply(house, case, who, sent)
    called(house, who, case, "Said my name, nothing else.")
    made = pack_of(house, who, draft.id)
    text = text_of(made)
    for words in (
        "Messages 2",
        "Replies 1",
        "Calls, letters and other contacts 1",
        "How are you?",
        "This one did not go.",
        "in the moment of sending: no. Paused by the practice.",
        "Asks for a call",
        "Nothing yet: it waits for an answer.",
        "Said my name, nothing else.",
        "left a voicemail",
        "Nobody has signed yet.",
        "Draft, not signed",
    ):
        assert words in text, words
    assert made.name == "record-of-the-ending-2026-03-04.pdf"
    with house.rows() as work:
        row = work.session.scalars(sa.select(Reply).where(col(Reply.id) == reply_id)).one()
        assert row.seen_at is not None


def test_a_message_and_a_reply_are_told_once(shared_house: House) -> None:
    """Each has a contact in the record too, by which noticing knows of it."""
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    draft = notes.draft(house, who, case)
    sent = links.send(house, case, who)
    links.reply(house, case, who, sent)
    with house.rows() as work:
        for direction, outcome, check_in_id in (
            (ContactDirection.INBOUND, ContactOutcome.RECEIVED, None),
            (ContactDirection.OUTBOUND, ContactOutcome.SENT, sent.check_in_id),
        ):
            row = Contact(
                episode_id=case.episode_id,
                client_id=case.client_id,
                at=work.now,
                known_at=work.now,
                direction=direction,
                channel=Channel.EMAIL,
                outcome=outcome,
                check_in_id=check_in_id,
            )
            work.session.add(row)
    assert "Calls, letters and other contacts 0" in text_of(pack_of(house, who, draft.id))


def test_a_draft_of_a_message_is_no_attempt_until_it_was_asked_whether_it_may_go(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    draft = notes.draft(house, who, case)
    check_in_id = messages.approved(house, case, who, body="Not yet looked over.")
    with house.rows() as work:
        row = checkin_store.get(work.session, check_in_id)
        assert row is not None
        row.state = CheckInState.DRAFT
    assert "Not yet looked over." not in text_of(pack_of(house, who, draft.id))
    with house.rows() as work:
        refused = ContactDecision(
            check_in_id=check_in_id,
            episode_id=case.episode_id,
            at=work.now,
            asked=Asked.APPROVING,
            allowed=False,
            reasons=["died"],
        )
        checkin_store.add(work.session, refused)
    text = text_of(pack_of(house, who, draft.id))
    assert "Not yet looked over." in text
    assert "A draft: it did not go" in text
    assert "The client has died." in text


def test_what_was_told_in_confidence_is_in_nobody_s_pack(shared_house: House) -> None:
    """Not in the clinician's, nor in that of the one who read it: a pack is handed on."""
    house = shared_house
    case = house.client("Ana", house.clinician)
    draft = notes.draft(house, house.clinician, case)
    sent = links.send(house, case, house.clinician)
    before = pack_of(house, house.clinician, draft.id)
    links.concern(house, case, house.lead, sent)
    assert pack_of(house, house.clinician, draft.id) == before
    assert pack_of(house, house.lead, draft.id) == before


def test_what_another_participant_did_is_not_in_it(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    ana, ben = house.client("Ana", who), house.client("Ben", who)
    draft = notes.draft(house, who, ana)
    sent = links.send(house, ben, who)
    links.reply(house, ben, who, sent)
    called(house, who, ben, "About Ben alone.")
    with house.rows() as work:
        theirs: list[CheckIn | Reply | Contact] = [
            *work.session.scalars(sa.select(CheckIn).where(col(CheckIn.client_id) == ben.client_id)),
            *work.session.scalars(sa.select(Reply).where(col(Reply.client_id) == ben.client_id)),
            *work.session.scalars(sa.select(Contact).where(col(Contact.client_id) == ben.client_id)),
        ]
        assert len(theirs) == 3
        for row in theirs:
            row.episode_id = ana.episode_id
    text = text_of(pack_of(house, who, draft.id))
    assert "Nothing is on record." in text
    assert "About Ben alone." not in text


def test_a_note_about_a_double_has_what_is_with_the_client_by_now(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    ana, double = house.client("Ana", who), house.client("Ana M.", who)
    signed = notes.sign(house, who, notes.draft(house, who, double))
    sent = links.send(house, double, who)
    links.reply(house, double, who, sent)
    called(house, who, double, "Before it was known.")
    with house.work(who) as work:
        clients.merge(work, ana.client_id, double.client_id)
    text = text_of(pack_of(house, who, signed.id))
    for words in ("About Ana:", "How are you?", "Asks for a call", "Before it was known.", "I trust my feet again."):
        assert words in text, words


def test_whoever_reads_the_note_gets_its_documents_and_nobody_else(shared_house: House) -> None:
    house = shared_house
    draft = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    for who in (house.clinician, house.supervisor, house.lead):
        assert note_of(house, who, draft.id).as_pdf().startswith(b"%PDF")
        assert pack_of(house, who, draft.id).as_pdf().startswith(b"%PDF")
    colleague = house.practice.member(Role.CLINICIAN)
    for made in (note_of, pack_of):
        with pytest.raises(NotFound):
            made(house, colleague, draft.id)
        with pytest.raises(AccessDenied):
            made(house, house.admin, draft.id)


def test_whoever_may_read_messages_may_read_all_that_is_in_a_pack() -> None:
    """The pack asks for the one right; a key has none of it."""
    in_it = {Permission.NOTE_READ, Permission.REPLY_READ, Permission.CLIENT_READ, Permission.EPISODE_READ}
    for role, grants in ROLE_GRANTS.items():
        assert Permission.CHECK_IN_READ not in grants or in_it <= grants, role
    assert Permission.CHECK_IN_READ not in KEY_SCOPES


def test_the_trail_tells_who_made_which_file_and_none_of_the_words(shared_house: House) -> None:
    house = shared_house
    signed = notes.signed(house)
    note_of(house, house.founder, signed.id)
    pack_of(house, house.founder, signed.id)
    with house.rows() as work:
        made = sa.select(AuditEntry).where(col(AuditEntry.subject_id) == signed.id).order_by(col(AuditEntry.id))
        told = [(row.action, row.details) for row in work.session.scalars(made)][-2:]
    assert told == [
        ("note.read", {"as_pdf": True, "locale": "en"}),
        ("note.evidence", {"count": 0, "locale": "en"}),
    ]


def letter_of(house: House, who: Person, check_in_id: UUID) -> documents.Document:
    with house.work(who) as work:
        return documents.letter(work, check_in_id)


def test_a_closing_letter_is_printed_and_no_other_message_is_one(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    body = "Dear Ana,\n\nthank you for the work we did."
    letter_id = messages.approved(house, case, who, kind=CheckInKind.CLOSING_LETTER, body=body)
    made = letter_of(house, who, letter_id)
    assert made.name == "closing-letter-2026-03-04.pdf"
    text = text_of(made)
    assert "thank you for the work we did." in text
    assert "4 March 2026" in text
    assert "Draft" not in text
    with house.rows() as work:
        row = checkin_store.get(work.session, letter_id)
        assert row is not None
        row.state = CheckInState.CANCELLED
    assert "Draft, not approved" in text_of(letter_of(house, who, letter_id))
    with pytest.raises(NotFound):
        letter_of(house, who, messages.approved(house, case, who))
    with pytest.raises(NotFound):
        letter_of(house, who, new_id())


def test_a_letter_for_the_hand_is_final_once_its_note_is_signed_and_none_is_printed_for_the_dead(
    shared_house: House,
) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    letter = post.write(house, who, notes.draft(house, who, case).id, body=post.PLAIN)
    assert "Draft, not approved" in text_of(letter_of(house, who, letter.check_in_id))
    notes.sign(house, who, notes.read(house, who, letter.note_id))
    assert "Draft" not in text_of(letter_of(house, who, letter.check_in_id))
    with house.rows() as work:
        printed = sa.select(col(AuditEntry.action)).where(col(AuditEntry.subject_id) == letter.check_in_id)
        assert list(work.session.scalars(printed))[-2:] == ["letter.print", "letter.print"]
        client = client_store.get(work.session, case.client_id)
        assert client is not None
        client.died_on = house.now.date()
    with pytest.raises(Conflict) as refused:
        letter_of(house, who, letter.check_in_id)
    assert refused.value.code == "client_died"


def test_nothing_is_printed_of_a_client_who_was_erased(shared_house: House) -> None:
    house, who = shared_house, shared_house.founder
    case = house.client("Ana", who)
    signed = notes.sign(house, who, notes.draft(house, who, case))
    letter_id = messages.approved(house, case, who, kind=CheckInKind.CLOSING_LETTER)
    with house.rows() as work:
        row = checkin_store.get(work.session, letter_id)
        assert row is not None
        row.state = CheckInState.SENT
    erase(house, case.client_id, who)
    for made, subject in ((note_of, signed.id), (pack_of, signed.id), (letter_of, letter_id)):
        with pytest.raises(Conflict) as refused:
            made(house, who, subject)
        assert refused.value.code == "erased"
