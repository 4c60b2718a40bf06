"""What was learned lately that bears on whether a client is still coming: each thing at the instant at which it was learned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from api.domain import fact_words, scores
from api.domain.fact_words import Fact
from api.domain.history import Appointment, StatusEvent
from api.domain.inquiry import Inquiry
from api.domain.timeline import ATTENDED, BOOKED, NO_SHOW, by_knowledge
from schemas.vocabulary import ContactOutcome, FactKind


@dataclass(frozen=True, slots=True)
class Learned:
    at: datetime
    fact: Fact


def lately(look: Inquiry, since: datetime, *, limit: int) -> list[Learned]:
    """Newest first. What bears on nothing is left out: automatic messages, and those that did not arrive."""
    found = [one for one in _everything(look) if one.at > since]
    return sorted(found, key=lambda one: (one.at, one.fact.on, one.fact.text), reverse=True)[:limit]


def _everything(look: Inquiry) -> Iterator[Learned]:
    for appointment in look.history.appointments:
        yield from _of_a_time(look, appointment)
    for contact in look.known.contacts:
        if not contact.automated and contact.outcome is not ContactOutcome.NOT_DELIVERED:
            yield Learned(contact.known_at, fact_words.contact(contact, look.day(contact.at), look.today))
    for absence in look.known.absences:
        yield Learned(absence.known_at, fact_words.absence(absence, look.today))
    for agreement in look.known.agreements:
        yield Learned(agreement.known_at, fact_words.agreement(agreement, look.today))
    for score in look.known.scores:
        yield Learned(score.known_at, fact_words.score(score, look.day(scores.given_at(score)), look.today))


def _of_a_time(look: Inquiry, told: Appointment) -> Iterator[Learned]:
    """What was told again is said once; what was written before the time had come was a booking."""
    before: tuple[object, ...] = ()
    for one in by_knowledge(told.events):
        event = _as_booking(one) if one.status in {ATTENDED, NO_SHOW} and one.known_at < one.starts_at else one
        says = (event.status, event.starts_at, event.initiator, event.excused)
        if says != before:
            on = look.day(event.starts_at)
            text = fact_words.learned(event, on, look.today)
            fact = Fact(FactKind.APPOINTMENT, event.status, on, text, event.starts_at, (told.key,), told.participant)
            yield Learned(event.known_at, fact)
        before = says


def _as_booking(event: StatusEvent) -> StatusEvent:
    return replace(event, status=BOOKED, initiator=None, excused=False)
