"""What may be passed on is said on a day, and somebody wrote it down: both are kept with it and shown."""

from datetime import date, timedelta

import pytest

from api.domain.errors import Invalid
from api.domain.referrals import Content, content_from_json, to_json
from api.services import referrals
from schemas.vocabulary import PassingOn
from schemas.wire.referrals import ReferralIn, ReferralOut, ReferralPatch
from tests.support.house import House


def changed(house: House, one: ReferralOut, **given: object) -> ReferralOut:
    with house.work(house.lead) as work:
        version = referrals.read(work, one.id).version
        return referrals.change(work, one.id, ReferralPatch.model_validate(given), version=version)


def said(one: ReferralOut) -> tuple[date | None, str | None]:
    return one.passing_on_said_on, one.passing_on_recorded_by.name if one.passing_on_recorded_by else None


def test_the_day_and_who_wrote_it_down_stay_until_the_answer_changes(both_houses: House) -> None:
    house, elena = both_houses, both_houses.practice.elena
    ana, today = house.client("Ana", elena), house.now.date()
    given = {"episode_id": ana.episode_id, "passing_on": PassingOn.AGREED, "what_to_pass_on": "That I sleep badly."}
    with house.work(elena) as work:
        one = referrals.begin(
            work, ReferralIn.model_validate({**given, "passing_on_said_on": today - timedelta(days=2)})
        )
    first = (today - timedelta(days=2), "Elena Ruiz")
    assert said(one) == first
    house.wait(days=1)
    assert said(changed(house, one, words="For a colleague.")) == first
    assert said(changed(house, one, passing_on="agreed", what_to_pass_on="That I sleep badly.")) == first
    lead = house.lead.name
    assert said(changed(house, one, what_to_pass_on="That I sleep badly, and why.")) == (house.now.date(), lead)
    assert said(changed(house, one, passing_on_said_on=today)) == (today, lead)
    house.wait(days=1)
    assert said(changed(house, one, passing_on="declined", what_to_pass_on=None)) == (house.now.date(), lead)
    assert said(changed(house, one, passing_on="not_asked")) == (None, None)
    with pytest.raises(Invalid) as refused:
        changed(house, one, passing_on="agreed", passing_on_said_on=house.now.date() + timedelta(days=2))
    assert [one.pointer for one in refused.value.problems] == ["/passing_on_said_on"]


def test_what_was_sealed_before_days_were_kept_opens_without_one() -> None:
    older = to_json(Content(what_to_pass_on="Bo")).replace(', "asked": null', "")
    assert "asked" not in older
    assert content_from_json(older) == Content(what_to_pass_on="Bo")
