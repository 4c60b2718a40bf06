"""A simulated practice as the folder of native files that `leavetaking replay` reads, and its truth beside it."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from api.domain import clock
from bench.practices.life import Place, live
from bench.practices.record import Event, Life
from bench.practices.setting import DAYS, Setting

FIRST_DAY = datetime(2023, 1, 2, tzinfo=UTC)
"""A Monday."""
TRUTH = "truth.csv"
_HEADERS = {
    "appointments.csv": (
        "external_id,client_external_id,clinician_external_id,format,group_id,starts_at,time_zone,"
        "duration_minutes,status,status_known_at,initiator,rescheduled_from"
    ),
    "messages.csv": "client_external_id,at,direction,channel,automated",
    "agreements.csv": "client_external_id,type,from,to,known_at",
    "leave.csv": "clinician_external_id,from,to,known_at",
    "clients.csv": "client_external_id,clinician_external_id,time_zone,format,agreed_cadence_days,first_seen_at",
    TRUTH: "client_external_id,ending,left_at,first_seen_at,over_at",
}
_ZONES = ("Europe/Madrid", "America/Chicago", "Europe/London", "America/Los_Angeles")
_CLIENTS_EACH = 25


def simulate(setting: Setting, *, clients: int, seed: int) -> tuple[list[Life], dict[str, list[tuple[float, float]]]]:
    """The lives of a practice, and each clinician's absences (first day, day after the last; closures in all of them)."""
    rng = Random(seed)  # noqa: S311 - a simulation that is the same every time
    closed = _weeks(rng, setting.closed_weeks / 52 * DAYS / 7, longest=1)
    away: dict[str, list[tuple[float, float]]] = {}
    for number in range(1 + clients // _CLIENTS_EACH):
        away[f"K{number:03}"] = sorted(closed + _weeks(rng, setting.leave_weeks / 52 * DAYS / 7, longest=3))
    names = list(away)
    lives = []
    for number in range(clients):
        clinician = names[number % len(names)]
        life = Life(f"C{number:05}", clinician, format=_format(rng, setting))
        lives.append(live(Place(setting, away[clinician], rng), life, rng.uniform(-150, DAYS * 0.97)))
    return lives, away


def _weeks(rng: Random, count: float, *, longest: int) -> list[tuple[float, float]]:
    """Whole weeks, as many as `count` altogether."""
    found = []
    while count > 0:
        length = min(rng.randint(1, longest), max(1, round(count)))
        first = 7.0 * rng.randrange(int(DAYS / 7))
        found.append((first, first + 7 * length))
        count -= length
    return found


def _format(rng: Random, setting: Setting) -> str:
    roll = rng.random()
    if roll < setting.groups:
        return "group"
    return "couple" if roll < setting.groups + setting.couples else "individual"


def write(
    folder: Path, lives: Sequence[Life], away: dict[str, list[tuple[float, float]]], setting: Setting, *, seed: int
) -> None:
    """Five files as an export has them, and the truth. The rows of appointments are shuffled, as exports are."""
    rng = Random(seed)  # noqa: S311 - as above
    zone = ZoneInfo(rng.choice(_ZONES))
    folder.mkdir(parents=True, exist_ok=True)
    write_appointments(folder, lives, zone, setting, rng)
    for name, rows in (
        ("messages.csv", _messages(lives, zone)),
        ("agreements.csv", _agreements(lives, zone)),
        ("leave.csv", _leave(away, zone)),
        ("clients.csv", _clients(lives, zone)),
        (TRUTH, _truth(lives, zone)),
    ):
        _table(folder / name, _HEADERS[name], rows)


def _messages(lives: Sequence[Life], zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for life in lives:
        for one in life.messages:
            if 0 <= one.at <= DAYS:
                yield life.key, _stamp(one.at, zone), "in" if one.inbound else "out", "email", int(one.automated)


def _agreements(lives: Sequence[Life], zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for life in lives:
        for one in life.agreements:
            if one.known <= DAYS:
                last = "" if one.last is None else _day(one.last - 1)
                yield life.key, one.kind, _day(one.first), last, _stamp(one.known, zone)


def _leave(away: dict[str, list[tuple[float, float]]], zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for clinician, spans in away.items():
        for first, last in spans:
            yield clinician, _day(first), _day(last - 1), _stamp(first - 20, zone)


def _clients(lives: Sequence[Life], zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for life in lives:
        cadence = life.agreed_cadence or ""
        yield life.key, life.clinician, zone.key, life.format, cadence, _stamp(life.first_seen, zone)


def _truth(lives: Sequence[Life], zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for life in lives:
        left, over = ("" if at is None else _stamp(at, zone) for at in (life.left_at, life.over_at))
        yield life.key, life.ending.value, left, _stamp(life.first_seen, zone), over


def write_appointments(folder: Path, lives: Sequence[Life], zone: ZoneInfo, setting: Setting, rng: Random) -> None:
    rows = [row for life in lives for event in life.events for row in _rows(life, event, zone, setting, rng)]
    rng.shuffle(rows)
    _table(folder / "appointments.csv", _HEADERS["appointments.csv"], rows)


def _rows(life: Life, event: Event, zone: ZoneInfo, setting: Setting, rng: Random) -> list[tuple[object, ...]]:
    """One row, sometimes told twice, under another key, or an hour off when the clocks change. What is known later is not there."""
    if not -30 <= event.known <= DAYS:
        return []
    found = [_row(life, event, event.key, zone, event.start)]
    if rng.random() < setting.duplicates:
        found.append(_row(life, event, rng.choice((event.key, f"{event.key}-again")), zone, event.start))
    elif rng.random() < setting.shifted and clock.clocks_change_near(_moment(event.start, zone), zone.key):
        found.append(_row(life, event, f"{event.key}-shifted", zone, event.start + 1 / 24))
    return found


def _row(life: Life, event: Event, key: str, zone: ZoneInfo, start: float) -> tuple[object, ...]:
    return (
        key,
        life.key,
        life.clinician,
        life.format,
        f"G-{life.clinician}" if life.format == "group" else "",
        _stamp(start, zone),
        zone.key,
        50,
        event.status.value,
        _stamp(event.known, zone),
        event.initiator.value if event.initiator else "",
        event.rescheduled_from or "",
    )


def _moment(day: float, zone: ZoneInfo) -> datetime:
    """Days are told on the practice's wall clock."""
    return (FIRST_DAY + timedelta(days=day)).replace(tzinfo=zone, microsecond=0).astimezone(UTC)


def _stamp(day: float, zone: ZoneInfo) -> str:
    return _moment(day, zone).isoformat().replace("+00:00", "Z")


def _day(day: float) -> str:
    return (FIRST_DAY + timedelta(days=day)).date().isoformat()


def _table(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(header.split(","))
        sheet.writerows(rows)
