"""For the matrix of pages: what those of the directory, of referrals and of transfers ask for, and one of each."""

from uuid import UUID

from api.domain.access import Permission
from api.services import referral_options, referral_providers, referrals, transfers
from api.services.work import Work
from schemas.wire.referral_providers import ReferralProviderIn
from schemas.wire.referrals import OutsideIn, ReferralIn, ReferralOptionIn
from schemas.wire.transfers import TransferIn
from tests.support.house import Case, Person

NEEDS = {
    "/directory": Permission.PROVIDER_READ,
    "/directory/new": Permission.PROVIDER_EDIT,
    "/directory/match": Permission.PROVIDER_READ,
    "/directory/import": Permission.PROVIDER_EDIT,
    "/directory/{provider_id}": Permission.PROVIDER_READ,
    "/directory/{provider_id}/edit": Permission.PROVIDER_EDIT,
    "/directory/{provider_id}/remove": Permission.PROVIDER_EDIT,
    "/episodes/{episode_id}/referrals": Permission.REFERRAL_READ,
    "/episodes/{episode_id}/referrals/new": Permission.REFERRAL_WRITE,
    "/referrals/{referral_id}": Permission.REFERRAL_READ,
    "/referrals/{referral_id}/edit": Permission.REFERRAL_WRITE,
    "/referrals/{referral_id}/options": Permission.REFERRAL_WRITE,
    "/referrals/{referral_id}/options/{option_id}/progress": Permission.REFERRAL_WRITE,
    "/referrals/{referral_id}/close": Permission.REFERRAL_WRITE,
    "/referrals/{referral_id}/note": Permission.NOTE_WRITE,
    "/referrals/{referral_id}/sheet": Permission.REFERRAL_READ,
    "/episodes/{episode_id}/transfers": Permission.TRANSFER_READ,
    "/episodes/{episode_id}/transfers/new": Permission.TRANSFER_WRITE,
    "/transfers/{transfer_id}": Permission.TRANSFER_READ,
    "/transfers/{transfer_id}/edit": Permission.TRANSFER_WRITE,
    "/transfers/{transfer_id}/hand-over": Permission.TRANSFER_WRITE,
    "/transfers/{transfer_id}/receive": Permission.TRANSFER_WRITE,
    "/transfers/{transfer_id}/withdraw": Permission.TRANSFER_WRITE,
    "/transfers/{transfer_id}/first-meeting": Permission.TRANSFER_WRITE,
    "/transfers/{transfer_id}/sheet": Permission.TRANSFER_READ,
    "/transfers/{transfer_id}/sheet.pdf": Permission.TRANSFER_READ,
}


def helped_on(work: Work, case: Case, owner: Person) -> dict[str, UUID]:
    provider = referral_providers.add(work, ReferralProviderIn(name="Rosa Lindt"))
    referral = referrals.begin(work, ReferralIn(episode_id=case.episode_id, owner_id=owner.id))
    option = ReferralOptionIn(outside=OutsideIn(name="Sol Ortega"))
    chosen = referral_options.suggest(work, referral.id, option).options[0]
    transfer = transfers.begin(work, case.episode_id, TransferIn())
    return {"transfer_id": transfer.id, "provider_id": provider.id, "referral_id": referral.id, "option_id": chosen.id}
