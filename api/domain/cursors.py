"""Where a page of a list that is sorted by an instant ended, as text that may stand in an address."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from api.domain.errors import invalid_field


class Cursor(NamedTuple):
    """The last row of a page. The id decides where several rows have the same instant."""

    at: datetime
    row_id: UUID

    def to_text(self) -> str:
        # Not "+00:00": a plus sign in an address means a space.
        return f"{self.at.isoformat().removesuffix('+00:00')}Z_{self.row_id}"


def read(text: str | None) -> Cursor | None:
    """None where the first page is asked for. Raises Invalid for what was never given out."""
    if text is None:
        return None
    moment, _, row_id = text.partition("_")
    try:
        cursor = Cursor(datetime.fromisoformat(moment), UUID(row_id))
    except ValueError:
        cursor = None
    if cursor is None or cursor.at.utcoffset() is None:
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.")
    return cursor
