"""Everything but appointments taken in: clients, contacts, absences, agreements, leave, scores.

Facts without an identifier of their own are recognised by a keyed digest of what they say, so that the same
file read twice adds nothing.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain.facts import AbsenceFact, AgreementFact, ClientFact, ContactFact, LeaveFact, ScoreFact
from api.store import keys as key_store
from api.store.intake import answers, former, repeats
from api.store.intake.context import Intake, Outcome, refused
from api.store.intake.people import People, Wanted
from api.store.sealing import Place
from schemas.tables import Absence, Agreement, Client, Contact, Episode, Score
from schemas.tables.base import new_id
from schemas.vocabulary import AbsenceKind, RowOutcome

_UNKNOWN = "No client of this source has this external id. Import the appointments or the clients first."
Known = TypeVar("Known", Contact, Absence, Agreement, Score)


def wanted(fact: ClientFact | ContactFact | AbsenceFact | AgreementFact | ScoreFact) -> Wanted:
    if isinstance(fact, ClientFact):
        return Wanted(
            client_key=fact.client_key,
            at=fact.first_seen_at,
            clinician_key=fact.clinician_key,
            client_name=fact.client_name,
            time_zone=fact.time_zone,
            format=fact.format,
            agreed_cadence_days=fact.agreed_cadence_days,
        )
    at = fact.at if isinstance(fact, ContactFact | ScoreFact) else datetime.combine(fact.from_on, time(12), UTC)
    return Wanted(client_key=fact.client_key, at=at)


def take_contacts(intake: Intake, people: People, facts: Sequence[ContactFact]) -> list[Outcome]:
    def row(fact: ContactFact, episode_id: UUID, digest: bytes) -> Contact:
        return Contact(
            id=new_id(),
            episode_id=episode_id,
            at=fact.at,
            known_at=fact.at,
            direction=fact.direction,
            channel=fact.channel,
            automated=fact.automated,
            fact_digest=digest,
            import_id=intake.import_id,
        )

    def says(fact: ContactFact) -> tuple[str, ...]:
        return (fact.client_key, fact.at.isoformat(), fact.direction, fact.channel, str(fact.automated))

    return _take(people, Contact, facts, says=says, whose=lambda fact: people.episode(wanted(fact)), row=row)


def take_absences(intake: Intake, people: People, facts: Sequence[AbsenceFact]) -> list[Outcome]:
    def row(fact: AbsenceFact, episode_id: UUID, digest: bytes) -> Absence:
        return Absence(
            id=new_id(),
            kind=fact.kind,
            episode_id=episode_id,
            from_on=fact.from_on,
            to_on=fact.to_on,
            known_at=fact.known_at,
            fact_digest=digest,
            import_id=intake.import_id,
        )

    def says(fact: AbsenceFact) -> tuple[str, ...]:
        return (fact.client_key, fact.kind, str(fact.from_on), str(fact.to_on), fact.known_at.isoformat())

    return _take(people, Absence, facts, says=says, whose=lambda fact: people.episode(wanted(fact)), row=row)


def take_agreements(intake: Intake, people: People, facts: Sequence[AgreementFact]) -> list[Outcome]:
    def row(fact: AgreementFact, episode_id: UUID, digest: bytes) -> Agreement:
        return Agreement(
            id=new_id(),
            kind=fact.kind,
            episode_id=episode_id,
            from_on=fact.from_on,
            to_on=fact.to_on,
            cadence_days=fact.cadence_days,
            known_at=fact.known_at,
            fact_digest=digest,
            import_id=intake.import_id,
        )

    def says(fact: AgreementFact) -> tuple[str, ...]:
        what = (fact.kind, str(fact.from_on), str(fact.to_on), str(fact.cadence_days), fact.known_at.isoformat())
        return (fact.client_key, *what)

    return _take(people, Agreement, facts, says=says, whose=lambda fact: people.episode(wanted(fact)), row=row)


def take_leave(intake: Intake, people: People, facts: Sequence[LeaveFact]) -> list[Outcome]:
    """A clinician's leave stops the clock of everybody in their caseload."""

    def row(fact: LeaveFact, member_id: UUID, digest: bytes) -> Absence:
        return Absence(
            id=new_id(),
            kind=AbsenceKind.CLINICIAN_LEAVE,
            member_id=member_id,
            from_on=fact.from_on,
            to_on=fact.to_on,
            known_at=fact.known_at,
            fact_digest=digest,
            import_id=intake.import_id,
        )

    def says(fact: LeaveFact) -> tuple[str, ...]:
        return (fact.clinician_key, str(fact.from_on), str(fact.to_on), fact.known_at.isoformat())

    return _take(people, Absence, facts, says=says, whose=lambda fact: people.clinician(fact.clinician_key), row=row)


def take_scores(intake: Intake, people: People, facts: Sequence[ScoreFact]) -> list[Outcome]:
    """The same result told again adds nothing; another value for the same moment is another result. It is of whoever the row names."""

    def row(fact: ScoreFact, episode_id: UUID, digest: bytes) -> Score:
        return Score(
            id=new_id(),
            episode_id=episode_id,
            client_id=people.client(fact.client_key),
            measure=fact.measure,
            value=fact.value,
            higher_is_better=fact.higher_is_better,
            at=fact.at,
            known_at=fact.known_at,
            source=intake.source,
            fact_digest=digest,
            import_id=intake.import_id,
        )

    def says(fact: ScoreFact) -> tuple[str, ...]:
        what = (fact.measure, repr(fact.value), str(fact.higher_is_better))
        return (fact.client_key, *what, fact.at.isoformat(), fact.known_at.isoformat())

    outcomes = _take(people, Score, facts, says=says, whose=lambda fact: people.episode(wanted(fact)), row=row)
    if intake.rehearsal is None:
        answers.keep(intake, facts, outcomes)
    return outcomes


def take_clients(intake: Intake, people: People, facts: Sequence[ClientFact], new_keys: set[str]) -> list[Outcome]:
    """New clients were added by `people`; known ones are brought up to date, keeping what they said before."""
    outcomes = []
    for fact in facts:
        client_id, episode_id = people.client(fact.client_key), people.episode(wanted(fact))
        if client_id is None or episode_id is None:
            outcomes.append(refused("unknown_client", _UNKNOWN))
        elif fact.client_key in new_keys:
            new_keys.discard(fact.client_key)
            intake.touched.add(episode_id)
            outcomes.append(Outcome(RowOutcome.CREATED, client_id))
        else:
            people.write()
            changed = _bring_up_to_date(intake, fact, client_id, episode_id)
            outcomes.append(Outcome(RowOutcome.UPDATED if changed else RowOutcome.UNCHANGED, client_id))
    return outcomes


def _bring_up_to_date(intake: Intake, fact: ClientFact, client_id: UUID, episode_id: UUID) -> bool:
    client = intake.session.scalars(sa.select(Client).where(col(Client.id) == client_id)).one()
    episode = intake.session.scalars(sa.select(Episode).where(col(Episode.id) == episode_id)).one()
    key = key_store.of_client(intake.session, intake.keyring, client_id)
    place = Place("clients", "name", client_id)
    name = key.open(client.name_sealed, place)
    of_client: former.Changes = {}
    if fact.client_name is not None and fact.client_name != name:
        of_client["name"] = (name, fact.client_name)
        client.name_sealed = key.seal(fact.client_name, place)
    if fact.time_zone is not None and fact.time_zone != client.time_zone:
        of_client["time_zone"] = (client.time_zone, fact.time_zone)
        client.time_zone = fact.time_zone
    of_episode: former.Changes = {}
    for column in ("agreed_cadence_days", "time_zone"):
        told = getattr(fact, column)
        if told is not None and told != getattr(episode, column):
            of_episode[column] = (getattr(episode, column), told)
            setattr(episode, column, told)
    for row, changes in ((client, of_client), (episode, of_episode)):
        if changes:
            row.version, row.updated_at = row.version + 1, intake.now
            former.keep(intake, row, client_id, changes, key)
    if of_episode:
        intake.touched.add(episode_id)
    return bool(of_client or of_episode)


F = TypeVar("F", ContactFact, AbsenceFact, AgreementFact, LeaveFact, ScoreFact)


def _take(
    people: People,
    model: type[Known],
    facts: Sequence[F],
    *,
    says: Callable[[F], tuple[str, ...]],
    whose: Callable[[F], UUID | None],
    row: Callable[[F, UUID, bytes], Known],
) -> list[Outcome]:
    intake = people.intake
    digests = [intake.digest(f"{model.__name__} fact", intake.source, *says(fact)) for fact in facts]
    statement = sa.select(col(model.fact_digest), col(model.id), col(model.import_id)).where(
        col(model.fact_digest).in_(set(digests))
    )
    known: dict[bytes | None, tuple[UUID | None, UUID | None]] = {
        digest: (row_id, import_id) for digest, row_id, import_id in intake.session.execute(statement)
    }
    if intake.rehearsal is not None:
        known |= dict.fromkeys(intake.rehearsal.digests.intersection(digests), (None, intake.import_id))
    outcomes, added = [], []
    concerned = intake.clinicians_away if any(isinstance(fact, LeaveFact) for fact in facts) else intake.touched
    for fact, digest in zip(facts, digests, strict=True):
        if digest in known:
            row_id, import_id = known[digest]
            if row_id is not None and import_id is not None and intake.is_anothers(import_id):
                intake.repeats.add(import_id, repeats.NOUNS[model], (row_id, 0))
            again = intake.import_id is not None and import_id == intake.import_id
            outcomes.append(Outcome(RowOutcome.DUPLICATE if again else RowOutcome.UNCHANGED, row_id))
            continue
        target_id = whose(fact)
        if target_id is None:
            outcomes.append(_refused(fact))
            continue
        new = row(fact, target_id, digest)
        added.append(new)
        known[digest] = (new.id, intake.import_id)
        if intake.rehearsal is not None:
            intake.rehearsal.digests.add(digest)
        concerned.add(target_id)
        outcomes.append(Outcome(RowOutcome.CREATED, new.id))
    people.write()
    intake.session.add_all(added)
    return outcomes


def _refused(fact: ContactFact | AbsenceFact | AgreementFact | LeaveFact | ScoreFact) -> Outcome:
    if isinstance(fact, LeaveFact):
        return refused(
            "unknown_clinician", "No clinician of this source has this external id. Import the appointments first."
        )
    return refused("unknown_client", _UNKNOWN)
