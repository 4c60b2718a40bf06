"""Between the shapes of the contract and what the rules about providers work with."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from api.domain import referral_matching as matching
from api.domain.referral_matching import Match, Wishes
from api.domain.referral_providers import Entry, Facts
from schemas.tables import ReferralProvider
from schemas.wire.referral_providers import (
    ReferralMatchOut,
    ReferralProviderOut,
    ReferralProviderPatch,
    WishesIn,
    WishesOut,
    WishOut,
)


def changed(before: Facts | None, given: ReferralProviderPatch, today: date) -> Facts:
    """Only what was sent. A word on taking new clients that has no day is of today."""
    sent = {name: _kept(getattr(given, name)) for name in given.model_fields_set}
    if "accepting" in sent and sent.get("accepting_checked_on") is None:
        sent["accepting_checked_on"] = None if sent["accepting"] is None else today
    return Facts(**sent) if before is None else replace(before, **sent)


def wishes(given: WishesIn | WishesOut) -> Wishes:
    return Wishes(**{name: _kept(value) for name, value in given})


def shown(row: ReferralProvider, facts: Facts) -> ReferralProviderOut:
    return entry(Entry(row.id, facts, row.updated_at, removed=row.removed_at is not None, version=row.version))


def entry(one: Entry) -> ReferralProviderOut:
    return ReferralProviderOut(
        id=one.id,
        updated_at=one.updated_at,
        removed=one.removed,
        version=one.version,
        **{name: _listed(value) for name, value in asdict(one.facts).items()},
    )


def matched(provider: Entry, one: Match, today: date) -> ReferralMatchOut:
    return ReferralMatchOut(
        provider=entry(provider),
        accepting=one.accepting,
        accepting_text=matching.accepting_in_words(one.facts, today),
        wishes=[WishOut(**told._asdict()) for told in one.wishes],
    )


def _kept(value: Any) -> Any:  # noqa: ANN401  # any field of a shape
    return tuple(value) if isinstance(value, list) else value


def _listed(value: Any) -> Any:  # noqa: ANN401  # any field of the facts
    return list(value) if isinstance(value, tuple) else value
