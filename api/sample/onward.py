"""Whom the sample practice knows who may be a better fit, and one client who is being helped on. Everybody here is invented."""

import io

from api.domain.access import Principal
from api.sample import colleagues
from api.sample.staff import DANIEL, PASSWORD
from api.services import caseload, referral_options, referral_providers, referrals
from api.services.referral_providers import DirectoryFile
from api.services.work import Runtime, unit
from schemas.vocabulary import EpisodeFormat, Meeting, NextStepKind, PassingOn
from schemas.wire.referral_providers import WishesIn
from schemas.wire.referrals import ReferralIn, ReferralOptionIn

_COLUMNS = (
    "external_id,name,organisation,specialisations,therapies,languages,formats,insurances,fee_from,fee_to,currency,"
    "sliding_scale,free_talk,accepting,in_person,place,online,phone"
)
_ROWS = (
    "1,Rosa Lindt,Practice by the park,grief; trauma,EMDR; CBT,en; es,individual,Sanitas,60,90,EUR,yes,yes,yes,yes,Madrid,yes,+34 600 000 010",
    "2,Bo Aldrin,,couples; separation,emotionally focused therapy,English,couple; family,none,95,,EUR,no,yes,yes,yes,Madrid,no,+34 600 000 011",
    "3,Irene Solana,Clinic on the hill,eating disorders; adolescents,systemic,es,individual; family,,70,110,EUR,,,no,yes,Toledo,,+34 600 000 012",
    "4,Theo Marchetti,,sleep; burnout,ACT,English; Italian,individual,,80,80,EUR,no,no,yes,no,,yes,+34 600 000 013",
    "5,Noor Haddad,The open door,migration; trauma,,Arabic; French; Spanish,individual; group,none,0,30,EUR,yes,,yes,yes,Madrid,yes,+34 600 000 014",
    "6,Pilar Quiroga,,grief,person-centred,es; gl,individual,Adeslas,,,,,,,,,,+34 600 000 015",
)


def know(runtime: Runtime, lead: Principal) -> None:
    """By the road that a real list takes: a file."""
    content = "\n".join([_COLUMNS, *_ROWS, ""]).encode()
    with unit(runtime, lead) as work:
        referral_providers.take_in(work, DirectoryFile(io.BytesIO(content), dry_run=False))


def help_on(runtime: Runtime) -> None:
    """Somebody whose work here comes to its end, and who would like to go on as a couple."""
    daniel = colleagues.sign_in(runtime, DANIEL, PASSWORD)
    with unit(runtime, daniel) as work:
        found = caseload.page(work, stage=None, clinician_id=None, cursor=None, limit=200).items
    ending = [one for one in found if one.next_step.kind is NextStepKind.CLOSE_WITH_NOTE and len(one.clients) == 1]
    for item in ending[:1]:
        given = ReferralIn(
            episode_id=item.episode.id,
            wishes=WishesIn(
                languages=["English"],
                format=EpisodeFormat.COUPLE,
                most_to_pay=100,
                currency="EUR",
                meeting=Meeting.IN_PERSON,
                place="Madrid",
                free_talk=True,
            ),
            passing_on=PassingOn.AGREED,
            what_to_pass_on="That the two of them would like to begin in the autumn.",  # noqa: S106  # words, not a password
        )
        with unit(runtime, daniel) as work:
            made = referrals.begin(work, given)
            best = referrals.matches(work, made.id, after=None, limit=1).items[0].provider
            referral_options.suggest(work, made.id, ReferralOptionIn(provider_id=best.id))
