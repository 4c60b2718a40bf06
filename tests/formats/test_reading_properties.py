"""What holds for every file, whatever bytes it is made of."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.domain.facts import AppointmentFact, RowProblem
from api.domain.history import StatusEvent
from api.formats import instants
from api.formats.context import ReadContext
from api.formats.errors import UnreadableFile
from api.formats.reading import NativePreset, read
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, ImportKind, Initiator
from schemas.wire.imports import Mapping

CONTEXT = ReadContext(ZoneInfo("Europe/Berlin"), datetime(2026, 1, 1, tzinfo=UTC))
MAPPING = Mapping.model_validate(
    {
        "source": "other",
        "client": ["a", "b"],
        "client_name": ["c"],
        "starts_at": {"column": "d", "hour": "09:00", "time_column": "e"},
        "time_zone_column": "f",
        "status": {"column": "g", "values": {"x": "attended"}, "empty": "booked"},
        "booked_at": {"column": "h", "format": "day_number", "epoch": "1899-12-30"},
        "status_known_at": {"column": "i", "format": "%d/%m/%Y"},
        "duration_column": "j",
    }
)
HEADER = b"a,b,c,d,e,f,g,h,i,j\n"
NATIVE = [
    b"external_id,client_external_id,starts_at,status,status_known_at,initiator,time_zone,duration_minutes\n",
    b"client_external_id,at,direction,channel,automated\n",
    b"client_external_id,type,from,to,known_at,cadence_days\n",
    b"clinician_external_id,from,to,known_at\n",
    b"client_external_id,time_zone,agreed_cadence_days,first_seen_at\n",
]
cells = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    st.sampled_from(["2024-03-31T02:30", "2024-07-01", "45296.5", "9:30", "Europe/Paris", "x", "50", "1", "", " "]),
)
tables = st.lists(st.lists(cells, min_size=10, max_size=10), max_size=12)


def outcome(content: bytes, preset: Mapping | NativePreset) -> tuple[list[int], str | None]:
    """The lines that were answered, and the code if the reading ended early."""
    lines: list[int] = []
    try:
        lines.extend(answer.line for answer in read(io.BytesIO(content), preset, CONTEXT))
    except UnreadableFile as fault:
        return lines, fault.code
    return lines, None


@given(st.binary(max_size=300), st.sampled_from([b"", HEADER, *NATIVE]))
@example(b'"', HEADER)
@example(b"\r\r\n\r", HEADER)
def test_no_bytes_end_in_anything_but_answers_or_the_documented_error(content: bytes, header: bytes) -> None:
    presets: list[Mapping | NativePreset] = [MAPPING, NativePreset(), *map(NativePreset, ImportKind)]
    for preset in presets:
        lines, _ = outcome(header + content, preset)
        assert lines == sorted(set(lines))


@given(tables)
def test_every_data_row_is_answered_once_with_its_line(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    expected = []
    for row in rows:
        # A line starts after every \r, \n and \r\n, also inside quotation marks.
        expected.append(2 + len(text.getvalue().encode().splitlines()))
        writer.writerow(row)
    lines, code = outcome(HEADER + text.getvalue().encode(), MAPPING)
    assert code is None
    assert lines == expected


class Trickle:
    """A stream that gives a few bytes at a time, as networks do."""

    def __init__(self, content: bytes, size: int) -> None:
        self._stream = io.BytesIO(content)
        self._size = size

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._size))


@given(tables, st.sampled_from(["\n", "\r\n"]), st.integers(1, 40))
def test_the_pieces_in_which_bytes_arrive_make_no_difference(rows: list[list[str]], end: str, size: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    content = b"\xef\xbb\xbf" + HEADER + text.getvalue().encode()
    assert list(read(Trickle(content, size), MAPPING, CONTEXT)) == list(read(io.BytesIO(content), MAPPING, CONTEXT))


@given(tables)
def test_a_problem_never_repeats_what_the_row_said(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    marked = [[f"{cell}Roe{index}" for index, cell in enumerate(row)] for row in rows]
    csv.writer(text).writerows(marked)
    answers = list(read(io.BytesIO(HEADER + text.getvalue().encode()), MAPPING, CONTEXT))
    assert len(answers) == len(rows)
    for answer in answers:
        assert isinstance(answer, RowProblem)
        assert "Roe" not in f"{answer.detail} {answer.column}"


keys = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20)
# Hypothesis takes the bounds of a span without their zone.
FIRST, LAST = datetime(1990, 1, 2), datetime(2100, 12, 30)  # noqa: DTZ001 - see above
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
facts = st.builds(
    AppointmentFact,
    line=st.just(2),
    client_key=keys,
    appointment_key=keys,
    events=st.tuples(
        st.builds(
            StatusEvent,
            status=st.sampled_from(AppointmentStatus),
            starts_at=moments,
            known_at=moments,
            initiator=st.none() | st.sampled_from(Initiator),
            excused=st.booleans(),
        )
    ),
    clinician_key=st.none() | keys,
    client_name=st.none(),  # a native row of appointments names nobody
    format=st.sampled_from(EpisodeFormat),
    group_key=st.none() | keys,
    duration_minutes=st.integers(1, 1440),
    rescheduled_from_key=st.none() | keys,
    time_zone=st.none() | st.sampled_from(["Europe/Paris", "America/Denver"]),
    standing=st.booleans(),
)


def native_row(fact: AppointmentFact) -> dict[str, Any]:
    [event] = fact.events
    return {
        "external_id": fact.appointment_key,
        "client_external_id": fact.client_key,
        "clinician_external_id": fact.clinician_key or "",
        "format": fact.format.value,
        "group_id": fact.group_key or "",
        "starts_at": event.starts_at.isoformat().replace("+00:00", "Z"),
        "time_zone": fact.time_zone or "",
        "duration_minutes": fact.duration_minutes,
        "status": event.status.value,
        "status_known_at": event.known_at.isoformat(),
        "initiator": event.initiator.value if event.initiator else "",
        "rescheduled_from": fact.rescheduled_from_key or "",
        "excused": int(event.excused),
        "standing": int(fact.standing),
    }


@given(facts)
def test_a_fact_written_as_a_native_row_is_read_back_unchanged(fact: AppointmentFact) -> None:
    text = io.StringIO()
    row = native_row(fact)
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    assert list(read(io.BytesIO(text.getvalue().encode()), NativePreset(), CONTEXT)) == [fact]


@given(st.datetimes(FIRST, LAST).map(lambda wall: wall.replace(fold=0)))
def test_every_local_time_is_one_instant_also_when_the_clocks_change(wall: datetime) -> None:
    """A time that is written down never says which of two it is."""
    zone = ZoneInfo("Europe/Berlin")
    back = instants.to_instant(wall, zone).astimezone(zone).replace(tzinfo=None)
    assert back == wall or (back - wall).total_seconds() == 3600


@pytest.mark.parametrize("pattern", ["%d/%m/%Y %H:%M", "%Y%m%d", "%m-%d-%Y %H:%M:%S", "%d%m%Y", "%H:%M %Y.%m.%d"])
@given(
    text=st.from_regex(
        r"[0-3][0-9]/?[01][0-9]/?[12][09][0-9]{2}( [0-2][0-9]:[0-6][0-9])?|[0-9]{8}|[0-9:. -]{8,20}", fullmatch=True
    )
)
def test_the_quick_way_through_a_pattern_agrees_with_the_slow_one(pattern: str, text: str) -> None:
    plain = instants._plain_pattern(pattern)(text)
    if plain is not None:
        assert plain == datetime.strptime(text, pattern)  # noqa: DTZ007 - the pattern holds no zone


def test_padded_numbers_take_the_quick_way() -> None:
    assert instants._plain_pattern("%d/%m/%Y %H:%M")("05/01/2024 10:00") == datetime(2024, 1, 5, 10)  # noqa: DTZ001  # the pattern holds no zone
    assert instants._plain_pattern("%d %b %Y")("05 Jan 2024") is None
