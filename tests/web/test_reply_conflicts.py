"""What is said beside the form behind a link when an answer clashes: of a time only where it was the time."""

import pytest

from api.domain.errors import Conflict
from api.domain.offered_times import held_elsewhere, of_another
from api.web import reply_times
from api.web.reply_words import TONGUES
from schemas.vocabulary import Locale


@pytest.mark.parametrize(
    ("error", "place", "said"),
    [
        (held_elsewhere(), "time", "This time has gone"),
        (of_another(), "time", "This time has gone"),
        (Conflict(code="clashes"), "answer", "This was not kept."),
        (Conflict(), "answer", "This was not kept."),
    ],
)
def test_only_a_time_that_is_not_to_be_had_is_said_to_have_gone(error: Conflict, place: str, said: str) -> None:
    where, text = reply_times.refused(error, TONGUES[Locale.EN])
    assert (where, text.startswith(said)) == (place, True)
    assert reply_times.refused(error, TONGUES[Locale.ES])[1] != text
