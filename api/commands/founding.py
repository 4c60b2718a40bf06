"""Founding a practice from the command line: the same words as the API accepts, then the use case."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import Field, SecretStr

from api.domain.access import OPERATOR
from api.services import practices
from api.services.work import Runtime, unit
from api.store import passwords
from schemas.wire.common import Line, TimeZone, WireIn
from schemas.wire.members import Email


class FoundingIn(WireIn):
    """What is asked of whoever founds a practice."""

    name: Line
    time_zone: TimeZone
    founder_name: Line
    founder_email: Email
    password: SecretStr = Field(min_length=12, max_length=200)


@dataclass(frozen=True, slots=True)
class Founded:
    """`one_time_password` is None where the founder chose their own."""

    practice_id: UUID
    founder_email: str
    one_time_password: str | None

    def told(self) -> dict[str, str | None]:
        return {
            "practice_id": str(self.practice_id),
            "founder_email": self.founder_email,
            "one_time_password": self.one_time_password,
        }


def found(
    runtime: Runtime, *, name: str, time_zone: str, founder_name: str, founder_email: str, password: str | None
) -> Founded:
    """Raises pydantic's ValidationError for what the API would refuse, and Conflict for a taken address."""
    one_time = passwords.one_time() if password is None else None
    given = FoundingIn(
        name=name,
        time_zone=time_zone,
        founder_name=founder_name,
        founder_email=founder_email,
        password=SecretStr(one_time or password or ""),
    )
    founder = practices.Founder(
        name=given.founder_name,
        email=given.founder_email,
        password=given.password.get_secret_value(),
        must_change_password=one_time is not None,
    )
    with unit(runtime, OPERATOR) as work:
        practice_id = practices.create(work, name=given.name, time_zone=given.time_zone, founder=founder)
    return Founded(practice_id, given.founder_email, one_time)
