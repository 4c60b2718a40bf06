"""Which of a client's wishes a provider meets, does not meet, or leaves open: each in words, the same on every day and machine.

No number comes out of it, and nothing is weighed: one provider stands before another by the plain rule in `ORDER`. Wishes are
what somebody would like, never a diagnosis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from api.domain import referral_words
from api.domain.errors import FieldProblem, Invalid
from api.domain.referral_providers import Asked, Facts, Priced, accepting, by_name
from schemas.vocabulary import Accepting, EpisodeFormat, Locale, Meeting, Wish, WishOutcome

ORDER = (
    "First whoever takes new clients, then whoever may, then whoever does not; among these, whoever leaves fewer wishes "
    "unmet comes first, then whoever leaves fewer open, then the alphabet decides."
)
_TAKES = {Accepting.ACCEPTING: 0, Accepting.NOT_KNOWN: 1, Accepting.NOT_ACCEPTING: 2}
_FORMAT = {
    EpisodeFormat.INDIVIDUAL: "one person alone",
    EpisodeFormat.COUPLE: "couples",
    EpisodeFormat.FAMILY: "families",
    EpisodeFormat.GROUP: "groups",
}
_MET, _NOT_MET, _UNKNOWN = WishOutcome.MET, WishOutcome.NOT_MET, WishOutcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of several languages one is enough; of what else is listed each entry is a wish of its own."""

    languages: tuple[str, ...] = ()
    format: EpisodeFormat | None = None
    therapies: tuple[str, ...] = ()
    specialisations: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    insurance: str | None = None
    most_to_pay: int | None = None
    currency: str | None = None
    meeting: Meeting | None = None
    place: str | None = None
    free_talk: bool = False


class Told(NamedTuple):
    """What became of one wish."""

    wish: Wish
    asked: str
    outcome: WishOutcome
    text: str


class Match(NamedTuple):
    id: UUID
    facts: Facts
    accepting: Accepting
    wishes: tuple[Told, ...]


def require_sound(wishes: Wishes, at: str = "") -> None:
    """Raises Invalid for what does not fit together, and for the code of a diagnosis."""
    found = [FieldProblem(f"{at}{pointer}", detail) for pointer, detail in _unsound(wishes)]
    if found:
        raise Invalid(*found)


def match(providers: Sequence[tuple[UUID, Facts]], wishes: Wishes, today: date) -> list[Match]:
    """Everybody in the directory, in the order of `ORDER`; who has the same name stands by the order of their making."""
    found = [Match(one_id, facts, accepting(facts, today), _told(facts, wishes)) for one_id, facts in providers]
    return sorted(found, key=_place)


def asked(wishes: Wishes) -> list[tuple[Wish, str]]:
    """What somebody would like, in words."""
    return [(told.wish, told.asked) for told in _told(Facts(name=""), wishes)]


def beyond(found: Sequence[Match], after: UUID | None) -> int:
    """Where a page begins. Raises Invalid for a cursor that was never given out."""
    if after is None:
        return 0
    place = next((at for at, one in enumerate(found, start=1) if one.id == after), None)
    if place is None:
        raise Invalid(FieldProblem("/query/cursor", "This is not a cursor that was given out."))
    return place


def accepting_in_words(facts: Asked, today: date) -> str:
    state, checked_on = accepting(facts, today), facts.accepting_checked_on
    if state is Accepting.ACCEPTING:
        return "Takes new clients."
    if state is Accepting.NOT_ACCEPTING:
        return "Takes no new clients at present."
    if checked_on is not None:
        said = "took" if facts.accepting else "took no"
        return f"When somebody last asked, {said} new clients. That is long ago: ask again."
    return "Nobody has asked yet whether new clients are taken."


def _place(one: Match) -> tuple[object, ...]:
    outcomes = [told.outcome for told in one.wishes]
    return _TAKES[one.accepting], outcomes.count(_NOT_MET), outcomes.count(_UNKNOWN), by_name(one.facts), one.id


def _told(facts: Facts, wishes: Wishes) -> tuple[Told, ...]:
    return tuple(
        told
        for part in (_languages, _format, _lists, _insurance, _fee, _meeting, _free_talk)
        for told in part(facts, wishes)
    )


def _languages(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    if not wishes.languages:
        return
    asked = _or([referral_words.language_name(one, Locale.EN) for one in wishes.languages])
    if facts.languages is None:
        yield Told(Wish.LANGUAGE, asked, _UNKNOWN, "The directory does not say in which languages.")
        return
    spoken = [entry for wish in wishes.languages if (entry := referral_words.language(facts.languages, wish))]
    said = _and([referral_words.language_name(one, Locale.EN) for one in dict.fromkeys(spoken or facts.languages)])
    yield Told(Wish.LANGUAGE, asked, _MET if spoken else _NOT_MET, f"Works in {said}.")


def _format(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    if wishes.format is None:
        return
    asked = _FORMAT[wishes.format]
    if facts.formats is None:
        yield Told(
            Wish.FORMAT, asked, _UNKNOWN, "The directory does not say with whom: alone, couples, families, groups."
        )
    elif wishes.format in facts.formats:
        yield Told(Wish.FORMAT, asked, _MET, f"Sees {asked}.")
    else:
        yield Told(Wish.FORMAT, asked, _NOT_MET, f"Sees {_and([_FORMAT[one] for one in facts.formats])}.")


def _lists(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    for kind, wanted, listed, verb, find in (
        (Wish.THERAPY, wishes.therapies, facts.therapies, "Offers", referral_words.therapy),
        (Wish.SPECIALISATION, wishes.specialisations, facts.specialisations, "Works with", referral_words.first_saying),
        (Wish.QUALIFICATION, wishes.qualifications, facts.qualifications, "Holds", referral_words.first_saying),
    ):
        for asked in wanted:
            if listed is None:
                yield Told(kind, asked, _UNKNOWN, _SILENT[kind])
            elif (entry := find(listed, asked)) is not None:
                yield Told(kind, asked, _MET, f"{verb}: {entry}.")
            else:
                yield Told(kind, asked, _NOT_MET, f"The directory does not list this. {verb}: {_and(listed)}.")


_SILENT = {
    Wish.THERAPY: "The directory does not say which types of therapy.",
    Wish.SPECIALISATION: "The directory does not say what they know well.",
    Wish.QUALIFICATION: "The directory does not say what they are qualified in.",
}


def _insurance(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    asked = wishes.insurance
    if asked is None:
        return
    if facts.insurances is None:
        yield Told(Wish.INSURANCE, asked, _UNKNOWN, "The directory does not say which insurances.")
    elif not facts.insurances:
        yield Told(Wish.INSURANCE, asked, _NOT_MET, "Takes no insurance.")
    elif (entry := referral_words.first_saying(facts.insurances, asked)) is not None:
        yield Told(Wish.INSURANCE, asked, _MET, f"Takes {entry}.")
    else:
        yield Told(Wish.INSURANCE, asked, _NOT_MET, f"Takes {_and(facts.insurances)}.")


def _fee(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    """The lowest fee decides. A sliding scale is a reason to ask, and no promise."""
    most = wishes.most_to_pay
    if most is None or wishes.currency is None:
        return
    asked = f"at most {most} {wishes.currency}"
    lowest = facts.fee_from if facts.fee_from is not None else facts.fee_to
    if lowest is None:
        scale = " There is a sliding scale: ask." if facts.sliding_scale else ""
        yield Told(Wish.FEE, asked, _UNKNOWN, f"The directory does not say the fee.{scale}")
    elif facts.currency != wishes.currency:
        yield Told(Wish.FEE, asked, _UNKNOWN, f"The fee is in another currency: {fee_in_words(facts)}.")
    elif lowest <= most:
        yield Told(Wish.FEE, asked, _MET, f"Asks {fee_in_words(facts)}.")
    elif facts.fee_from is None:
        yield Told(Wish.FEE, asked, _UNKNOWN, f"Asks {fee_in_words(facts)}; the lowest fee is not known.")
    elif facts.sliding_scale:
        yield Told(Wish.FEE, asked, _UNKNOWN, f"Asks {fee_in_words(facts)}, with a sliding scale: ask.")
    else:
        yield Told(Wish.FEE, asked, _NOT_MET, f"Asks {fee_in_words(facts)}.")


def fee_in_words(one: Priced) -> str:
    """Such as 60 to 90 EUR. Empty where the directory does not say."""
    low, high = one.fee_from, one.fee_to
    if low is not None and high is not None:
        return f"{low} {one.currency}" if low == high else f"{low} to {high} {one.currency}"
    if low is not None:
        return f"from {low} {one.currency}"
    return f"up to {high} {one.currency}" if high is not None else ""


def _meeting(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    if wishes.meeting is Meeting.ONLINE:
        yield Told(Wish.MEETING, "online", *_by_word(facts.online, "Meets online.", "Does not meet online.", "online"))
    elif wishes.meeting is Meeting.IN_PERSON:
        asked = f"in person in {wishes.place}" if wishes.place else "in person"
        yield Told(Wish.MEETING, asked, *_in_person(facts, wishes.place))


def _in_person(facts: Facts, place: str | None) -> tuple[WishOutcome, str]:
    if place is None or not facts.in_person:
        return _by_word(facts.in_person, "Meets in person.", "Does not meet in person.", "in person")
    if facts.place is None:
        return _UNKNOWN, "Meets in person; the directory does not say where."
    here = referral_words.says(facts.place, place)
    return (_MET if here else _NOT_MET), f"Meets in person in {facts.place}."


def _by_word(held: bool | None, yes: str, no: str, what: str) -> tuple[WishOutcome, str]:  # noqa: FBT001  # a fact that may be unknown
    if held is None:
        return _UNKNOWN, f"The directory does not say whether they meet {what}."
    return (_MET, yes) if held else (_NOT_MET, no)


def _free_talk(facts: Facts, wishes: Wishes) -> Iterator[Told]:
    if not wishes.free_talk:
        return
    outcome = {True: _MET, False: _NOT_MET, None: _UNKNOWN}[facts.free_talk]
    text = {
        True: "Offers a free talk on the phone first.",
        False: "Offers no free talk first.",
        None: "The directory does not say whether there is a free talk first.",
    }[facts.free_talk]
    yield Told(Wish.FREE_TALK, "a free talk", outcome, text)


def _unsound(wishes: Wishes) -> Iterator[tuple[str, str]]:
    if (wishes.most_to_pay is None) != (wishes.currency is None):
        yield "/currency", "An amount and its currency belong together."
    if wishes.place is not None and wishes.meeting is not Meeting.IN_PERSON:
        yield "/place", "A place goes with meeting in person."
    for name in ("specialisations", "therapies", "qualifications"):
        for position, wish in enumerate(getattr(wishes, name)):
            if referral_words.looks_like_a_diagnosis_code(wish):
                yield f"/{name}/{position}", "Say it in words of the client's own; a diagnosis is no wish."


def _and(entries: Sequence[str]) -> str:
    return ", ".join(entries[:-1]) + " and " + entries[-1] if len(entries) > 1 else "".join(entries)


def _or(entries: Sequence[str]) -> str:
    return ", ".join(entries[:-1]) + " or " + entries[-1] if len(entries) > 1 else "".join(entries)
