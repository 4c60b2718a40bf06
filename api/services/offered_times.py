"""The use case by which a person makes a booking of the time that a client tapped. Until then nothing is booked."""

from uuid import UUID

from api.domain import episodes as episode_rules
from api.domain import offered_times as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import AccessDenied, Conflict, NotFound
from api.domain.history import StatusEvent
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import appointments as appointment_store
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import offered_times as time_store
from api.store import replies as reply_store
from api.store import stops
from schemas.tables import Appointment, Episode, OfferedTime, Reply
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, Initiator, ReplyHandling
from schemas.wire.appointments import AppointmentOut

_DOES_NOT_STAND = frozenset(
    {AppointmentStatus.CANCELLED, AppointmentStatus.LATE_CANCELLED, AppointmentStatus.RESCHEDULED}
)


@use_case(Permission.APPOINTMENT_RECORD, audit=Action.REPLY_BOOK, noun=Noun.REPLY, subject="reply_id")
def confirm(work: Work, reply_id: UUID) -> AppointmentOut:
    """As the client's own booking, and the reply is handled by it. Said again, it is the same booking. Raises Conflict, also
    where that booking does not stand any more.
    """
    if not work.is_a_person:
        raise AccessDenied("A person has to do this.", code="needs_a_person")
    reply = reply_store.hold(work.session, reply_id)
    if reply is None:
        raise NotFound
    require_ones_own(work, Noun.EPISODE, reply.episode_id)
    chosen = time_store.get(work.session, reply.offered_time_id) if reply.offered_time_id else None
    episode = episode_store.get(work.session, reply.episode_id)
    if chosen is None or episode is None:
        raise Conflict("With this answer no time was chosen.", code="no_time_chosen")
    booked = appointment_store.get(work.session, chosen.appointment_id) if chosen.appointment_id else None
    if booked is not None and booked.status in _DOES_NOT_STAND:
        raise Conflict("Its booking was cancelled or moved since: find another time together.", code="time_cancelled")
    if booked is None:
        booked = _booked(work, episode, reply, chosen)
    work.mention(appointment_id=str(booked.id))
    return AppointmentOut.model_validate(booked, from_attributes=True)


def _booked(work: Work, episode: Episode, reply: Reply, chosen: OfferedTime) -> Appointment:
    episode_rules.require_running(episode.ended_at)
    if chosen.starts_at <= work.now:
        raise Conflict("The time that was chosen is over: find another together.", code="time_over")
    time_store.keep(work.session, chosen, now=work.now)
    # In a group everybody has times of their own; a couple or a family comes together, and so does whoever was booked by hand.
    client_id = reply.client_id if episode.format is EpisodeFormat.GROUP else None
    row = appointment_store.booked_at(work.session, episode.id, chosen.starts_at, reply.client_id)
    if row is None:
        row = appointment_store.new(episode.id, chosen.starts_at, work.now, minutes=rules.MINUTES, standing=False)
        row.clinician_id, row.client_id, row.initiator = chosen.clinician_id, client_id, Initiator.CLIENT
        event = StatusEvent(AppointmentStatus.BOOKED, chosen.starts_at, work.now, Initiator.CLIENT)
        appointment_store.add(work.session, row, event, work.actor_id)
    chosen.appointment_id = row.id
    time_store.release(work.session, [chosen.check_in_id], work.now)
    if reply.handled_at is None:
        reply.handled_at, reply.handled_by, reply.handled_how = work.now, work.actor_id, ReplyHandling.BOOKED
        reply.version += 1
    stops.by_appointments(work.session, [row.id], work.now)
    assessment_store.refresh(work.session, [episode.id], work.now)
    return row
