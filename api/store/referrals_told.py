"""Referrals opened: what is sealed in them, who was suggested as the directory has them now, and everybody by name."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import referrals as rules
from api.domain.referral_providers import Entry
from api.domain.referrals import Called, Content, Option, Step, Told
from api.store import keys as key_store
from api.store import names, referral_providers, referrals
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import Referral, ReferralOption, ReferralProgress


def seal(key: DataKey, row: Referral, content: Content) -> None:
    row.content_sealed = key.seal(rules.to_json(content), Place("referrals", "content", row.id))


def content(key: DataKey, row: Referral) -> Content:
    return rules.content_from_json(key.open(row.content_sealed, Place("referrals", "content", row.id)))


def seal_called(key: DataKey, row: ReferralOption, called: Called) -> None:
    row.called_sealed = key.seal(rules.to_json(called), Place("referral_options", "called", row.id))


def seal_words(key: DataKey, row: ReferralProgress, words: str | None) -> None:
    row.words_sealed = None if words is None else key.seal(words, Place("referral_progress", "words", row.id))


def told(session: Session, keyring: Keyring, rows: Sequence[Referral]) -> list[Told]:
    """In the order of the rows. What an erased client had is gone, so each has its key."""
    client_ids = {row.client_id for row in rows}
    keys = key_store.of_clients(session, keyring, client_ids)
    clients = names.of_clients(session, keyring, client_ids)
    contents = {row.id: content(keys[row.client_id], row) for row in rows}
    recorders = {one.asked.by for one in contents.values() if one.asked is not None}
    members = names.of_members(session, keyring, {row.owner_id for row in rows} | recorders)
    options = _options(session, keyring, rows, keys)
    return [
        Told(
            id=row.id,
            episode_id=row.episode_id,
            client_id=row.client_id,
            client_name=clients[row.client_id],
            owner_id=row.owner_id,
            owner_name=members[row.owner_id],
            follow_up_on=row.follow_up_on,
            passing_on=row.passing_on,
            content=contents[row.id],
            asked_by_name=_asked_by(contents[row.id], members),
            made_by=row.made_by,
            made_at=row.made_at,
            closed_at=row.closed_at,
            closed_because=row.closed_because,
            version=row.version,
            options=options[row.id],
        )
        for row in rows
    ]


def _asked_by(opened: Content, members: Mapping[UUID, str]) -> str:
    return members.get(opened.asked.by, "") if opened.asked is not None else ""


def _options(
    session: Session, keyring: Keyring, rows: Sequence[Referral], keys: dict[UUID, DataKey]
) -> dict[UUID, tuple[Option, ...]]:
    found = referrals.options(session, [row.id for row in rows])
    every = [one for options in found.values() for one in options]
    progress = referrals.progress(session, [one.id for one in every])
    providers = _providers(session, keyring, {one.provider_id for one in every if one.provider_id is not None})
    return {
        referral_id: tuple(
            Option(
                id=one.id,
                position=one.position,
                called=_called(keys[one.client_id], one),
                provider=providers.get(one.provider_id) if one.provider_id else None,
                step=one.step,
                step_on=one.step_on,
                progress=tuple(_step(keys[one.client_id], step) for step in progress[one.id]),
            )
            for one in options
        )
        for referral_id, options in found.items()
    }


def _providers(session: Session, keyring: Keyring, ids: Collection[UUID]) -> dict[UUID, Entry]:
    if not ids:
        return {}
    key = key_store.of_practice(session, keyring)
    return {row.id: referral_providers.entry(key, row) for row in referral_providers.every(session, ids)}


def _called(key: DataKey, row: ReferralOption) -> Called:
    return rules.called_from_json(key.open(row.called_sealed, Place("referral_options", "called", row.id)))


def _step(key: DataKey, row: ReferralProgress) -> Step:
    sealed, place = row.words_sealed, Place("referral_progress", "words", row.id)
    words = None if sealed is None else key.open(sealed, place)
    return Step(row.step, row.taken_on, words, row.recorded_by, row.recorded_at)
