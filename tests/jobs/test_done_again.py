"""What nobody would repeat is done again where the database ended it for another unit's sake: words to us, and how a message ended."""

from collections.abc import Iterator

import pytest

from api.domain.access import system_principal
from api.jobs.deliveries import Courier
from api.outbound.mail import End, HandedOver
from api.services import deliveries, replies
from api.services.deliveries import Handover
from schemas.vocabulary import CheckInState
from tests.support import provider as stand_in
from tests.support.house import House
from tests.support.messages import address, approved, claim_of, seen
from tests.support.texting import Line, line
from tests.support.waits import in_the_way

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


@pytest.fixture
def there(shared_house: House) -> Iterator[Line]:
    with stand_in.provider() as one, line(shared_house, one) as found:
        yield found


def words_in_the_inbox(house: House) -> list[str | None]:
    with house.work(house.clinician) as work:
        return [one.words for one in replies.page(work, handled=False, cursor=None, limit=50).items]


def test_what_a_client_wrote_is_taken_in_though_others_were_in_the_way(there: Line) -> None:
    house = there.house
    case = house.client("Ana", house.clinician)
    consent_id, number = there.number(case, house.clinician)
    there.sent(case, house.clinician, consent_id)
    with in_the_way(house, "INSERT INTO replies", times=2):
        assert there.writes(number, "Friday would be fine.")[0] == 200
    assert words_in_the_inbox(house) == ["Friday would be fine."]


@pytest.mark.usefixtures("quiet_log")
def test_after_three_times_the_provider_is_told(there: Line) -> None:
    """It has the words in its log, and may send them again."""
    house = there.house
    case = house.client("Ana", house.clinician)
    consent_id, number = there.number(case, house.clinician)
    there.sent(case, house.clinician, consent_id)
    with in_the_way(house, "INSERT INTO replies", times=3):
        assert there.writes(number, "Friday would be fine.")[0] == 503
    assert words_in_the_inbox(house) == []


def test_what_became_of_a_message_is_recorded_though_others_were_in_the_way(shared_house: House) -> None:
    """Else the next worker would find it announced, and ask a person what became of it."""
    case = shared_house.client("Ana", shared_house.clinician)
    consent_id = address(shared_house, case, shared_house.clinician, f"{case.client_id.hex}@example.com")
    check_in_id = approved(shared_house, case, shared_house.clinician, consent_id)
    shared_house.wait(minutes=10)
    with shared_house.work(system_principal(shared_house.practice.id)) as work:
        (handover,) = deliveries.decide(work, [claim_of(shared_house, check_in_id)]) or []
    assert isinstance(handover, Handover)
    with in_the_way(shared_house, "INSERT INTO contacts", times=2):
        Courier(shared_house.runtime).settle(handover, HandedOver(End.TAKEN))
    assert seen(shared_house, check_in_id)[0] is CheckInState.SENT
