"""An address that somebody refused binds whoever shares it, also once the one who refused has been erased."""

from api.domain.replies import Told
from api.services import checkins, consents, replies
from api.services.work import unit
from schemas.vocabulary import Channel, ConsentState, ReplyAnswer
from schemas.wire.checkins import CheckInIn
from schemas.wire.clients import ConsentIn
from tests.services.erasing import ended, erase
from tests.support import links
from tests.support.house import Case, House
from tests.support.messages import address

SHARED = "family@example.com"


def _against(house: House, case: Case) -> list[str]:
    with house.work(house.clinician) as work:
        given = CheckInIn(episode_id=case.episode_id, client_id=case.client_id, subject="Hello", body="Hello Ana.")
        outlook = checkins.draft(work, given).outlook
    assert outlook is not None
    return [reason.code for reason in outlook.reasons]


def test_a_refusal_binds_whoever_shares_the_address_after_an_erasure(both_houses: House) -> None:
    house = both_houses
    ana, berta = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    address(house, ana, house.clinician, SHARED, ConsentState.DECLINED)
    address(house, berta, house.clinician, SHARED)
    assert _against(house, berta) == ["opted_out"]
    house.wait(hours=1)
    ended(house, ana.episode_id)
    erase(house, ana.client_id)
    assert _against(house, berta) == ["opted_out"]


def test_a_refused_address_that_is_added_later_says_so_at_once(both_houses: House) -> None:
    """What the client allows is kept; that somebody refused it, who cannot be asked any more, stands above it."""
    house = both_houses
    ana, berta = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    address(house, ana, house.clinician, SHARED, ConsentState.WITHDRAWN)
    ended(house, ana.episode_id)
    house.wait(hours=1)
    erase(house, ana.client_id)
    with house.work(house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address=SHARED, state=ConsentState.GRANTED)
        added = consents.add(work, berta.client_id, given)
        other = consents.add(work, berta.client_id, given.model_copy(update={"address": "berta@example.com"}))
    assert (added.refused_before, other.refused_before) == (True, False)
    with house.work(house.clinician) as work:
        assert [row.refused_before for row in consents.page(work, berta.client_id)] == [True, False]
        given_draft = CheckInIn(episode_id=berta.episode_id, consent_id=added.id, body="Hello Berta.")
        outlook = checkins.draft(work, given_draft).outlook
    assert outlook is not None
    assert [reason.code for reason in outlook.reasons] == ["opted_out"]


def test_an_opt_out_by_the_link_of_an_older_message_binds_though_the_address_was_corrected(both_houses: House) -> None:
    """What was put in its place is not written to either, and whoever has the old one next is told."""
    house = both_houses
    ana, berta = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    consent_id = address(house, ana, house.clinician, SHARED, ConsentState.NOT_ASKED)
    sent = links.send(house, ana, house.clinician, consent_id=consent_id)
    house.wait(hours=1)
    with house.work(house.clinician) as work:
        given = ConsentIn(channel=Channel.EMAIL, address="ana@example.com", state=ConsentState.GRANTED)
        consents.change(work, ana.client_id, consent_id, given, version=1)
    with unit(house.runtime) as work:
        opened = replies.open_link(work, sent.token, "192.0.2.1")
        replies.answer(work, opened.link, Told(ReplyAnswer.DO_NOT_CONTACT))
    with house.work(house.clinician) as work:
        (hers,) = consents.page(work, ana.client_id)
    assert (hers.address, hers.state) == ("ana@example.com", ConsentState.WITHDRAWN)
    address(house, berta, house.clinician, SHARED)
    assert _against(house, berta) == ["opted_out"]
