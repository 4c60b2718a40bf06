"""What a client who came back brings along: the goals of the work before, when it ended, and the note about it.

Goals go with the client to whoever works with them now, who need not have been there before: nobody has to tell everything
anew (decision 0047). Nothing else of that work is opened by it.
"""

from collections.abc import Mapping
from uuid import UUID

from api.domain import goals as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import NotFound
from api.formats import note_goals
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import episodes as episode_store
from api.store import goals as goal_store
from api.store import names
from api.store import terminations as note_store
from api.store.sealing import Place
from schemas.tables import Goal, TerminationNote
from schemas.vocabulary import GoalState, NoteState
from schemas.wire.episodes import PersonOut
from schemas.wire.returns import FormerGoalOut, FormerNoteOut, FormerWorkOut
from schemas.wire.terminations import NoteContent

_SHOWN = 100


@use_case(Permission.GOAL_READ, audit=Action.GOAL_LIST, noun=Noun.EPISODE, subject="episode_id")
def before(work: Work, episode_id: UUID) -> FormerWorkOut:
    """Of those alone who take part now. Raises NotFound where this work takes up none."""
    episode = episode_store.get(work.session, episode_id)
    if episode is None or episode.previous_episode_id is None:
        raise NotFound
    taking_part = set(episode_store.participants(work.session, [episode_id])[episode_id])
    former = episode_store.former(work.session, episode.previous_episode_id)
    if former is None:
        raise NotFound
    rows = goal_store.of_former(work.session, former.id, taking_part, limit=_SHOWN)
    taken_up = goal_store.taken_up(work.session, episode_id)
    people = {
        one: PersonOut(id=one, name=name)
        for one, name in names.of_clients(work.session, work.keyring, taking_part).items()
    }
    notes = _notes(work, former.id, people)
    goals = _from_records(work, rows, people, taken_up)
    told = {one.client.id for one in goals}
    for note, client in notes:
        if client.id not in told:
            goals += _from_note(work, note, client)
    work.mention(count=len(goals), previous_episode_id=str(former.id))
    return FormerWorkOut(
        episode_id=former.id,
        ended_at=former.ended_at,
        ending=former.ending,
        goals=sorted(goals, key=lambda one: one.state is not GoalState.OPEN),
        notes=[
            FormerNoteOut(id=note.id, client=client, signed_at=note.locked_at)
            for note, client in notes
            if note.locked_at is not None
        ],
    )


def _notes(work: Work, former_id: UUID, people: Mapping[UUID, PersonOut]) -> list[tuple[TerminationNote, PersonOut]]:
    """Signed ones with whom each is about, as far as they are in the caseload of whoever asks and their role opens them."""
    if Permission.NOTE_READ not in work.principal.permissions:
        return []
    whose = {known: who for one, who in people.items() for known in (one, *note_store.doubles_of(work.session, one))}
    found = note_store.of_parts(work.session, former_id, whose)
    return [(one, whose[one.client_id]) for one in found if one.state is NoteState.SIGNED]


def _from_records(
    work: Work, rows: list[Goal], people: Mapping[UUID, PersonOut], taken_up: Mapping[UUID, UUID]
) -> list[FormerGoalOut]:
    keys = work.client_keys_left({row.client_id for row in rows})
    found = []
    for row in rows:
        if row.client_id in keys and row.client_id in people:
            words = goal_store.opened(keys[row.client_id], row)
            found.append(
                FormerGoalOut(
                    goal_id=row.id,
                    client=people[row.client_id],
                    state=GoalState(row.state),
                    goal=words.goal,
                    why=words.why,
                    next_step=words.next_step,
                    supports=words.supports,
                    how_known=words.how_known,
                    agreed_on=row.agreed_on,
                    settled_on=row.settled_on,
                    taken_up_as=taken_up.get(row.id),
                )
            )
    return found


def _from_note(work: Work, note: TerminationNote, client: PersonOut) -> list[FormerGoalOut]:
    """Of a note that was signed before goals were records."""
    key = work.client_keys_left({note.client_id}).get(note.client_id)
    if key is None:
        return []
    place = Place("termination_notes", "content", note.id)
    content = NoteContent.on_record(key.open(note.content_sealed, place))
    agreed_on = rules.agreed_on(
        content.goals_basis, content.goals_agreed_on, content.ended_on or note.created_at.date()
    )
    return [
        FormerGoalOut(
            goal_id=None,
            client=client,
            state=GoalState.OPEN,
            goal=one.words.goal,
            why=one.words.why,
            next_step=one.words.next_step,
            supports=one.words.supports,
            how_known=one.words.how_known,
            agreed_on=agreed_on,
            settled_on=None,
            taken_up_as=None,
        )
        for one in note_goals.of(content)
    ]
