"""Use cases about the page for a last meeting: seeing it, putting it in one's own words, going back to the proposal."""

from uuid import UUID

from api.domain import closing_agenda as rules
from api.domain import message_review
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.closing_agenda import Agenda
from api.domain.errors import NotFound, VersionMismatch, invalid_field
from api.domain.message_review import Message
from api.formats import wording_review
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import closing_agendas as agenda_store
from api.store import episodes as episode_store
from api.store import names
from api.store import terminations as note_store
from schemas.tables import ClosingAgenda
from schemas.tables.base import new_id
from schemas.vocabulary import AgendaForm, Channel, CheckInKind, Locale
from schemas.wire.closing_agendas import AgendaPartOut, ClosingAgendaIn, ClosingAgendaOut
from schemas.wire.episodes import PersonOut


@use_case(Permission.NOTE_READ, audit=Action.AGENDA_READ, noun=Noun.EPISODE, subject="episode_id")
def read(
    work: Work,
    episode_id: UUID,
    *,
    client_id: UUID | None = None,
    locale: Locale | None = None,
    form: AgendaForm | None = None,
) -> ClosingAgendaOut:
    """As it was put; without that, or with a `locale` or a `form` that is another, what is proposed."""
    client_id = _whose(work, episode_id, client_id)
    row = agenda_store.of_part(work.session, episode_id, client_id)
    if row is not None and locale in (None, row.locale) and form in (None, row.form):
        return _shown(work, row, client_id, episode_id, _as_put(work, row))
    return _shown(work, row, client_id, episode_id, _proposed(work, episode_id, client_id, locale, form))


@use_case(Permission.NOTE_WRITE, audit=Action.AGENDA_EDIT, noun=Noun.EPISODE, subject="episode_id", changes=True)
def change(work: Work, episode_id: UUID, given: ClosingAgendaIn, *, version: int) -> ClosingAgendaOut:
    """Raises VersionMismatch where somebody else was faster; version 0 is that nobody has put it in words yet."""
    client_store.lock_of_episodes(work.session, [episode_id])
    client_id = _whose(work, episode_id, given.client_id)
    agenda = rules.written(given.form, given.locale, [(one.part, one.words) for one in given.parts])
    row = agenda_store.of_part(work.session, episode_id, client_id)
    if (row.version if row else 0) != version:
        raise VersionMismatch
    if row is None:
        row = ClosingAgenda(
            id=new_id(),
            episode_id=episode_id,
            client_id=client_id,
            locale=agenda.locale,
            form=agenda.form,
            parts_sealed=b"",
            updated_by=work.actor_id,
            updated_at=work.now,
            version=0,
        )
        work.session.add(row)
    row.parts_sealed = agenda_store.sealed(row, work.client_key(client_id), agenda.parts)
    row.locale, row.form, row.updated_by, row.updated_at = agenda.locale, agenda.form, work.actor_id, work.now
    row.version += 1
    work.session.flush()
    return _shown(work, row, client_id, episode_id, agenda)


@use_case(Permission.NOTE_WRITE, audit=Action.AGENDA_EDIT, noun=Noun.EPISODE, subject="episode_id", changes=True)
def discard(work: Work, episode_id: UUID, *, client_id: UUID | None = None) -> None:
    """Back to what is proposed."""
    client_store.lock_of_episodes(work.session, [episode_id])
    row = agenda_store.of_part(work.session, episode_id, _whose(work, episode_id, client_id))
    if row is not None:
        agenda_store.delete(work.session, row)


def _whose(work: Work, episode_id: UUID, wanted: UUID | None) -> UUID:
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    everybody = episode_store.everybody(work.session, episode_id)
    if wanted is None and len(everybody) == 1:
        return next(iter(everybody))
    if wanted is None or wanted not in everybody:
        raise invalid_field("/client_id", "Say for which participant it is.")
    return wanted


def _as_put(work: Work, row: ClosingAgenda) -> Agenda:
    return Agenda(row.locale, row.form, agenda_store.opened(row, work.client_key(row.client_id)))


def _proposed(work: Work, episode_id: UUID, client_id: UUID, locale: Locale | None, form: AgendaForm | None) -> Agenda:
    client = client_store.get(work.session, client_id)
    spoken = locale or (client.locale if client else None) or Locale.EN
    return rules.proposed(form or rules.usual_form(_count(work, episode_id, client_id)), spoken)


def _count(work: Work, episode_id: UUID, client_id: UUID) -> int:
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    return note_store.drawn(work.session, episode, client_id, work.now).session_count


def _shown(
    work: Work, row: ClosingAgenda | None, client_id: UUID, episode_id: UUID, agenda: Agenda
) -> ClosingAgendaOut:
    text = rules.text(agenda)
    # It is handed over in the room, where what the work is called gives nothing away.
    title = rules.TITLE[agenda.locale]
    body = "\n\n".join(agenda.parts.values())
    message = Message(title, body, agenda.locale, True, CheckInKind.CLOSING_LETTER, Channel.LETTER)  # noqa: FBT003  # a field
    review = message_review.reviewed(message)
    name = names.of_clients(work.session, work.keyring, {client_id}).get(client_id, "")
    headings = rules.HEADING[agenda.locale]
    as_put = row is not None and (row.locale, row.form) == (agenda.locale, agenda.form)
    return ClosingAgendaOut(
        episode_id=episode_id,
        client=PersonOut(id=client_id, name=name),
        locale=agenda.locale,
        form=agenda.form,
        session_count=_count(work, episode_id, client_id),
        title=title,
        parts=[AgendaPartOut(part=part, heading=headings[part], words=words) for part, words in agenda.parts.items()],
        text=text,
        review=wording_review.answer(review),
        edited=as_put,
        updated_by=row.updated_by if row else None,
        updated_at=row.updated_at if row else None,
        version=row.version if row else 0,
    )
