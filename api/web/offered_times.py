"""The fields in which a message's times are typed: three of them, on the client's clock; those that stay empty offer none."""

from collections.abc import Iterable
from datetime import datetime

from api.domain.offered_times import MOST
from api.web import dates
from api.web.dates import Calendar
from api.web.forms import Form

FIELDS = tuple(f"time_{number}" for number in range(1, MOST + 1))


def typed(form: Form, zone: str) -> list[datetime]:
    """Raises Invalid beside the field that cannot be read."""
    return [dates.instant(value, zone, name) for name, value in form.present(*FIELDS).items()]


def filled(times: Iterable[datetime], clock: Calendar) -> dict[str, str]:
    return dict(zip(FIELDS, (clock.for_input(at) for at in times), strict=False))
