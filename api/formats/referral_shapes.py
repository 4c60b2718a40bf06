"""A referral that was opened, as the contract shows it."""

from dataclasses import asdict

from api.domain.referrals import Option, Told
from api.formats import provider_shapes
from schemas.wire.episodes import PersonOut
from schemas.wire.referral_providers import WishesOut
from schemas.wire.referrals import ReferralOptionOut, ReferralOut, ReferralProgressOut


def shown(one: Told) -> ReferralOut:
    return ReferralOut(
        id=one.id,
        episode_id=one.episode_id,
        client=PersonOut(id=one.client_id, name=one.client_name),
        owner=PersonOut(id=one.owner_id, name=one.owner_name),
        follow_up_on=one.follow_up_on,
        wishes=WishesOut.model_validate(asdict(one.content.wishes)),
        passing_on=one.passing_on,
        passing_on_said_on=one.content.asked.on if one.content.asked else None,
        passing_on_recorded_by=PersonOut(id=one.content.asked.by, name=one.asked_by_name)
        if one.content.asked
        else None,
        what_to_pass_on=one.content.what_to_pass_on,
        words=one.content.words,
        options=[_option(option) for option in one.options],
        made_by=one.made_by,
        made_at=one.made_at,
        closed_at=one.closed_at,
        closed_because=one.closed_because,
        version=one.version,
    )


def _option(one: Option) -> ReferralOptionOut:
    return ReferralOptionOut(
        id=one.id,
        position=one.position,
        name=one.called.name,
        contact=one.called.contact,
        provider=provider_shapes.entry(one.provider) if one.provider else None,
        step=one.step,
        step_on=one.step_on,
        progress=[ReferralProgressOut.model_validate(step, from_attributes=True) for step in one.progress],
    )
