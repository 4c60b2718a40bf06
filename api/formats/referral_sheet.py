"""The sheet that a client takes away: who was suggested, with what the directory says of them, and what to ask. Made anew each time.

It says nothing about the client, and nothing of what colleagues noted about a provider.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from api.domain import referral_providers as providers
from api.domain.months import MONTHS
from api.domain.referral_providers import Facts
from api.domain.referral_sheet_words import WORDS, Labels, Words
from api.domain.referral_words import language_name
from api.domain.referrals import Option, Told
from schemas.vocabulary import Accepting, Locale, ReferralStep


@dataclass(frozen=True, slots=True)
class Card:
    """One who was suggested. A line is a label, or none, and what is said."""

    name: str
    lines: tuple[tuple[str | None, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    locale: Locale
    practice: str
    words: Words
    cards: tuple[Card, ...]


def made(told: Told, practice: str, locale: Locale, today: date) -> Sheet:
    """Who turned out not to work out stands on it no more."""
    words = WORDS[locale]
    options = [one for one in told.options if one.step is not ReferralStep.DID_NOT_WORK_OUT]
    return Sheet(locale, practice, words, tuple(_card(one, words, today) for one in options))


def plain(sheet: Sheet) -> str:
    """As lines of text, to print or to paste."""
    words = sheet.words
    lines = [words.title, "", *words.opening, "", words.listed.upper()]
    for card in sheet.cards:
        lines += ["", card.name, *(f"  {label}: {text}" if label else f"  {text}" for label, text in card.lines)]
    lines += ["", words.not_said if sheet.cards else words.nobody_yet]
    for heading, questions in words.questions:
        lines += ["", heading.upper(), "", *(f"- {question}" for question in questions)]
    lines += ["", *words.closing, "", sheet.practice]
    return "\n".join(lines) + "\n"


def _card(one: Option, words: Words, today: date) -> Card:
    if one.provider is None or one.provider.removed:
        contact = ((words.labels.contact, one.called.contact),) if one.called.contact else ()
        return Card(one.called.name, contact)
    facts = one.provider.facts
    return Card(facts.name, tuple(_lines(facts, words, today)))


def _lines(facts: Facts, words: Words, today: date) -> Iterator[tuple[str | None, str]]:
    """Only what the directory says."""
    labels = words.labels
    formats = [words.formats[one] for one in facts.formats or ()]
    for label, entries in (
        (labels.organisation, [facts.organisation]),
        (labels.specialisations, facts.specialisations),
        (labels.therapies, facts.therapies),
        (labels.qualifications, facts.qualifications),
        (labels.languages, [language_name(one, words.locale) for one in facts.languages or ()]),
        (labels.formats, formats),
        (labels.fee, [_fee(facts, labels)]),
        (labels.insurances, _insurances(facts, labels)),
        (labels.meets, _meets(facts, labels)),
    ):
        said = [entry for entry in entries or () if entry]
        if said:
            yield label, _joined(said, words.and_word)
    if facts.free_talk:
        yield None, labels.free_talk
    yield None, _accepting(facts, words, today)
    for label, text in (
        (labels.phone, facts.phone),
        (labels.email, facts.email),
        (labels.website, facts.website),
        (labels.address, facts.address),
    ):
        if text:
            yield label, text


def _fee(facts: Facts, labels: Labels) -> str | None:
    low, high, currency = facts.fee_from, facts.fee_to, facts.currency
    if low is not None and high is not None and low == high:
        fee = f"{low} {currency}"
    elif low is not None and high is not None:
        fee = labels.fee_range.format(low=low, high=high, currency=currency)
    elif low is not None:
        fee = labels.fee_from.format(low=low, currency=currency)
    else:
        fee = "" if high is None else labels.fee_up_to.format(high=high, currency=currency)
    scale = labels.sliding_scale if facts.sliding_scale else ""
    return "; ".join(part for part in (fee, scale) if part) or None


def _insurances(facts: Facts, labels: Labels) -> Sequence[str] | None:
    return [labels.no_insurance] if facts.insurances == () else facts.insurances


def _meets(facts: Facts, labels: Labels) -> list[str]:
    here = f"{labels.in_person} ({facts.place})" if facts.place else labels.in_person
    return [text for text, held in ((here, facts.in_person), (labels.online, facts.online)) if held]


def _accepting(facts: Facts, words: Words, today: date) -> str:
    state: Accepting = providers.accepting(facts, today)
    day = facts.accepting_checked_on
    return words.accepting[state].format(day=_day(day, words) if day else "")


def _day(day: date, words: Words) -> str:
    return words.date.format(day=day.day, month=MONTHS[words.locale][day.month - 1], year=day.year)


def _joined(entries: Sequence[str], and_word: str) -> str:
    return ", ".join(entries[:-1]) + f" {and_word} " + entries[-1] if len(entries) > 1 else entries[0]
