"""What a person types is text; the shapes of the API take numbers for numbers and days for days."""

from uuid import uuid4

import pytest

from api.domain.errors import Invalid
from api.web.forms import Form, as_shape
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.leave import LeaveIn
from schemas.wire.practices import PracticePatch


def faults(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    form = Form()
    form.blame(refused.value)
    return form.faults


@pytest.mark.parametrize(("typed", "days"), [("14", 14), (" 10.5 ", 10.5), ("7.0", 7)])
def test_a_typed_number_is_one(typed: str, days: float) -> None:
    form = Form({"default_cadence_days": [typed], "name": [""]})
    assert as_shape(PracticePatch, **form.numbers("default_cadence_days", "name")).default_cadence_days == days


@pytest.mark.parametrize("typed", ["often", "nan", "1e999", "-7", "0", "9" * 5_000])
def test_what_is_no_number_of_days_is_said_beside_its_field(typed: str) -> None:
    form = Form({"default_cadence_days": [typed]})
    with pytest.raises(Invalid) as refused:
        as_shape(PracticePatch, **form.numbers("default_cadence_days"))
    assert list(faults(refused)) == ["default_cadence_days"]


@pytest.mark.parametrize("typed", ["fifty", "50.5"])
def test_half_a_minute_is_no_length(typed: str) -> None:
    form = Form({"duration_minutes": [typed]})
    with pytest.raises(Invalid) as refused:
        as_shape(
            AppointmentNewIn,
            episode_id=uuid4(),
            starts_at="2026-03-10T15:00:00Z",
            **form.numbers("duration_minutes"),
        )
    assert faults(refused) == {"duration_minutes": "Give a whole number."}


def test_a_number_in_the_place_of_a_day_is_no_day() -> None:
    with pytest.raises(Invalid) as refused:
        as_shape(LeaveIn, from_on="1700000000", to_on="2026-03-10")
    assert faults(refused) == {"from_on": "Give a day, such as 2026-03-10."}
