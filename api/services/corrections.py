"""The use case of somebody who knows better: this is agreed, this client told me, this time was excused, this is so.

Written as the ordinary facts it stands for, in one act; the stage follows from them at once. Nothing that was shown is rewritten.
"""

from datetime import date, timedelta
from uuid import UUID

from api.domain import clock, engagement, next_step
from api.domain import corrections as rules
from api.domain import episodes as episode_rules
from api.domain import snoozes as snooze_rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.corrections import Meaning
from api.domain.engagement import Standing
from api.domain.errors import Conflict, NotFound, invalid_field
from api.domain.evidence import Evidence
from api.domain.history import StatusEvent
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import appointments as appointment_store
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import contacts as contact_store
from api.store import episodes as episode_store
from api.store import snoozes as snooze_store
from api.store import stops
from schemas.tables import Absence, Agreement, Appointment, Contact, Episode, Snooze
from schemas.tables.base import new_id
from schemas.vocabulary import AgreementKind, AppointmentStatus, Channel, ContactDirection, EpisodeKind
from schemas.wire.corrections import CorrectionIn, CorrectionOut, FactOut
from schemas.wire.episodes import ReasonOut

# A clock on another machine may be a little ahead of ours, and nobody says the same twice within a minute.
_AHEAD = timedelta(minutes=5)
_SAME_TAP = timedelta(minutes=1)


@use_case(
    Permission.EPISODE_CORRECT, audit=Action.EPISODE_CORRECT, noun=Noun.EPISODE, subject="episode_id", changes=True
)
def correct(work: Work, episode_id: UUID, given: CorrectionIn) -> CorrectionOut:
    """Said again it changes nothing. The trail has its kind, and the stage before and after it."""
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    episode_rules.require_running(episode.ended_at)
    work.mention(kind=given.kind)
    said = {name for name, value in given if name != "kind" and value is not None}
    meaning = rules.meaning(given.kind, said)
    client_store.lock_of_episodes(work.session, [episode_id])
    assessment_store.refresh(work.session, [episode_id], work.now)
    before = _standing(work, episode)
    facts = [
        *_contact(work, episode, given, meaning),
        *_absence(work, episode, given, meaning),
        *_agreement(work, episode, given, meaning),
        *_outcome(work, episode, given, meaning),
        *_as_needed(work, episode, meaning),
    ]
    assessment_store.refresh(work.session, [episode_id], work.now)
    facts += _put_off(work, episode, given, meaning)
    after = _standing(work, episode)
    work.mention(stage_before=before.stage, stage_after=after.stage, facts=[f"{one.noun}:{one.id}" for one in facts])
    return CorrectionOut(
        kind=given.kind,
        facts=facts,
        stage=after.stage,
        since=after.since,
        reasons=[ReasonOut(code=reason.code, text=reason.text) for reason in after.reasons],
    )


def _standing(work: Work, episode: Episode) -> Standing:
    evidence = Evidence.from_json(episode.evidence)
    return engagement.standing_at(episode.drifting_at, episode.quiet_at, evidence, episode.ended_at, work.now)


def _today(work: Work, episode: Episode) -> date:
    """In the zone that noticing went by: where the episode's own is unknown, that of everybody."""
    return clock.local_day(clock.second(work.now), Evidence.from_json(episode.evidence).time_zone)


def _contact(work: Work, episode: Episode, given: CorrectionIn, meaning: Meaning) -> list[FactOut]:
    if not meaning.contact:
        return []
    participants = episode_store.participants(work.session, [episode.id])[episode.id]
    client_id = given.client_id or (participants[0] if len(participants) == 1 else None)
    if client_id is not None and client_id not in participants:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    at, channel = given.at or work.now, given.channel or Channel.IN_PERSON
    if at > work.now + _AHEAD:
        raise invalid_field("/at", "A contact is recorded once it has taken place.")
    latest = next(iter(contact_store.page(work.session, episode.id, before=None, limit=1)), None)
    row = Contact(
        id=new_id(),
        episode_id=episode.id,
        client_id=client_id,
        at=min(at, work.now),
        known_at=work.now,
        direction=ContactDirection.INBOUND,
        channel=channel,
        outcome=rules.heard(channel),
        recorded_by=work.actor_id,
    )
    if latest is not None and _is_the_same(latest, row, told_when=given.at is not None):
        return []
    contact_store.add(work.session, row)
    stops.by_sign_of_life(work.session, episode.id, client_id, work.now)
    return [FactOut(noun="contact", id=row.id)]


def _is_the_same(latest: Contact, row: Contact, *, told_when: bool) -> bool:
    def said(one: Contact) -> tuple[object, ...]:
        return one.client_id, one.direction, one.channel, one.outcome, one.recorded_by

    apart = abs(row.at - latest.at)
    return said(latest) == said(row) and apart < (timedelta(seconds=1) if told_when else _SAME_TAP)


def _absence(work: Work, episode: Episode, given: CorrectionIn, meaning: Meaning) -> list[FactOut]:
    if meaning.absence is None:
        return []
    first = given.on or _today(work, episode)
    if given.until_on is not None and given.until_on < first:
        raise invalid_field("/until_on", "The last day comes before the first.")
    row = Absence(
        id=new_id(),
        kind=meaning.absence,
        episode_id=episode.id,
        from_on=first,
        to_on=given.until_on,
        known_at=work.now,
        recorded_by=work.actor_id,
    )
    known = contact_store.absences(work.session, [episode.id])
    if any((one.kind, one.from_on, one.to_on, one.withdrawn_at) == (row.kind, first, row.to_on, None) for one in known):
        return []
    contact_store.add(work.session, row)
    stops.by_absence(work.session, episode.id, work.now)
    return [FactOut(noun="absence", id=row.id)]


def _agreement(work: Work, episode: Episode, given: CorrectionIn, meaning: Meaning) -> list[FactOut]:
    if meaning.agreement is None:
        return []
    row = Agreement(
        id=new_id(),
        kind=meaning.agreement,
        episode_id=episode.id,
        from_on=given.on or _usual_day(work, episode, meaning.agreement),
        cadence_days=given.cadence_days,
        known_at=work.now,
        recorded_by=work.actor_id,
    )
    known = contact_store.agreements(work.session, [episode.id])
    if any((one.kind, one.from_on, one.cadence_days) == (row.kind, row.from_on, row.cadence_days) for one in known):
        return []
    contact_store.add(work.session, row)
    return [FactOut(noun="agreement", id=row.id)]


def _usual_day(work: Work, episode: Episode, agreement: AgreementKind) -> date:
    """An end is today's where no day is said. A rhythm says how far apart sessions are, so it counts from the last one."""
    today = _today(work, episode)
    if agreement is not AgreementKind.CADENCE_CHANGE:
        return today
    evidence = Evidence.from_json(episode.evidence)
    sessions = [clock.local_day(one.anchor, evidence.time_zone) for one in evidence.strands if one.sessions]
    return min([*sessions, today])


def _outcome(work: Work, episode: Episode, given: CorrectionIn, meaning: Meaning) -> list[FactOut]:
    """The later word counts; what was recorded before stays readable, and what was shown because of it stays as it was."""
    if meaning.outcome is None:
        return []
    row = _time(work, episode, given.appointment_id)
    status, initiator = rules.excused_as(row.status, row.initiator) if meaning.excused else (meaning.outcome, None)
    event = StatusEvent(status, row.starts_at, work.now, initiator, excused=meaning.excused)
    is_news = appointment_store.learn(work.session, row, event, work.actor_id)
    facts = [FactOut(noun="appointment", id=row.id)] if is_news else []
    if given.starts_at is not None and is_news:
        booked = StatusEvent(AppointmentStatus.BOOKED, given.starts_at, work.now)
        instead = appointment_store.book_instead(work.session, row, booked, work.actor_id)
        facts.append(FactOut(noun="appointment", id=instead.id))
    stops.by_appointments(work.session, [one.id for one in facts], work.now)
    return facts


def _time(work: Work, episode: Episode, appointment_id: UUID | None) -> Appointment:
    """Named, and never just the latest: a second tap would say the same of another time."""
    row = None if appointment_id is None else appointment_store.get(work.session, appointment_id)
    if row is None or row.episode_id != episode.id:
        raise invalid_field("/appointment_id", "There is no such time in this episode.")
    if row.starts_at > work.now:
        raise Conflict("This time has not come yet.", code="not_yet")
    return row


def _as_needed(work: Work, episode: Episode, meaning: Meaning) -> list[FactOut]:
    if not meaning.as_needed or episode.kind is EpisodeKind.AS_NEEDED:
        return []
    episode_store.change_kind(work.session, episode, EpisodeKind.AS_NEEDED, by=work.actor_id, now=work.now)
    episode.updated_at, episode.version = work.now, episode.version + 1
    work.session.flush()
    return [FactOut(noun="episode", id=episode.id)]


def _put_off(work: Work, episode: Episode, given: CorrectionIn, meaning: Meaning) -> list[FactOut]:
    """Whoever said they will book is not asked about it tomorrow: what would still be next waits, where it may."""
    if meaning.puts_off is None:
        return []
    until_on = snooze_rules.until_on(given.until_on, _today(work, episode))
    standing = _standing(work, episode)
    act = next_step.next_step(standing, Evidence.from_json(episode.evidence), work.now).kind
    if not snooze_rules.may_wait(act):
        return []
    running = snooze_store.running(work.session, [episode.id]).get(episode.id)
    if running is not None and (running.reason, running.until_on) == (meaning.puts_off, until_on):
        return []
    row = Snooze(
        id=new_id(),
        episode_id=episode.id,
        act=act,
        stage=standing.stage,
        responsible_id=episode.responsible_id,
        reason=meaning.puts_off,
        until_on=until_on,
        made_at=work.now,
        made_by=work.actor_id,
    )
    snooze_store.begin(work.session, row)
    assessment_store.refresh(work.session, [episode.id], work.now)
    return [FactOut(noun="snooze", id=row.id)]
