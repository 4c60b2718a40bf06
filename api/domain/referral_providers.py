"""A provider of the directory: what may be known of one, what has to fit together, how one is found again. Pure.

None always means that the directory does not say. That is no fault and no answer: it is something to ask.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from api.domain.errors import Conflict, FieldProblem, Invalid
from api.domain.referral_words import words_of
from schemas.vocabulary import Accepting, EpisodeFormat

MOST_PROVIDERS = 2_000
"""In one practice's directory: it is a list that people keep, and is matched whole."""
HOLDS = timedelta(days=90)
"""How long a word on taking new clients is good for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Fees are whole units of the currency for one session. An empty list of insurances: none is taken."""

    name: str
    organisation: str | None = None
    external_id: str | None = None
    specialisations: tuple[str, ...] | None = None
    therapies: tuple[str, ...] | None = None
    qualifications: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    formats: tuple[EpisodeFormat, ...] | None = None
    insurances: tuple[str, ...] | None = None
    fee_from: int | None = None
    fee_to: int | None = None
    currency: str | None = None
    sliding_scale: bool | None = None
    free_talk: bool | None = None
    accepting: bool | None = None
    accepting_checked_on: date | None = None
    in_person: bool | None = None
    place: str | None = None
    online: bool | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    address: str | None = None
    notes: str | None = None


class Priced(Protocol):
    """Whatever says a fee: the facts, or the shape in which they are shown."""

    @property
    def fee_from(self) -> int | None: ...
    @property
    def fee_to(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...


class Asked(Protocol):
    """Whatever says whether new clients are taken."""

    @property
    def accepting(self) -> bool | None: ...
    @property
    def accepting_checked_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the directory, or one who was."""

    id: UUID
    facts: Facts
    updated_at: datetime
    removed: bool
    version: int


_LISTS = ("specialisations", "therapies", "qualifications", "languages", "insurances")


def to_json(facts: Facts) -> str:
    """Only what the directory says."""
    told = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return json.dumps({name: value for name, value in told.items() if value is not None}, default=str)


def from_json(text: str) -> Facts:
    told = json.loads(text)
    for name in _LISTS:
        if name in told:
            told[name] = tuple(told[name])
    if "formats" in told:
        told["formats"] = tuple(EpisodeFormat(code) for code in told["formats"])
    if "accepting_checked_on" in told:
        told["accepting_checked_on"] = date.fromisoformat(told["accepting_checked_on"])
    return Facts(**told)


def require_sound(facts: Facts, today: date) -> None:
    """Raises Invalid, each field named, where two of them do not fit together."""
    found = list(_unsound(facts, today))
    if found:
        raise Invalid(*found)


def _unsound(facts: Facts, today: date) -> Iterable[FieldProblem]:
    if facts.fee_from is not None and facts.fee_to is not None and facts.fee_to < facts.fee_from:
        yield FieldProblem("/fee_to", "The highest fee is below the lowest.")
    if facts.currency is None and (facts.fee_from is not None or facts.fee_to is not None):
        yield FieldProblem("/currency", "Say in which currency the fee is.")
    if facts.accepting_checked_on is not None and facts.accepting is None:
        yield FieldProblem("/accepting", "Say what was found on that day.")
    if facts.accepting_checked_on is not None and facts.accepting_checked_on > today:
        yield FieldProblem("/accepting_checked_on", "This day is still to come.")
    if facts.place is not None and facts.in_person is False:
        yield FieldProblem("/place", "A place goes with meeting in person.")


def require_room(count: int) -> None:
    if count >= MOST_PROVIDERS:
        raise Conflict(
            f"The directory holds {MOST_PROVIDERS:,} providers. Remove some that nobody is sent to any more.",
            code="directory_full",
        )


def accepting(facts: Asked, today: date) -> Accepting:
    """What was found long ago, or nobody dated, is not known any more."""
    checked_on = facts.accepting_checked_on
    if facts.accepting is None or checked_on is None or today - checked_on > HOLDS:
        return Accepting.NOT_KNOWN
    return Accepting.ACCEPTING if facts.accepting else Accepting.NOT_ACCEPTING


def holds(facts: Facts, asked: str) -> bool:
    """Whether every word that is searched for begins a word of what the directory says."""
    wanted = words_of(asked)
    spoken = (facts.name, facts.organisation, facts.place, facts.external_id, facts.notes)
    lists = (entry for name in _LISTS for entry in getattr(facts, name) or ())
    held = {word for text in (*spoken, *lists) if text for word in words_of(text)}
    return all(any(word.startswith(one) for word in held) for one in wanted)


def by_name(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the directory is sorted, whatever case and accents."""
    return words_of(facts.name), words_of(facts.organisation or "")


def same_as(facts: Facts) -> str:
    """What two rows about the same provider have in common where no key of another system says so."""
    name, organisation = by_name(facts)
    return " ".join(name) + "\n" + " ".join(organisation)
