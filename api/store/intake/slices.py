"""A slice of understood rows, taken in together: people looked up once, facts by kind, outcomes in the rows' order."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.domain.facts import (
    AbsenceFact,
    AgreementFact,
    AppointmentFact,
    ClientFact,
    ContactFact,
    Fact,
    LeaveFact,
    ScoreFact,
)
from api.store import bulk, episodes
from api.store.intake import appointments, others
from api.store.intake.context import Intake, Outcome, refused
from api.store.intake.people import People, Wanted
from api.store.intake.rehearsal import Rehearsal
from schemas.tables import Appointment, Client, Episode, Import, Member
from schemas.vocabulary import ImportKind

_Take = Callable[[Intake, People, Any], list[Outcome]]

_TAKERS: tuple[tuple[type[Any], _Take], ...] = (
    (AppointmentFact, appointments.take_in),
    (ContactFact, others.take_contacts),
    (AbsenceFact, others.take_absences),
    (AgreementFact, others.take_agreements),
    (LeaveFact, others.take_leave),
    (ScoreFact, others.take_scores),
)


_UNTOLD = refused("refused", "This cannot be taken.")


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
    places: dict[type[Any], list[int]] = defaultdict(list)
    for place, fact in enumerate(facts):
        places[type(fact)].append(place)
    outcomes: list[Outcome] = [_UNTOLD] * len(facts)
    for kind, take in _TAKERS:
        if chosen := places.get(kind):
            for place, outcome in zip(chosen, take(intake, people, [facts[place] for place in chosen]), strict=True):
                outcomes[place] = outcome
    if chosen := places.get(ClientFact):
        told = [fact for fact in facts if isinstance(fact, ClientFact)]
        new_keys = {fact.client_key for fact in told} - known_before
        for place, outcome in zip(chosen, others.take_clients(intake, people, told, new_keys), strict=True):
            outcomes[place] = outcome
    people.write()
    if intake.import_id is not None:
        intake.repeats.write(intake.session, intake.import_id)
    intake.session.flush()
    episodes.mark_for_assessment(intake.session, intake.touched)
    for member_id in sorted(intake.clinicians_away):
        episodes.mark_all_for_assessment(intake.session, member_id=member_id)
    return outcomes


def count_anew(session: Session) -> None:
    """After a slice: what the next one's rows refer to is looked for by the right index."""
    bulk.count_anew(session, (Appointment, Client, Episode, Import, Member))


def brings_people(kind: ImportKind) -> bool:
    """Appointments and client lists may name new people; messages, agreements, leave and scores are about known ones."""
    return kind in (ImportKind.APPOINTMENTS, ImportKind.CLIENTS)


def _look_up(people: People, facts: Sequence[Fact]) -> set[str]:
    """Each combination of people once, as the first fact about it has it."""
    wanted: dict[object, Wanted] = {}
    for fact in facts:
        if isinstance(fact, AppointmentFact):
            whom = (fact.client_key, fact.clinician_key, fact.group_key)
            if whom not in wanted:
                wanted[whom] = appointments.wanted(fact)
        elif isinstance(fact, LeaveFact):
            people.look_up_clinicians({fact.clinician_key})
        else:
            wanted[fact] = others.wanted(fact)
    return people.look_up(list(wanted.values()))
