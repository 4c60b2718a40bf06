"""A trainee's letter waits for the cosignature as it was approved: its words, and to whom and on which terms it goes."""

import pytest

from api.domain.errors import Conflict
from api.services import checkins, consents, letters
from schemas.vocabulary import Channel, ConsentState, LetterState, NoteState
from schemas.wire.checkins import ApprovalIn, CheckInPatch
from schemas.wire.clients import ConsentIn
from tests.support import letters as post
from tests.support import notes
from tests.support.house import House
from tests.support.messages import address

CHANGES: dict[str, dict[str, object]] = {
    "other terms": {"may_mention_therapy": True},
    "another sender": {"sender_name": "Tom"},
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_letter_waits_for_the_address_and_the_terms_its_author_approved(shared_house: House, change: str) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    address(house, ana, trainee)
    letter = post.write(house, trainee, notes.draft(house, trainee, ana).id, body=post.PLAIN)
    post.sign(house, trainee, letter)
    with house.work(house.lead) as work:
        (consent,) = consents.page(work, ana.client_id)
        said = {"channel": Channel.EMAIL, "address": consent.address, "state": ConsentState.GRANTED}
        given = ConsentIn.model_validate(said | CHANGES[change])
        consents.change(work, ana.client_id, consent.id, given, version=consent.version)
    with pytest.raises(Conflict) as refused:
        post.cosign(house, supervisor, letter)
    assert refused.value.code == "letter_address_changed"
    assert notes.read(house, supervisor, letter.note_id).state is NoteState.AWAITING_COSIGN
    assert post.read(house, trainee, letter.id).state is LetterState.DRAFT
    post.cosign(house, supervisor, letter, goes=False)
    assert post.carry(house).letters == []
    with house.work(trainee) as work:
        checkins.change(work, letter.check_in_id, CheckInPatch(), version=letter.version)
    with house.work(trainee) as work:
        letters.approve(work, letter.id, ApprovalIn(), version=letter.version + 1)
    assert len(post.carry(house).letters) == 1
