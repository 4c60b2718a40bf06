"""Cursors come back as they were given out; anything else is refused with its place."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import cursors
from api.domain.cursors import Cursor
from api.domain.errors import Invalid


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_comes_back_as_it_was_given_out(at: datetime, row_id: UUID) -> None:
    text = Cursor(at, row_id).to_text()
    assert cursors.read(text) == Cursor(at, row_id)
    assert "+" not in text


def test_no_cursor_is_the_first_page() -> None:
    assert cursors.read(None) is None


@pytest.mark.parametrize("text", ["", "x", "2026-03-04_x", f"2026-03-04T00:00:00_{UUID(int=1)}", f"_{UUID(int=1)}"])
def test_what_was_never_given_out_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        cursors.read(text)
    assert refused.value.problems[0].pointer == "/query/cursor"


def test_the_instant_is_kept_to_the_microsecond() -> None:
    at = datetime(2026, 3, 4, 9, 33, 0, 1, tzinfo=UTC)
    read = cursors.read(Cursor(at, UUID(int=1)).to_text())
    assert read is not None
    assert read.at - at == timedelta(0)
