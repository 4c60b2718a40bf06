"""Use cases about putting a next act off: for how long and why, what is put off now and was before, bringing it back.

Nothing here is a fact about the client: no stage, reason or later flag follows from it.
"""

from collections.abc import Sequence
from uuid import UUID

from api.domain import clock, engagement, next_step
from api.domain import episodes as episode_rules
from api.domain import snoozes as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.domain.evidence import Evidence
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import snoozes as snooze_store
from api.store.sealing import Place
from schemas.tables import Episode, Snooze
from schemas.tables.base import new_id
from schemas.vocabulary import SnoozeEnd
from schemas.wire.snoozes import SnoozeIn, SnoozeOut

_SHOWN = 100


@use_case(Permission.EPISODE_PUT_OFF, audit=Action.SNOOZE_ADD, noun=Noun.EPISODE, subject="episode_id", changes=True)
def put_off(work: Work, episode_id: UUID, given: SnoozeIn) -> SnoozeOut:
    """The act that is next now. What was put off before is put off anew; whatever matters brings it back before its day."""
    episode = _required(work, episode_id)
    episode_rules.require_running(episode.ended_at)
    client_id = _whose_words(work, episode_id, given)
    # Held from here on: of two who put it off at once the second replaces what the first said.
    assessment_store.refresh(work.session, [episode_id], work.now)
    evidence = Evidence.from_json(episode.evidence)
    standing = engagement.standing_at(episode.drifting_at, episode.quiet_at, evidence, episode.ended_at, work.now)
    act = next_step.next_step(standing, evidence, work.now).kind
    rules.require_may_wait(act)
    row = Snooze(
        id=new_id(),
        episode_id=episode_id,
        client_id=client_id,
        act=act,
        stage=standing.stage,
        responsible_id=episode.responsible_id,
        reason=given.reason,
        until_on=rules.until_on(given.until_on, clock.local_day(clock.second(work.now), evidence.time_zone)),
        made_at=work.now,
        made_by=work.actor_id,
    )
    if given.words is not None and client_id is not None:
        row.words_sealed = work.client_key(client_id).seal(given.words, Place("snoozes", "words", row.id))
    snooze_store.begin(work.session, row)
    assessment_store.refresh(work.session, [episode_id], work.now)
    work.mention(snooze_id=str(row.id), act=act, reason=given.reason, until_on=row.until_on.isoformat())
    return _shown(work, [row])[0]


@use_case(Permission.ENGAGEMENT_READ, audit=Action.SNOOZE_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID) -> list[SnoozeOut]:
    """The last hundred, the latest first."""
    _required(work, episode_id)
    return _shown(work, snooze_store.latest(work.session, episode_id, limit=_SHOWN))


@use_case(Permission.EPISODE_PUT_OFF, audit=Action.SNOOZE_END, noun=Noun.EPISODE, subject="episode_id", changes=True)
def bring_back(work: Work, episode_id: UUID, snooze_id: UUID) -> None:
    """It is asked for again from now on; that it was put off stays on record."""
    episode_store.hold(work.session, [episode_id])
    row = snooze_store.get(work.session, episode_id, snooze_id)
    if row is None:
        raise NotFound
    work.mention(snooze_id=str(snooze_id))
    if row.ended_at is not None:
        raise Conflict("This does not wait any more.", code="snooze_over")
    snooze_store.end(row, SnoozeEnd.BROUGHT_BACK, work.now, by=work.actor_id)
    assessment_store.refresh(work.session, [episode_id], work.now)


def _required(work: Work, episode_id: UUID) -> Episode:
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    return episode


def _whose_words(work: Work, episode_id: UUID, given: SnoozeIn) -> UUID | None:
    """By whose key the words are sealed: they go with whom they are about."""
    participants = episode_store.participants(work.session, [episode_id])[episode_id]
    client_id = given.client_id or (participants[0] if len(participants) == 1 else None)
    if client_id is not None and client_id not in participants:
        raise invalid_field("/client_id", "This client does not take part in the episode.")
    if given.words is not None and client_id is None:
        raise invalid_field("/client_id", "Say whom the words are about.")
    return client_id


def _shown(work: Work, rows: Sequence[Snooze]) -> list[SnoozeOut]:
    told = snooze_store.told(work.session, work.keyring, rows, worded=work.is_a_person)
    return [SnoozeOut.model_validate(one, from_attributes=True) for one in told]
