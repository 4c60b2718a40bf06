"""Counts clients for a table, over the whole practice, a slice of them at a time. What comes out holds no identifier.

Whoever publishes may see no caseload; here everybody is read, and nothing of anybody is kept but one more in a count.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import definitions
from api.domain import history as facts
from api.domain.closing_figures import NOTHING_SAID
from api.domain.definitions import Counts, Course, Death, Ending
from api.domain.periods import Window
from api.store import closing_histories, histories, tenancy
from schemas.tables import Appointment, AppointmentEvent, Client, Contact, Episode, EpisodeParticipant
from schemas.vocabulary import EndingKind, Figure, time_zones

_CLIENTS_AT_ONCE = 200


class _Part(NamedTuple):
    episode_id: UUID
    client_id: UUID
    left_at: datetime | None
    ending: EndingKind | None
    ending_known_at: datetime | None


def counts(session: Session, window: Window, *, zone_name: str) -> Counts:
    """`zone_name` stands in for an episode whose own zone is unknown."""
    with tenancy.whole_practice(session):
        return definitions.tally(_figures(session, window, zone_name))


def first_start(session: Session) -> datetime | None:
    """The start of the earliest appointment on record: before its year there is nothing to publish."""
    with tenancy.whole_practice(session):
        return session.scalar(sa.select(sa.func.min(col(Appointment.starts_at))))


def _figures(session: Session, window: Window, zone_name: str) -> Iterator[frozenset[Figure]]:
    for client_ids in _slices(session):
        for courses in _courses(session, client_ids, window, zone_name).values():
            yield definitions.figures_of(courses, window)


def _slices(session: Session) -> Iterator[Sequence[UUID]]:
    after: UUID | None = None
    while True:
        statement = (
            sa.select(col(EpisodeParticipant.client_id))
            .distinct()
            .order_by(col(EpisodeParticipant.client_id))
            .limit(_CLIENTS_AT_ONCE)
        )
        if after is not None:
            statement = statement.where(col(EpisodeParticipant.client_id) > after)
        found = session.scalars(statement).all()
        if found:
            yield found
        if len(found) < _CLIENTS_AT_ONCE:
            return
        after = found[-1]


def _courses(
    session: Session, client_ids: Collection[UUID], window: Window, zone_name: str
) -> dict[UUID, list[Course]]:
    """The episodes of these clients in which something was ever due in the period, as each of them lived it."""
    parts = _parts(session, client_ids, window)
    episode_ids = {part.episode_id for part in parts}
    past = histories.load(session, episode_ids, as_of=window.cut_off)
    contacts = _contacts(session, episode_ids, window)
    endings = _endings(session, episode_ids)
    deaths = _deaths(session, client_ids)
    # Only of work that has ended: of what still runs no closing session is counted.
    over = {one.episode_id for one in parts if one.left_at is not None or endings[one.episode_id] is not None}
    closings = closing_histories.load(session, over, as_of=window.cut_off)
    found: dict[UUID, list[Course]] = defaultdict(list)
    for part in parts:
        episode_id, client_id = part.episode_id, part.client_id
        history = past[episode_id]
        found[client_id].append(
            Course(
                key=str(episode_id),
                client=str(client_id),
                history=replace(
                    history,
                    time_zone=history.time_zone if history.time_zone in time_zones() else zone_name,
                    contacts=tuple(one for whose, one in contacts[episode_id] if whose in (None, client_id)),
                ),
                ending=endings[episode_id],
                own_ending=_own_ending(part, endings[episode_id]),
                death=deaths.get(client_id),
                closing=closings.get((episode_id, client_id), NOTHING_SAID),
            )
        )
    return found


def _parts(session: Session, client_ids: Collection[UUID], window: Window) -> list[_Part]:
    """Asked of the events, not of what the appointment says today: it may have been moved after the cut-off."""
    due = (
        sa.select(col(AppointmentEvent.appointment_id))
        .join(Appointment, col(Appointment.id) == col(AppointmentEvent.appointment_id))
        .where(
            col(Appointment.episode_id) == col(EpisodeParticipant.episode_id),
            col(AppointmentEvent.starts_at) >= window.start,
            col(AppointmentEvent.starts_at) < window.end,
        )
        .exists()
    )
    statement = sa.select(
        col(EpisodeParticipant.episode_id),
        col(EpisodeParticipant.client_id),
        col(EpisodeParticipant.left_at),
        col(EpisodeParticipant.ending),
        col(EpisodeParticipant.ending_known_at),
    ).where(col(EpisodeParticipant.client_id).in_(set(client_ids)), due)
    return [_Part(*row) for row in session.execute(statement)]


def _contacts(
    session: Session, episode_ids: set[UUID], window: Window
) -> dict[UUID, list[tuple[UUID | None, facts.Contact]]]:
    """With whom each was, where the record says."""
    found: dict[UUID, list[tuple[UUID | None, facts.Contact]]] = defaultdict(list)
    statement = sa.select(
        col(Contact.episode_id),
        col(Contact.client_id),
        col(Contact.at),
        col(Contact.known_at),
        col(Contact.direction),
        col(Contact.channel),
        col(Contact.automated),
        col(Contact.outcome),
    ).where(
        col(Contact.episode_id).in_(episode_ids),
        col(Contact.at) >= window.start,
        col(Contact.at) <= window.cut_off,
    )
    for row in session.execute(statement):
        found[row[0]].append((row[1], facts.Contact(row[2], row[3], row[4], row[5], row[6], row[7])))
    return found


def _endings(session: Session, episode_ids: set[UUID]) -> dict[UUID, Ending | None]:
    statement = sa.select(
        col(Episode.id), col(Episode.ending), col(Episode.ended_at), col(Episode.ending_known_at)
    ).where(col(Episode.id).in_(episode_ids))
    return {row[0]: _ending(*row[1:]) for row in session.execute(statement)}


def _own_ending(part: _Part, together: Ending | None) -> Ending | None:
    """Who stayed to the end and whose note says something else ended when the others did."""
    at = part.left_at or (together.at if together is not None and part.ending is not None else None)
    return _ending(part.ending, at, part.ending_known_at)


def _ending(how: EndingKind | None, at: datetime | None, known_at: datetime | None) -> Ending | None:
    """A process of the former version says nothing of when it was learned: then its date has to do."""
    return None if at is None else Ending(how, at, known_at or at)


def _deaths(session: Session, client_ids: Collection[UUID]) -> dict[UUID, Death]:
    statement = sa.select(col(Client.id), col(Client.died_on), col(Client.death_known_at)).where(
        col(Client.id).in_(set(client_ids)), col(Client.died_on).is_not(None)
    )
    found = {}
    for client_id, on, known_at in session.execute(statement):
        if on is not None:
            found[client_id] = Death(on, known_at or datetime.combine(on, time(), UTC))
    return found
