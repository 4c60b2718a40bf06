"""Use cases about text messages of which nobody could tell whose they are: a practice lead says so, or puts them aside.

Until then no clinician sees them. Once somebody has said whose it is, it is that client's answer, as of the moment it came.
"""

from uuid import UUID

from api.domain import optout
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.domain.optout import OptOut
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import concerns as concern_store
from api.store import consents as consent_store
from api.store import heard as heard_store
from api.store import names, tenancy
from api.store import texts as text_store
from api.store import unclear_texts as unclear_store
from api.store.heard import Heard
from api.store.sealing import Place
from schemas.tables import ReceivedText
from schemas.vocabulary import Channel
from schemas.wire.episodes import PersonOut
from schemas.wire.texts import TextAssignIn, TextOut


@use_case(Permission.TEXT_READ, audit=Action.TEXT_READ, noun=Noun.TEXT, subject="text_id")
def read(work: Work, text_id: UUID) -> TextOut:
    """By its reader, or, where that one leads no more, by whoever would read it if it came now."""
    return _shown(work, _required(work, text_id))


@use_case(Permission.TEXT_ASSIGN, audit=Action.TEXT_ASSIGN, noun=Noun.TEXT, subject="text_id")
def assign(work: Work, text_id: UUID, given: TextAssignIn) -> TextOut:
    """To one of those who have the number. Raises Conflict where it was done before, or where nothing is left to hand on."""
    # Before the text, as whoever erases the client does.
    client_store.lock(work.session, {given.client_id})
    row = _required(work, text_id)
    words = _words(work, row)
    if row.handled_at is not None or words is None:
        raise Conflict("There is nothing left here to hand on.", code="text_done")
    if given.client_id not in unclear_store.who_has_it(work.session, row):
        raise invalid_field("/client_id", "Choose one of those who have this number.")
    written = text_store.written(work.session, row.address_digest or b"")
    last = next((one for one in written if one.client_id == given.client_id), None)
    episode_id = last.episode_id if last else text_store.episode_of(work.session, given.client_id)
    if episode_id is None:
        raise Conflict("There is no work with this client that it could be about.", code="no_episode")
    asked, message_id = optout.read(words), last.check_in_id if last else None
    heard = Heard(
        given.client_id,
        episode_id,
        message_id,
        words,
        row.at,
        row.address_digest,
        opted_out=row.opted_out or asked is not None,
    )
    reply = heard_store.keep(work, heard, work.now)
    is_off = consent_store.is_off(work.session, given.client_id, Channel.SMS, row.address_digest or b"")
    if asked is OptOut.UNCLEAR or (optout.asks_to_resume(words) and is_off):
        heard_store.find_out(work.session, reply, work.now)
    work.mention(reply=str(reply.id))
    text_store.done(work.session, row, by=work.actor_id, now=work.now)
    return _shown(work, row)


@use_case(Permission.TEXT_ASSIGN, audit=Action.TEXT_PUT_ASIDE, noun=Noun.TEXT, subject="text_id")
def put_aside(work: Work, text_id: UUID) -> TextOut:
    """Its words are not kept. Said again, the first word stands."""
    row = _required(work, text_id)
    if row.handled_at is None:
        text_store.done(work.session, row, by=work.actor_id, now=work.now)
    return _shown(work, row)


@use_case(Permission.JOB_RUN, audit=None)
def pass_on(work: Work) -> int:
    """What waits for somebody who leads no more, or for nobody: how many went to somebody who does."""
    return unclear_store.pass_on(work.session, work.now)


def _required(work: Work, text_id: UUID) -> ReceivedText:
    row = text_store.get(work.session, text_id)
    if row is None or work.actor_id != _reader(work, row):
        raise NotFound
    return row


def _reader(work: Work, row: ReceivedText) -> UUID | None:
    """Once they lead no more, whoever would read it if it came now; nobody else who leads."""
    with tenancy.whole_practice(work.session):
        if row.reader_id in concern_store.leads(work.session):
            return row.reader_id
        return unclear_store.reader_for(work.session, unclear_store.who_has_it(work.session, row))


def _words(work: Work, row: ReceivedText) -> str | None:
    if row.words_sealed is None:
        return None
    return work.practice_key().open(row.words_sealed, Place("received_texts", "words", row.id))


def _shown(work: Work, row: ReceivedText) -> TextOut:
    who = unclear_store.who_has_it(work.session, row)
    called = names.of_clients(work.session, work.keyring, set(who)) if who else {}
    return TextOut(
        id=row.id,
        at=row.at,
        words=_words(work, row),
        opted_out=row.opted_out,
        comes_first=row.comes_first,
        clients=[PersonOut(id=one, name=called[one]) for one in who],
        handled_at=row.handled_at,
        handled_by=row.handled_by,
    )
