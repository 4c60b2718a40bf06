"""One episode at one instant, ready to be asked about: what was known, what noticing made of it, and whose evidence stands.

Whoever explains a stage asks the same model that set it. An answer that was not asked for could be untrue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from api.domain import clock, engagement
from api.domain.engagement import Assessment
from api.domain.evidence import Evidence, Strand
from api.domain.history import Absence, Appointment, History, Rhythm
from api.domain.signals import Known
from api.domain.timeline import Visit
from api.domain.weights import Model
from schemas.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Inquiry:
    """`history` holds only what was known at `now`. `person` is whom the leading evidence is about, where times name one."""

    history: History
    rhythm: Rhythm
    now: datetime
    model: Model
    known: Known
    found: Assessment
    strand: Strand
    person: str | None

    @property
    def evidence(self) -> Evidence:
        return self.found.evidence

    @property
    def at(self) -> int:
        return clock.second(self.now)

    @property
    def today(self) -> date:
        return self.day(self.now)

    @property
    def visits(self) -> list[Visit]:
        """The booked times that the leading evidence was drawn from, earliest first."""
        return [visit for visit in self.known.visits if visit.participant in {None, self.person}]

    def day(self, at: datetime) -> date:
        return clock.local_day(clock.second(at), self.history.time_zone)

    def ask(self, history: History, at: datetime | None = None) -> Assessment:
        """What the model says of another history."""
        return engagement.assess(history, self.rhythm, at or self.now, self.model)

    def stage_at(self, found: Assessment, at: datetime) -> Stage:
        """The stage that an assessment shows at a later moment, if nothing more is learned."""
        shown = engagement.stage_at(found.drifting_at, found.quiet_at, found.evidence, self.history.ended_at, at)
        return shown[0]


def about(history: History, rhythm: Rhythm, now: datetime, model: Model) -> Inquiry:
    """Raises `clock.UnknownTimeZone`."""
    told = known_only(history, now)
    found = engagement.assess(told, rhythm, now, model)
    known = engagement.known_at(told, now)
    strand = engagement.leading(found.evidence, clock.second(now))
    return Inquiry(
        history=told,
        rhythm=rhythm,
        now=now,
        model=model,
        known=known,
        found=found,
        strand=strand,
        person=_person(known, found.evidence, strand),
    )


def known_only(history: History, now: datetime) -> History:
    """Without what was learned later, so that a moment to come can be asked about too."""
    return replace(
        history,
        appointments=tuple(one for told in history.appointments if (one := _told_by(told, now)) is not None),
        contacts=tuple(one for one in history.contacts if one.known_at <= now),
        absences=tuple(replace(one, withdrawn_at=None) for one in history.absences if _stands(one, now)),
        agreements=tuple(one for one in history.agreements if one.known_at <= now),
        scores=tuple(one for one in history.scores if one.known_at <= now),
        replies=tuple(one for one in history.replies if one.is_open(now)),
    )


def _told_by(told: Appointment, now: datetime) -> Appointment | None:
    events = tuple(event for event in told.events if event.known_at <= now)
    return replace(told, events=events) if events else None


def _stands(absence: Absence, now: datetime) -> bool:
    return absence.known_at <= now and (absence.withdrawn_at is None or absence.withdrawn_at > now)


def _person(known: Known, evidence: Evidence, strand: Strand) -> str | None:
    """Evidence is drawn person by person in the order of their names, as soon as one time names a participant."""
    people = people_of(known.visits)
    if len(people) != len(evidence.strands):
        return None
    return next((name for name, one in zip(people, evidence.strands, strict=True) if one is strand), None)


def people_of(visits: Sequence[Visit]) -> list[str]:
    return sorted({visit.participant for visit in visits if visit.participant is not None})
