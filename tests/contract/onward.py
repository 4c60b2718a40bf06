"""A directory entry, a referral and a transfer of one's own for each that asks: what is removed, closed or gone is not to be changed."""

from typing import Any
from uuid import UUID

from api.rest.examples import BODIES
from tests.support.house import House, Person


def provider(house: House, who: Person) -> str:
    made = house.api(who).post("/v1/referral-providers", json=BODIES["ReferralProviderIn"])
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def referral(house: House, who: Person, episode_id: UUID) -> dict[str, Any]:
    """With somebody suggested, as it was answered for."""
    api = house.api(who)
    made = api.post("/v1/referrals", json={**BODIES["ReferralIn"], "episode_id": str(episode_id)})
    answer = api.post(f"{made.headers['location']}/options", json=BODIES["ReferralOptionIn"])
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def transfer(house: House, who: Person, episode_id: UUID) -> dict[str, Any]:
    """A finished draft, to somebody elsewhere."""
    made = house.api(who).post(f"/v1/episodes/{episode_id}/transfers", json=BODIES["TransferIn"])
    assert made.status_code == 201, made.text
    return dict(made.json())


def handed_over(house: House, who: Person, draft: dict[str, Any]) -> dict[str, Any]:
    path, version = f"/v1/transfers/{draft['id']}/hand-over", draft["version"]
    answer = house.api(who).post(path, headers={"If-Match": f'"v{version}"'})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
