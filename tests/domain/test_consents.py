"""Whom the practice may turn to before they do."""

import pytest

from api.domain import consents
from api.domain.history import Reach
from schemas.vocabulary import ConsentState

NOT_ASKED, GRANTED, DECLINED, WITHDRAWN = ConsentState


@pytest.mark.parametrize(
    ("contacts_us", "states", "waits"),
    [
        (False, [], False),
        (True, [], True),
        (True, [GRANTED], True),
        (False, [GRANTED], False),
        (False, [NOT_ASKED], False),
        (False, [DECLINED], True),
        (False, [WITHDRAWN, DECLINED], True),
        (False, [WITHDRAWN, GRANTED], False),
        (False, [WITHDRAWN, NOT_ASKED], False),
    ],
)
def test_a_client_has_the_first_word_who_said_so_or_refused_every_address(
    contacts_us: bool, states: list[ConsentState], waits: bool
) -> None:
    assert consents.has_the_first_word(contacts_us=contacts_us, states=states) is waits


@pytest.mark.parametrize(
    ("each", "reach"),
    [
        ([], Reach.EVERYBODY),
        ([False], Reach.EVERYBODY),
        ([False, False], Reach.EVERYBODY),
        ([True, False], Reach.SOME),
        ([True], Reach.NOBODY),
        ([True, True], Reach.NOBODY),
    ],
)
def test_each_who_takes_part_counts_for_themselves(each: list[bool], reach: Reach) -> None:
    assert consents.reach(each) is reach
