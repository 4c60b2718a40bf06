"""A caller's mapping is checked whole, before any row is read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.wire.imports import InstantColumn, Mapping

SMALL: dict[str, Any] = {"source": "other", "client": "who", "starts_at": {"column": "when"}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": "My System"}, "pattern"),
        ({"source": "-other"}, "pattern"),
        ({"source": "leavetaking"}, "no other system"),
        ({"client": []}, "at least 1"),
        ({"surprise": 1}, "Extra inputs"),
        ({"kind": "leave"}, "only appointment files"),
        ({"time_zone": "Mars/Base"}, "no IANA time zone"),
        ({"time_zone": "localtime"}, "no IANA time zone"),
        ({"time_zone": "Factory"}, "no IANA time zone"),
        ({"time_zone": "/etc/passwd"}, "no IANA time zone"),
        ({"rescheduled_from": "old"}, "appointment must be mapped"),
        ({"attended_by_default": True}, "needs a status column"),
        ({"starts_at": {"column": "when", "format": "day_number"}}, "need an epoch"),
        ({"starts_at": {"column": "when", "epoch": "1970-01-01"}}, "need an epoch"),
        ({"starts_at": {"column": "when", "format": "dd/mm/yyyy"}}, "year, month and day"),
        ({"starts_at": {"column": "when", "format": "%H:%M"}}, "year, month and day"),
        ({"starts_at": {"column": "when", "format": "%Q"}}, "nor a pattern"),
        ({"starts_at": {"column": "when", "format": "%d/%d/%Y"}}, "nor a pattern"),
        ({"starts_at": {"column": "when", "format": "%d/%m/%Y"}}, "no time of day"),
        ({"starts_at": {"column": "when", "format": "%d/%m/%Y %H:%M", "time_column": "t"}}, "both state a time"),
        ({"starts_at": {"column": "when", "time_column": "t", "time_format": "%H"}}, "hour and minute"),
        ({"starts_at": {"column": "when", "hour": "24:00"}}, "pattern"),
        ({"status": {"column": "s", "values": {"No show": "no_show", "noshow": "cancelled"}}}, "the same but for case"),
        ({"status": {"column": "s", "values": {" ": "no_show"}}}, "more than spaces"),
        ({"status": {"column": "s", "values": {"a": "ghosted"}}}, "attended"),
        ({"status": {"column": "s", "values": {"a": "no_show"}, "excused": ["b"]}}, "needs a status"),
        ({"excused": {"column": "e", "yes": ["1"], "no": ["1"]}}, "the same but for case"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_before_any_row(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Mapping.model_validate(SMALL | change)


@given(
    st.lists(
        st.sampled_from(
            ["%Y", "%m", "%d", "%H", "%M", "%y", "%b", "%p", "%j", "%z", "%%", "%", "/", "(", "[", "\\", "\x00", "é"]
        ),
        max_size=8,
    ).map("".join)
)
def test_any_pattern_is_either_usable_or_refused(pattern: str) -> None:
    try:
        spec = InstantColumn(column="when", format=pattern)
    except ValidationError:
        return
    assert spec.has_time_of_day in {True, False}


def test_a_mapping_survives_being_stored_as_json() -> None:
    mapping = Mapping.model_validate(SMALL | {"format": "couple", "time_zone": "Europe/Paris"})
    assert Mapping.model_validate(mapping.model_dump(mode="json")) == mapping
