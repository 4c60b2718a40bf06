"""The sample practice: the same for a seed and a day, readable by the product, and full of ordinary lives."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.domain import engagement, periods, weights
from api.domain.engagement import Assessment
from api.domain.history import Rhythm
from api.formats.native_folder import FILES, read_folder
from api.sample import former_lives
from api.sample.calendar import ZONE
from api.sample.cast import Cast, cast
from api.sample.load import is_stale
from schemas.vocabulary import AppointmentStatus, EndingKind, EpisodeFormat, ImportKind, Stage

DAYS = [date(2026, 3, 4), date(2026, 1, 1), date(2026, 8, 15), date(2027, 10, 31)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def made(request: pytest.FixtureRequest) -> Cast:
    day: date = request.param
    return cast(day)


@pytest.fixture(scope="module")
def folder(made: Cast, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample")
    for kind, name in FILES.items():
        (path / name).write_bytes(made.files.csv(kind))
    return path


@pytest.fixture(scope="module")
def assessed(made: Cast, folder: Path) -> dict[str, list[Assessment]]:
    """By life, at noon of the day."""
    noon = made.calendar.horizon + timedelta(hours=12)
    found: dict[str, list[Assessment]] = {}
    for client, history in read_folder(folder, default_zone=ZONE).histories():
        known = replace(history, kind=made.kinds.get(client, history.kind))
        found.setdefault(made.lives[client], []).append(
            engagement.assess(known, Rhythm(), noon, weights.load()),
        )
    return found


def test_the_same_seed_and_day_make_the_same_files() -> None:
    first, again, later, other = (cast(DAYS[0]), cast(DAYS[0]), cast(DAYS[1]), cast(DAYS[0], 21))
    assert first.files.rows == again.files.rows
    assert first.files.rows != later.files.rows
    assert first.files.rows != other.files.rows


def test_the_product_reads_every_row(made: Cast, folder: Path) -> None:
    read = read_folder(folder)
    assert read.problems == []
    assert read.row_counts == {FILES[kind]: len(rows) for kind, rows in made.files.rows.items()}


def test_about_a_hundred_and_twenty_people_come_alone_and_together(made: Cast) -> None:
    rows = made.files.rows[ImportKind.CLIENTS]
    formats = Counter(row[2] for row in rows if row[0] not in made.files.ended)
    assert 110 <= len(made.clients) - len(made.files.ended) == sum(formats.values()) <= 130
    assert len(rows) == len(made.clients)
    assert formats[EpisodeFormat.COUPLE] == 6
    assert formats[EpisodeFormat.FAMILY] == 4
    assert formats[EpisodeFormat.GROUP] == 6
    names = [row[4] for row in made.files.rows[ImportKind.CLIENTS]]
    assert len(set(names)) >= len(names) - 4


def test_a_former_caseload_ended_in_the_last_year_that_is_complete(made: Cast) -> None:
    year = former_lives.year(made.calendar.today)
    assert periods.window(periods.Period(year, year), ZONE).cut_off <= made.calendar.horizon
    how = Counter(how for how, at in made.files.ended.values() if at.year == year)
    assert how == {EndingKind.AGREED: 16, EndingKind.WITHOUT_CONVERSATION: 18}


def test_nothing_is_known_before_it_could_be(made: Cast) -> None:
    midnight = made.calendar.horizon.strftime("%Y-%m-%dT%H:%M:%SZ")
    for row in made.files.rows[ImportKind.APPOINTMENTS]:
        starts_at, status, known_at = row[5], row[6], row[7]
        assert known_at < midnight
        if status in (AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW):
            assert known_at > starts_at


def test_the_usual_faults_of_other_systems_are_in_it(made: Cast) -> None:
    rows = made.files.rows[ImportKind.APPOINTMENTS]
    statuses: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        statuses.setdefault((row[0], row[1]), []).append(row[6])
    assert max(Counter(rows).values()) == 3
    assert any(told[-2:] == ["no_show", "attended"] for told in statuses.values())
    assert any(row[9] for row in rows)
    assert any(row[6] == "no_show" and row[10] == "1" for row in rows)
    assert any(row[6] == "cancelled" and row[8] == "clinician" for row in rows)
    assert any(row[11] == "1" for row in rows)


@pytest.mark.parametrize(
    "life",
    [
        "weekly",
        "weekly_in_series",
        "fortnightly",
        "books_the_day_before",
        "as_needed",
        "boosters",
        "consultation",
        "tapering",
        "improved_and_done",
        "told_us_it_is_done",
        "no_show_undone",
        "video_failed",
        "moved_to_next_week",
        "family",
    ],
)
def test_ordinary_lives_do_not_look_like_going_quiet(assessed: dict[str, list[Assessment]], life: str) -> None:
    assert assessed[life]
    assert all(one.stage is not Stage.QUIET for one in assessed[life])


@pytest.mark.parametrize("life", ["hospital", "on_parental_leave", "paused", "pause_nearly_over"])
def test_known_absences_are_pauses(assessed: dict[str, list[Assessment]], life: str) -> None:
    assert {one.stage for one in assessed[life]} == {Stage.PAUSED}


@pytest.mark.parametrize("life", ["missed_lately", "quiet_for_weeks", "quiet_for_months", "after_the_first_session"])
def test_people_who_are_leaving_are_noticed(assessed: dict[str, list[Assessment]], life: str) -> None:
    assert {one.stage for one in assessed[life]} <= {Stage.DRIFTING, Stage.QUIET}


def test_every_stage_that_facts_can_bring_about_is_there_on_any_day(assessed: dict[str, list[Assessment]]) -> None:
    stages = Counter(one.stage for found in assessed.values() for one in found)
    assert stages[Stage.ENGAGED] > 60
    assert stages[Stage.DRIFTING] >= 2
    assert stages[Stage.QUIET] >= 8
    assert stages[Stage.PAUSED] >= 5


@pytest.mark.parametrize(("days", "stale"), [(0, False), (7, False), (8, True), (-1, True)])
def test_a_sample_lasts_a_week(days: int, stale: bool) -> None:
    assert is_stale(DAYS[0], DAYS[0] + timedelta(days=days)) is stale
