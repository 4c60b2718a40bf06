"""scores.csv: results of measures, one a row."""

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.domain.facts import RowProblem, ScoreFact
from api.domain.history import Score
from api.formats.context import ReadContext
from api.formats.errors import UnreadableFile
from api.formats.native_folder import load_histories, read_folder
from api.formats.reading import NativePreset, read
from schemas.vocabulary import ImportKind

HEADER = "client_external_id,measure,value,higher_is_better,at,known_at\n"
CONTEXT = ReadContext(ZoneInfo("UTC"), datetime(2026, 3, 4, tzinfo=UTC))
APPOINTMENTS = "external_id,client_external_id,starts_at,status,status_known_at\n"


def rows(*told: str, header: str = HEADER) -> list[object]:
    reading = read(io.BytesIO((header + "".join(f"{one}\n" for one in told)).encode()), NativePreset(), CONTEXT)
    assert reading.kind is ImportKind.SCORES
    return list(reading)


def test_a_row_says_whose_measure_came_to_what_and_which_way_is_better() -> None:
    (fact,) = rows("C1,PHQ-9,14,0,2026-03-04T09:30:00Z,2026-03-04T10:00:00Z")
    assert fact == ScoreFact(
        2,
        "C1",
        "PHQ-9",
        14.0,
        False,  # noqa: FBT003  # by position, as in the row
        datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 4, 10, tzinfo=UTC),
    )


def test_a_day_alone_is_its_noon_and_was_known_at_its_end() -> None:
    (fact,) = rows("C1,WEMWBS,52.5,1,2026-03-04,2026-03-04")
    assert isinstance(fact, ScoreFact)
    assert (fact.at, fact.known_at) == (datetime(2026, 3, 4, 12, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("C1,,14,0,2026-03-04,2026-03-04", "missing_value", "measure"),
        ("C1,How did you feel?,14,0,2026-03-04,2026-03-04", "bad_measure", "measure"),
        (f"C1,{'P' * 41},14,0,2026-03-04,2026-03-04", "bad_measure", "measure"),
        ("C1,PHQ-9,,0,2026-03-04,2026-03-04", "missing_value", "value"),
        ("C1,PHQ-9,NaN,0,2026-03-04,2026-03-04", "bad_number", "value"),
        ("C1,PHQ-9,14,,2026-03-04,2026-03-04", "missing_value", "higher_is_better"),
        ("C1,PHQ-9,14,2,2026-03-04,2026-03-04", "bad_flag", "higher_is_better"),
        ("C1,PHQ-9,14,0,soon,2026-03-04", "bad_instant", "at"),
        ("C1,PHQ-9,14,0,2026-03-04,", "missing_value", "known_at"),
        (",PHQ-9,14,0,2026-03-04,2026-03-04", "missing_value", "client_external_id"),
    ],
)
def test_what_cannot_be_understood_is_answered_by_column_without_its_content(row: str, code: str, column: str) -> None:
    (problem,) = rows(row)
    assert isinstance(problem, RowProblem)
    assert (problem.code, problem.column) == (code, column)
    assert "How did" not in problem.detail


def test_a_file_without_the_direction_of_its_measures_is_refused() -> None:
    with pytest.raises(UnreadableFile) as refused:
        rows("C1,PHQ-9,14", header="client_external_id,measure,value\n")
    assert refused.value.code == "missing_column"


def test_a_folder_has_its_scores_or_none(tmp_path: Path) -> None:
    booked = "A1,C1,2026-03-04T09:00:00Z,booked,2026-03-01T09:00:00Z\n"
    (tmp_path / "appointments.csv").write_text(APPOINTMENTS + booked)
    assert dict(load_histories(tmp_path))["C1"].scores == ()
    (tmp_path / "scores.csv").write_text(HEADER + "C1,PHQ-9,14,0,2026-03-04T09:30:00Z,2026-03-04T10:00:00Z\n")
    at, known = datetime(2026, 3, 4, 9, 30, tzinfo=UTC), datetime(2026, 3, 4, 10, tzinfo=UTC)
    told = dict(load_histories(tmp_path))["C1"].scores
    assert told == (Score("PHQ-9", 14.0, higher_is_better=False, at=at, known_at=known),)
    assert read_folder(tmp_path).row_counts["scores.csv"] == 1
