"""The document of a release: its promise in full, nothing but a publishable table, one text for ever."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from api.domain import anonymise, releases
from api.domain.anonymise import Beside
from api.domain.definitions import Counts
from api.domain.periods import Period
from api.domain.releases import Circumstances, Earlier, PeriodTaken
from api.formats import release_sheets
from schemas.vocabulary import ActorKind, Figure
from tests.domain.test_anonymise import PLENTY

EARLIER = Earlier(UUID(int=2), Period(2022, 2023), bytes(32))


def document(practice: str = "Riverside", **changed: int) -> dict[str, releases.Json]:
    table = anonymise.publishable(Counts({**PLENTY, **{Figure(name): number for name, number in changed.items()}}))
    told = Circumstances(
        release_id=UUID(int=1),
        practice=practice,
        time_zone="Europe/Madrid",
        period=Period(2024, 2025),
        released_at=datetime(2026, 5, 1, 9, tzinfo=UTC),
        by_kind=ActorKind.MEMBER,
        by_id=UUID(int=3),
        earlier=[EARLIER],
    )
    return releases.document(table, anonymise.prove(table), told)


def test_a_release_carries_its_promise() -> None:
    told = json.loads(releases.written(document(missed_last=4)))
    labels = [*(f"D{n}" for n in range(6)), "C1", "C2", "C3"]
    assert [(one["label"], one["version"]) for one in told["definitions"]] == [(label, 1) for label in labels]
    assert told["format_version"] == 2
    assert told["period"] == {
        "name": "2024-2025",
        "from_on": "2024-01-01",
        "to_on": "2025-12-31",
        "cut_off_on": "2026-03-31",
        "time_zone": "Europe/Madrid",
    }
    promise = told["promise"]
    assert (promise["rule_set"], promise["threshold"]) == ("leavetaking-2", 11)
    assert promise["withheld"] == ["missed_last"]
    assert "fewer than 11" in promise["why_withheld"]
    assert promise["checked_against"] == [{"id": str(UUID(int=2)), "period": "2022-2023", "sha256": "00" * 32}]
    assert promise["noise"]
    assert promise["does_not_promise"]
    assert (told["released_at"], told["released_by"]) == (
        "2026-05-01T09:00:00Z",
        {"kind": "member", "id": str(UUID(int=3))},
    )


def test_a_withheld_figure_leaves_no_trace_in_either_file() -> None:
    """Two practices that differ in it alone have the same files, letter by letter."""
    files = {
        (releases.written(told), release_sheets.sheet(told))
        for told in (document(missed_last=n) for n in (0, 3, 10, 195))
    }
    assert len(files) == 1


def test_the_sheet_says_the_same_as_the_document_with_its_promise_before_it() -> None:
    told = document(missed_last=4)
    lines = release_sheets.sheet(told).split("\r\n")
    first = next(place for place, line in enumerate(lines) if not line.lstrip('"').startswith("#"))
    assert lines[first] == ",".join(release_sheets.HEADER)
    assert all(not line.lstrip('"').startswith("#") for line in lines[first:])
    rows = [line for line in lines[first + 1 :] if line]
    assert len(rows) == 12
    assert next(row for row in rows if row.startswith("closing_held")).endswith(",20,35,57.1,no")
    assert next(row for row in rows if row.startswith("missed_last")).endswith(",,200,,yes")
    assert next(row for row in rows if row.startswith("agreed_ending")).endswith(",60,200,30.0,no")
    said = "\n".join(lines[:first])
    for wanted in ("leavetaking-2", "threshold 11", "2026-03-31", "2022-2023", "Not promised", "Withheld: missed_last"):
        assert wanted in said


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", '"=1"', "a,b"])
def test_no_cell_is_a_formula(name: str) -> None:
    for line in release_sheets.sheet(document(name)).splitlines():
        assert not line.lstrip('"').startswith(("=", "+", "-", "@", "\t"))


def test_the_name_ghosting_rate_never_stands_without_definition_and_version() -> None:
    text = releases.written(document()).lower()
    assert text.count("ghosting rate") == text.count("ghosting rate by six definitions, version 1") == 1
    assert '"the rate' not in text
    assert " the rate" not in text


@pytest.mark.parametrize("period", ["2022", "2023", "2021-2022", "2023-2025", "2022-2023"])
def test_a_year_is_published_once(period: str) -> None:
    with pytest.raises(PeriodTaken):
        releases.require_apart(Period.read(period), [EARLIER])


def test_the_years_right_before_and_after_are_looked_at_and_no_others() -> None:
    def earlier(period: str, **shown: int) -> Earlier:
        return Earlier(UUID(int=9), Period.read(period), bytes(32), {Figure(name): n for name, n in shown.items()})

    known = [
        earlier("2020", at_risk=1, begun=1),
        earlier("2021-2022", at_risk=90, begun=40, agreed_ending=20, unilateral=11, clinician_judged=12),
        earlier("2024", at_risk=80, begun=30),
        earlier("2025", at_risk=70, begun=20, agreed_ending=15),
    ]
    assert releases.beside(Period(2023, 2023), known) == Beside(not_ended_before=58, carried_on_after=50)
    assert releases.beside(Period(2023, 2023), [earlier("2024", at_risk=80)]) == Beside()
    assert releases.beside(Period(2026, 2026), known) == Beside(not_ended_before=55)
    assert releases.beside(Period(2018, 2018), known) == Beside()


@pytest.mark.parametrize("period", ["2021", "2024", "2019-2021"])
def test_years_beside_each_other_do_not_touch(period: str) -> None:
    releases.require_apart(Period.read(period), [EARLIER])
