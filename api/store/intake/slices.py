"""A slice of understood rows, taken in together: people looked up once, facts by kind, outcomes in the rows' order."""

from collections.abc import Callable, Sequence
from typing import Any

from api.domain.facts import (
    AbsenceFact,
    AgreementFact,
    AppointmentFact,
    ClientFact,
    ContactFact,
    Fact,
    LeaveFact,
)
from api.store import episodes
from api.store.intake import appointments, others
from api.store.intake.context import Intake, Outcome
from api.store.intake.people import People, Wanted
from api.store.intake.rehearsal import Rehearsal
from schemas.vocabulary import ImportKind

_Take = Callable[[Intake, People, Any], list[Outcome]]

_TAKERS: tuple[tuple[type[Any], _Take], ...] = (
    (AppointmentFact, appointments.take_in),
    (ContactFact, others.take_contacts),
    (AbsenceFact, others.take_absences),
    (AgreementFact, others.take_agreements),
    (LeaveFact, others.take_leave),
)


def rehearse(intake: Intake, rehearsal: Rehearsal, facts: Sequence[Fact]) -> list[Outcome]:
    """The outcomes these facts would have after all the earlier ones. The caller rolls back."""
    again = rehearsal.again(facts)
    outcomes = take_in(intake, [*again, *facts])[len(again) :]
    rehearsal.keep_clients(facts)
    return outcomes


def take_in(intake: Intake, facts: Sequence[Fact]) -> list[Outcome]:
    """One outcome per fact. Episodes touched are marked for assessment."""
    people = People(intake)
    known_before = _look_up(people, facts)
    outcomes: dict[int, Outcome] = {}
    for kind, take in _TAKERS:
        chosen = [(position, fact) for position, fact in enumerate(facts) if isinstance(fact, kind)]
        if chosen:
            answers = take(intake, people, [fact for _, fact in chosen])
            outcomes |= {position: answer for (position, _), answer in zip(chosen, answers, strict=True)}
    clients = [(position, fact) for position, fact in enumerate(facts) if isinstance(fact, ClientFact)]
    if clients:
        new_keys = {fact.client_key for _, fact in clients} - known_before
        answers = others.take_clients(intake, people, [fact for _, fact in clients], new_keys)
        outcomes |= {position: answer for (position, _), answer in zip(clients, answers, strict=True)}
    intake.session.flush()
    episodes.mark_for_assessment(intake.session, intake.touched)
    for member_id in sorted(intake.clinicians_away):
        episodes.mark_all_for_assessment(intake.session, member_id=member_id)
    return [outcomes[position] for position in range(len(facts))]


def brings_people(kind: ImportKind) -> bool:
    """Appointments and client lists may name new people; messages, agreements and leave are about known ones."""
    return kind in (ImportKind.APPOINTMENTS, ImportKind.CLIENTS)


def _look_up(people: People, facts: Sequence[Fact]) -> set[str]:
    wanted: list[Wanted] = []
    for fact in facts:
        if isinstance(fact, AppointmentFact):
            wanted.append(appointments.wanted(fact))
        elif isinstance(fact, LeaveFact):
            people.look_up_clinicians({fact.clinician_key})
        else:
            wanted.append(others.wanted(fact))
    known_before = people.known_clients({one.client_key for one in wanted})
    people.look_up(wanted)
    return known_before
