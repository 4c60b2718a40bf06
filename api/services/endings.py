"""Ending an episode before its note is written: the note is begun with what was said, and a task asks for the rest."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import episodes as episode_rules
from api.domain import goals as goal_rules
from api.domain import terminations as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, FieldProblem, Invalid, NotFound, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import endings as ending_store
from api.store import episodes as episode_store
from api.store import flags as flag_store
from api.store import goals as goal_store
from api.store import tasks as task_store
from api.store import terminations as note_store
from api.store import ways_back
from api.store.sealing import Place
from schemas.tables import Episode, Task, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import FlagKind, NoteState, TaskKind
from schemas.wire.terminations import EpisodeEndedOut, EpisodeEndIn, NoteContent

_WRITE_WITHIN = timedelta(days=7)


@use_case(Permission.NOTE_SIGN, audit=Action.EPISODE_END, noun=Noun.EPISODE, subject="episode_id", changes=True)
def end(work: Work, episode_id: UUID, given: EpisodeEndIn) -> EpisodeEndedOut:
    """An act with an author and a reason, never a timer. A supervised author ends nothing alone: they sign a note."""
    client_store.lock_of_episodes(work.session, [episode_id])
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    episode_rules.require_running(episode.ended_at)
    if note_store.supervisors_of(work.session, work.actor_id):
        raise Conflict("Write and sign the note: the ending takes effect when it is cosigned.", code="needs_cosign")
    leaving = _leaving(work, episode_id, given.client_id)
    _require_reasons(given)
    _require_risk_review(work, leaving, given)
    notes = [_begun(work, episode, client_id, given) for client_id in leaving]
    ended = ending_store.end_part(work.session, episode_id, leaving, given.how_it_ended, at=work.now, now=work.now)
    work.mention(ending=given.how_it_ended.value, client_count=len(leaving))
    if given.risk_review is not None:
        work.mention(risk_review=given.risk_review.value)
    return EpisodeEndedOut(
        episode_id=episode_id,
        ended_at=ended.ended_at,
        ending=ended.ending,
        draft_ids=[note.id for note in notes if note.state is not NoteState.SIGNED],
    )


def _leaving(work: Work, episode_id: UUID, wanted: UUID | None) -> list[UUID]:
    taking_part = episode_store.participants(work.session, [episode_id])[episode_id]
    if wanted is None:
        return taking_part
    if wanted not in taking_part:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    return [wanted]


def _require_reasons(given: EpisodeEndIn) -> None:
    wanted = rules.required_parts(rules.usual_form(given.how_it_ended), given.how_it_ended)
    if "reason" in wanted and given.reason is None:
        raise Invalid(FieldProblem("/reason", wanted["reason"]))


def _require_risk_review(work: Work, client_ids: list[UUID], given: EpisodeEndIn) -> None:
    """Told now, so it is newer than any flag that stands."""
    flags = flag_store.open_ones(work.session, client_ids)
    raised_at = [flag.raised_at for flag in flags if flag.kind is FlagKind.RISK_OF_HARM]
    if rules.review_is_missing(work.now if given.risk_review else None, raised_at):
        raise Conflict("A flag of harm stands: record how risk was looked at before this ending.", code="risk_open")


def _begun(work: Work, episode: Episode, client_id: UUID, given: EpisodeEndIn) -> TerminationNote:
    """The note that is there already, or a draft with what was said now; and the task to write it."""
    known = {client_id, *note_store.doubles_of(work.session, client_id)}
    notes = note_store.of_parts(work.session, episode.id, known)
    note = notes[0] if notes else _draft(work, episode.id, client_id)
    if note.state is NoteState.DRAFT:
        _put_down(work, note, given)
    if note.state is NoteState.DRAFT and not task_store.open_ones(work.session, TaskKind.WRITE_NOTE, note.id):
        due_on = (work.now + _WRITE_WITHIN).astimezone(ZoneInfo(episode.time_zone)).date()
        task = Task(
            kind=TaskKind.WRITE_NOTE,
            owner_id=work.actor_id,
            episode_id=episode.id,
            client_id=client_id,
            subject_id=note.id,
            due_on=due_on,
            created_at=work.now,
        )
        task_store.add(work.session, task)
    return note


def _draft(work: Work, episode_id: UUID, client_id: UUID) -> TerminationNote:
    standing = goal_store.standing(work.session, work.keyring, episode_id, {client_id})
    way_back = ways_back.of_a_note(work.session)
    content = NoteContent.of_record({**goal_rules.to_begin_with(standing), "return_path": way_back})
    note = TerminationNote(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        author_id=work.actor_id,
        form=content.form,
        content_sealed=b"",
        created_at=work.now,
        updated_at=work.now,
    )
    _seal(work, note, content)
    note_store.add(work.session, note)
    return note


def _put_down(work: Work, note: TerminationNote, given: EpisodeEndIn) -> None:
    """What was said with the ending goes into the draft; what somebody wrote there before stays."""
    place = Place("termination_notes", "content", note.id)
    before = NoteContent.on_record(work.client_key(note.client_id).open(note.content_sealed, place))
    told: dict[str, object] = {}
    if before.how_it_ended is None:
        told |= {"how_it_ended": given.how_it_ended, "form": rules.usual_form(given.how_it_ended)}
    if before.reason is None:
        told |= {"reason": given.reason}
    if given.risk_review is not None:
        told |= {"risk_review": given.risk_review, "risk_review_words": None}
        note.risk_reviewed_at, note.risk_reviewed_by = work.now, work.actor_id
    content = before.model_copy(update=told)
    note.form, note.how_it_ended = content.form, content.how_it_ended
    _seal(work, note, content)
    note.updated_at, note.version = work.now, note.version + 1
    work.session.flush()


def _seal(work: Work, note: TerminationNote, content: NoteContent) -> None:
    place = Place("termination_notes", "content", note.id)
    note.content_sealed = work.client_key(note.client_id).seal(content.model_dump_json(), place)
