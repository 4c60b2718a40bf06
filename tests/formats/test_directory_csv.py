"""A directory as CSV: only the columns that are there, each fault with its line and column, nothing unbounded."""

from io import BytesIO

import pytest

from api.domain.facts import RowProblem
from api.formats import directory_csv
from api.formats.directory_csv import Row, read
from api.formats.errors import UnreadableFile
from schemas.wire.referral_providers import ReferralProviderPatch


def given(text: str) -> list[Row | RowProblem]:
    return list(read(BytesIO(text.encode())))


def test_a_row_is_what_its_columns_say() -> None:
    (row,) = given("Name,languages,insurances,fee_from,currency,free_talk,notes\nRosa,en; Spanish ;,none,60,eur,sí,\n")
    assert isinstance(row, Row)
    assert row.given.model_dump(exclude_unset=True) == {
        "name": "Rosa",
        "languages": ["en", "Spanish"],
        "insurances": [],
        "fee_from": 60,
        "currency": "EUR",
        "free_talk": True,
        "notes": None,
    }


@pytest.mark.parametrize(
    ("header", "cell", "column"),
    [
        ("fee_from", "62.50", "fee_from"),
        ("fee_from", "²", "fee_from"),
        ("online", "perhaps", "online"),
        ("formats", "choir", "formats"),
        ("currency", "euros", "currency"),
        ("accepting_checked_on", "4.3.2026", "accepting_checked_on"),
        ("place", "\x07", "place"),
        ("organisation", "x" * 300, "organisation"),
    ],
)
def test_a_cell_that_cannot_be_understood_is_named_and_not_repeated(header: str, cell: str, column: str) -> None:
    problem, row = given(f"name,{header}\nRosa,{cell}\nBo,\n")
    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.column) == (2, column)
    assert cell not in problem.detail
    assert isinstance(row, Row)


def test_a_row_without_a_name_and_one_with_too_many_cells_are_told() -> None:
    found = given("name,place\n,Madrid\nRosa,Madrid,Spain\n")
    assert [(one.line, one.code) for one in found if isinstance(one, RowProblem)] == [
        (2, "missing_value"),
        (3, "cell_count"),
    ]


@pytest.mark.parametrize("text", ["", "organisation\nPractice\n", "name,name\na,b\n"])
def test_a_file_that_says_no_names_is_refused_whole(text: str) -> None:
    with pytest.raises(UnreadableFile):
        given(text)


def test_a_file_that_is_no_directory_any_more_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_csv, "MOST_ROWS", 3)
    with pytest.raises(UnreadableFile):
        given("name\n" + "Rosa\n" * 4)
    monkeypatch.setattr(directory_csv, "MOST_BYTES", 100_000)
    with pytest.raises(UnreadableFile):
        given("name\n" + "R" * 200 + "\n" + ("Rosa\n" * 40_000))


def test_every_column_is_a_field_of_the_shape() -> None:
    assert set(directory_csv.COLUMNS) == set(ReferralProviderPatch.model_fields)
