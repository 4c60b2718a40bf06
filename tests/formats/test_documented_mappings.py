"""The mappings and the tables that docs/import.md hands out, tried on files of the shape they are for."""

import io
import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.domain.facts import AppointmentFact, Fact, RowProblem
from api.domain.history import StatusEvent
from api.formats import native
from api.formats.context import ReadContext
from api.formats.reading import read
from schemas.vocabulary import AppointmentStatus, EpisodeFormat, ImportKind, Initiator
from schemas.wire.imports import InstantColumn, Mapping, StartColumn

DOCS = Path(__file__).parents[2] / "docs"
FORMATS = Path(__file__).parents[2] / "api" / "formats"
CONTEXT = ReadContext(ZoneInfo("America/Chicago"), datetime(2026, 1, 1, tzinfo=UTC))
GUIDE = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("import.md", "referrals.md"))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day and perhaps a time


def answers(name: str, text: str) -> list[Fact | RowProblem]:
    mapping = Mapping.model_validate_json((DOCS / "mappings" / f"{name}.json").read_text(encoding="utf-8"))
    return list(read(io.BytesIO(text.encode(mapping.encoding)), mapping, CONTEXT))


def survey(seed: int) -> list[str]:
    """Rows as in surveys of many therapists: courses of weekly sessions, some days twice, some rows twice, some
    numbers given twice to different days.
    """
    chance = random.Random(seed)  # noqa: S311 - a made-up survey, the same every time
    rows = []
    for therapist in range(1, 31):
        for client_no in range(1, chance.randint(2, 4)):
            day = date(2016, 1, 4) + timedelta(days=chance.randint(0, 900))
            for number in range(1, chance.randint(2, 20)):
                rows.append(f"K{therapist:03},{client_no},{number},{day},{int(chance.random() > 0.01)}")
                oddity = chance.random()
                if oddity < 0.03:
                    rows.append(rows[-1])
                elif oddity < 0.06:
                    rows.append(f"K{therapist:03},{client_no},{number},{day + timedelta(days=1)},1")
                if oddity < 0.95:
                    day += timedelta(days=chance.choice((7, 7, 7, 8, 14, 28)))
    return rows


def test_a_survey_with_repeats_is_accounted_for_row_by_row() -> None:
    rows = survey(seed=7)
    facts = answers("session-survey", "therapist,client_no,session_number,session_date,attended\n" + "\n".join(rows))
    assert [fact.line for fact in facts] == list(range(2, len(rows) + 2))
    appointments = [fact for fact in facts if isinstance(fact, AppointmentFact)]
    assert len(appointments) == len(rows)
    # Identical rows, and only those, share a key: nothing else may merge.
    key_counts = Counter(fact.appointment_key for fact in appointments)
    row_counts = Counter(row.rpartition(",")[0] for row in rows)
    assert sorted(key_counts.values()) == sorted(row_counts.values())
    assert max(key_counts.values()) > 1
    assert {fact.client_key for fact in appointments} == {"|".join(row.split(",")[:2]) for row in rows}


def test_a_survey_says_at_what_hour_and_when_each_session_became_known() -> None:
    text = "therapist,client_no,session_number,session_date,attended\nK001,1,1,2016-07-14,1\nK001,1,2,2016-12-21,0\n"
    assert answers("session-survey", text) == [
        AppointmentFact(
            line=2,
            client_key="K001|1",
            appointment_key="K001|1|1|2016-07-14",
            events=(StatusEvent(AppointmentStatus.ATTENDED, utc(2016, 7, 14, 17), utc(2016, 7, 14, 17, 50)),),
            clinician_key="K001",
        ),
        AppointmentFact(
            line=3,
            client_key="K001|1",
            appointment_key="K001|1|2|2016-12-21",
            events=(StatusEvent(AppointmentStatus.NO_SHOW, utc(2016, 12, 21, 18), utc(2016, 12, 21, 18, 50)),),
            clinician_key="K001",
        ),
    ]


def test_the_documented_mapping_reads_other_words_and_day_numbers() -> None:
    text = (
        "Visit;Chart;First name;Last name;Seen by;Day;Time;Minutes;Outcome;Cxl by;Entered;Outcome entered;"
        "Moved from;Repeats;Group\n"
        "V1;77;Zoé;Roe;Kim;45296;2:30 PM;45;arrived;;45290,5;45296,75;;R;\n"
        "V2;77;Zoé;Roe;Kim;45303;;;dna (ILL);client;;45304,25;V1;-;\n"
        "V3;77;Zoé;Roe;Kim;45310;2:30 PM;45;Arrived;;;45309;;;G1\n"
        "V4;77;Zoé;Roe;Kim;never;2:30 PM;45;Arrived;;;;;;\n"
    )
    first, second, third, fault = answers("day-numbers", text)
    assert first == AppointmentFact(
        line=2,
        client_key="77",
        appointment_key="V1",
        events=(
            StatusEvent(AppointmentStatus.BOOKED, utc(2024, 1, 5, 21, 30), utc(2023, 12, 30, 19)),
            StatusEvent(AppointmentStatus.ATTENDED, utc(2024, 1, 5, 21, 30), utc(2024, 1, 6, 1)),
        ),
        clinician_key="Kim",
        client_name="Zoé Roe",
        duration_minutes=45,
        time_zone="America/Denver",
        standing=True,
    )
    assert isinstance(second, AppointmentFact)
    assert second.rescheduled_from_key == "V1"
    assert second.events == (
        StatusEvent(
            AppointmentStatus.NO_SHOW, utc(2024, 1, 12, 16), utc(2024, 1, 13, 13), Initiator.CLIENT, excused=True
        ),
    )
    assert isinstance(third, AppointmentFact)
    assert (third.format, third.group_key) == (EpisodeFormat.GROUP, "G1")
    assert [event.status for event in third.events] == [AppointmentStatus.BOOKED]
    assert fault == RowProblem(5, "bad_number", "Day", "The cell is no plain number.")


@pytest.mark.parametrize("kind", native.REQUIRED)
def test_the_guide_lists_the_columns_of_every_native_file(kind: ImportKind) -> None:
    for column in native.REQUIRED[kind]:
        assert f"`{column}`" in GUIDE


def test_the_guide_explains_every_code_and_every_part_of_a_mapping() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in FORMATS.glob("*.py"))
    codes = set(re.findall(r'(?:UnreadableFile|CellProblem|RowProblem)\(\s*(?:line, )?"([a-z_]+)"', source))
    codes |= set(re.findall(r'"(unknown_[a-z_]+|bad_flag)"', source))
    assert len(codes) > 20
    parts = {*Mapping.model_fields, *InstantColumn.model_fields, *StartColumn.model_fields}
    assert [name for name in sorted(codes | parts) if f"`{name}`" not in GUIDE] == []


@pytest.mark.parametrize("name", ["session-survey", "day-numbers"])
def test_the_guide_shows_the_mappings_as_they_are(name: str) -> None:
    assert (DOCS / "mappings" / f"{name}.json").read_text(encoding="utf-8").strip() in GUIDE
