"""The figures of looking back as one document: what `--json` prints, and all that the page and its pictures are made of.

Counts and codes only, no client's key. Its shape is told in docs/looking-back.md.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from api.domain import replay_advice
from api.domain.replay_advice import DAYS_OF_A_MONTH, quantile
from api.domain.replay_figures import SHOWN, Figures, Flagging
from api.domain.rules_of_thumb import RuleOfThumb
from schemas.vocabulary import Sensitivity, Stage

VERSION = 1
CURVE_DAYS = 60
_MILESTONES = (14, 21, 30)


class Days(TypedDict):
    """Over so many; the rest is None where there are none."""

    count: int
    lower_quartile: int | None
    median: int | None
    upper_quartile: int | None


class Noticed(TypedDict):
    """What one way of noticing did. `name` is a stage or a rule; a level only with a stage."""

    name: str
    level: str | None
    clients: int
    flags: int
    per_100_clients_a_month: float | None
    returned: int
    not_returned: int
    too_recent: int
    returned_percent: float | None
    days_since_last_session: Days


class NotBack(TypedDict):
    """Of the clients who did not come back: how many were flagged within so many days of their last session."""

    name: str
    within_14_days: int
    within_21_days: int
    within_30_days: int
    within_60_days: int
    at_all: int
    median_days: int | None
    by_day: list[int]


class Recorded(TypedDict):
    """Of the clients whose end was recorded later: how many had been flagged by then, and how long before."""

    name: str
    clients: int
    days_before: Days


class Month(TypedDict):
    """`flags` by name of the stage or rule."""

    month: str
    clients: int
    flags: dict[str, int]


class Level(TypedDict):
    """What one level of sensitivity would have come to."""

    level: str
    drifting_per_100_clients_a_month: float | None
    quiet_per_100_clients_a_month: float | None
    returned_percent: float | None


class Usual(TypedDict):
    """The days between sessions of the median client of a format. `suggested`: another default, where this one is far off."""

    format: str
    clients: int
    days: int
    suggested: int | None


class Closed(TypedDict):
    """Both days included."""

    from_on: str
    to_on: str


class Suggestions(TypedDict):
    most_flags_per_100_clients_a_month: float
    sensitivity: str | None
    default_cadence_days: float
    cadences: list[Usual]
    closures: list[Closed]


class Document(TypedDict):
    version: int
    until: str
    sensitivity: str
    model_version: str
    clients: int
    client_months: float
    showing: dict[str, int]
    noticed: list[Noticed]
    levels: list[Level]
    clients_not_back: int
    not_back: list[NotBack]
    ends_recorded: int
    recorded: list[Recorded]
    months: list[Month]
    leading_reasons: dict[str, int]
    past_times: int
    not_recorded: int
    suggestions: Suggestions


@dataclass(frozen=True, slots=True)
class Asked:
    """What the practice was looked back at with."""

    until: datetime
    sensitivity: Sensitivity
    model_version: str
    default_cadence_days: float
    most_flags: float


def document(figures: Figures, asked: Asked) -> Document:
    ways = list(_ways(figures, asked.sensitivity))
    leading = sorted(figures.leading.items(), key=lambda one: (-one[1], one[0]))
    return Document(
        version=VERSION,
        until=asked.until.isoformat().replace("+00:00", "Z"),
        sensitivity=asked.sensitivity.value,
        model_version=asked.model_version,
        clients=figures.client_count,
        client_months=round(figures.client_days / DAYS_OF_A_MONTH, 1),
        showing={stage.value: figures.showing[stage] for stage in SHOWN},
        noticed=[_noticed(way, flagging, asked, figures) for way, flagging in ways],
        levels=[_level(level, figures) for level in Sensitivity],
        clients_not_back=figures.not_back,
        not_back=[_not_back(way.value, flagging.stopped_days) for way, flagging in ways],
        ends_recorded=figures.ends_recorded,
        recorded=[
            Recorded(
                name=way.value,
                clients=flagging.before_record.total(),
                days_before=_days(flagging.before_record),
            )
            for way, flagging in ways
        ],
        months=_months(figures, ways),
        leading_reasons={code.value: count for code, count in leading},
        past_times=figures.past_times,
        not_recorded=figures.not_recorded,
        suggestions=_suggestions(figures, asked),
    )


_Way = tuple[Stage | RuleOfThumb, Flagging]


def _ways(figures: Figures, sensitivity: Sensitivity) -> Iterator[_Way]:
    yield from figures.ours[sensitivity].items()
    yield from figures.rules.items()


def _noticed(way: Stage | RuleOfThumb, flagging: Flagging, asked: Asked, figures: Figures) -> Noticed:
    return Noticed(
        name=way.value,
        level=asked.sensitivity.value if isinstance(way, Stage) else None,
        clients=flagging.clients,
        flags=flagging.flags,
        per_100_clients_a_month=_rate(flagging, figures),
        returned=flagging.returned,
        not_returned=flagging.not_returned,
        too_recent=flagging.too_recent,
        returned_percent=_percent(flagging.returned, flagging.returned + flagging.not_returned),
        days_since_last_session=_days(flagging.silent_days),
    )


def _level(level: Sensitivity, figures: Figures) -> Level:
    drifting, quiet = (figures.ours[level][stage] for stage in SHOWN)
    return Level(
        level=level.value,
        drifting_per_100_clients_a_month=_rate(drifting, figures),
        quiet_per_100_clients_a_month=_rate(quiet, figures),
        returned_percent=_percent(drifting.returned, drifting.returned + drifting.not_returned),
    )


def _not_back(name: str, stopped_days: Counter[int]) -> NotBack:
    by_day = [sum(count for days, count in stopped_days.items() if days <= day) for day in range(CURVE_DAYS + 1)]
    within_14, within_21, within_30 = (by_day[days] for days in _MILESTONES)
    return NotBack(
        name=name,
        within_14_days=within_14,
        within_21_days=within_21,
        within_30_days=within_30,
        within_60_days=by_day[CURVE_DAYS],
        at_all=stopped_days.total(),
        median_days=quantile(stopped_days, 0.5),
        by_day=by_day,
    )


def _months(figures: Figures, ways: list[_Way]) -> list[Month]:
    """From the first month in which anybody came to the last, none left out."""
    seen = set(figures.clients_by_month).union(*(flagging.by_month for _, flagging in ways))
    if not seen:
        return []
    return [
        Month(
            month=month,
            clients=figures.clients_by_month[month],
            flags={way.value: flagging.by_month[month] for way, flagging in ways},
        )
        for month in _every_month(min(seen), max(seen))
    ]


def _every_month(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


def _suggestions(figures: Figures, asked: Asked) -> Suggestions:
    level = replay_advice.level(figures, asked.most_flags)
    cadences = replay_advice.cadences(figures.intervals, asked.default_cadence_days)
    return Suggestions(
        most_flags_per_100_clients_a_month=asked.most_flags,
        sensitivity=level.value if level else None,
        default_cadence_days=asked.default_cadence_days,
        cadences=[
            Usual(format=one.format.value, clients=one.clients, days=one.days, suggested=one.suggested)
            for one in cadences
        ],
        closures=[
            Closed(from_on=one.from_on.isoformat(), to_on=one.to_on.isoformat())
            for one in replay_advice.closures(figures.sessions_on)
        ],
    )


def _rate(flagging: Flagging, figures: Figures) -> float | None:
    rate = replay_advice.a_month(flagging, figures.client_days)
    return None if rate is None else round(rate, 1)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _days(counts: Counter[int]) -> Days:
    return Days(
        count=counts.total(),
        lower_quartile=quantile(counts, 0.25),
        median=quantile(counts, 0.5),
        upper_quartile=quantile(counts, 0.75),
    )
