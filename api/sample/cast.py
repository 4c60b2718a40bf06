"""Who comes to the sample practice: how many of each life, with whom, at which hour. The same for a seed and a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from api.sample import departures, former_lives, lives, names, together
from api.sample.calendar import HISTORY_DAYS, Calendar, Span, year_ends
from api.sample.diary import Diary, Files
from api.sample.staff import DANIEL, ELIF, FORMER_TRAINEE, YUKI
from schemas.vocabulary import EpisodeFormat, EpisodeKind, ImportKind

SEED = 20
Life = Callable[[Diary], None]

# Two of five with Daniel, two of five with Elif, the rest with Yuki.
_ROTA = (DANIEL.name, ELIF.name, DANIEL.name, ELIF.name, YUKI.name)
_HOURS = tuple(time(hour, minute) for hour in range(8, 20) for minute in (0, 30))

_SINGLE_LIVES: tuple[tuple[int, Life], ...] = (
    (16, lives.weekly),
    (6, lives.weekly_in_series),
    (10, lives.fortnightly),
    (6, lives.monthly),
    (4, lives.books_the_day_before),
    (3, lives.rotating_shifts),
    (3, lives.student),
    (4, lives.as_needed),
    (2, lives.boosters),
    (5, lives.consultation),
    (1, lives.hospital),
    (1, lives.on_parental_leave),
    (3, lives.paused),
    (1, lives.pause_nearly_over),
    (2, lives.recorded_late),
    (1, lives.no_show_undone),
    (1, lives.told_twice),
    (2, lives.moved_to_next_week),
    (1, lives.video_failed),
    (2, lives.cancelled_by_the_clinician),
    (2, lives.wrote_last_week),
    (3, departures.missed_lately),
    (2, departures.cancelled_late),
    (3, departures.nothing_booked),
    (2, departures.growing_gaps),
    (1, departures.series_called_off),
    (2, departures.written_to_without_answer),
    (2, departures.after_the_first_session),
    (3, departures.quiet_for_weeks),
    (4, departures.quiet_for_months),
    (1, departures.quickly_better),
    (2, departures.tapering),
    (2, departures.improved_and_done),
    (2, departures.told_us_it_is_done),
)
_KINDS: dict[Life, EpisodeKind] = {
    lives.as_needed: EpisodeKind.AS_NEEDED,
    lives.boosters: EpisodeKind.AS_NEEDED,
    lives.consultation: EpisodeKind.CONSULTATION,
}
_CADENCES: dict[Life, float] = {lives.fortnightly: 14.0, lives.monthly: 28.0, lives.rotating_shifts: 14.0}
_HANDED_OVER = 4
_FORMER_LIVES: tuple[tuple[int, Life], ...] = ((16, former_lives.finished), (18, former_lives.stopped_coming))


@dataclass(slots=True)
class Cast:
    """Everything the sample is made of. `kinds` and `lives` by the client's key in the files."""

    calendar: Calendar
    files: Files = field(default_factory=Files)
    kinds: dict[str, EpisodeKind] = field(default_factory=dict)
    lives: dict[str, str] = field(default_factory=dict)
    clients: list[str] = field(default_factory=list)


def cast(today: date, seed: int = SEED) -> Cast:
    """Two years up to the midnight in which `today` began."""
    chance = Random(f"{seed} {today.isoformat()}")  # noqa: S311  # a sample, not a secret
    first = today - timedelta(days=HISTORY_DAYS)
    leave: dict[str, tuple[Span, ...]] = {
        DANIEL.name: ((today - timedelta(days=131), today - timedelta(days=111)),),
        ELIF.name: ((today + timedelta(days=6), today + timedelta(days=13)),),
    }
    made = Cast(Calendar(today, tuple(year_ends(first, today)), leave))
    for clinician, spans in leave.items():
        for begin, end in spans:
            known_at = f"{begin - timedelta(days=60)}T09:00:00Z"
            made.files.rows[ImportKind.LEAVE].append((clinician, begin.isoformat(), end.isoformat(), known_at))
    _single(made, chance)
    _together(made, chance)
    _former(made, chance)
    return made


def _single(made: Cast, chance: Random) -> None:
    every = [life for count, life in _SINGLE_LIVES for _ in range(count)]
    people = iter(names.invented(chance, len(every) + _HANDED_OVER))
    for index, life in enumerate(every):
        key = _client(made, next(people), _ROTA[index % len(_ROTA)], EpisodeFormat.INDIVIDUAL, _CADENCES.get(life))
        made.kinds[key], made.lives[key] = _KINDS.get(life, EpisodeKind.ONGOING), life.__name__
        life(_diary(made, chance, (key,), _ROTA[index % len(_ROTA)]))
    for name in people:
        key = _client(made, name, FORMER_TRAINEE, EpisodeFormat.INDIVIDUAL)
        made.lives[key] = departures.handed_over.__name__
        departures.handed_over(_diary(made, chance, (key,), FORMER_TRAINEE))


def _former(made: Cast, chance: Random) -> None:
    """Last, so that today's caseload is the same with them and without."""
    every = [life for count, life in _FORMER_LIVES for _ in range(count)]
    for index, (life, name) in enumerate(zip(every, names.invented(chance, len(every)), strict=True)):
        clinician = (DANIEL.name, ELIF.name)[index % 2]
        key = _client(made, name, clinician, EpisodeFormat.INDIVIDUAL)
        made.kinds[key], made.lives[key] = EpisodeKind.ONGOING, life.__name__
        life(_diary(made, chance, (key,), clinician))


def _together(made: Cast, chance: Random) -> None:
    couples: tuple[Life, ...] = (together.couple, together.couple, together.one_of_two)
    for number, life in enumerate(couples, start=1):
        keys = _household(made, chance, 2, EpisodeFormat.COUPLE, life.__name__)
        life(_diary(made, chance, keys, ELIF.name, format_=EpisodeFormat.COUPLE, group=f"couple-{number}"))
    keys = _household(made, chance, 4, EpisodeFormat.FAMILY, together.family.__name__)
    together.family(_diary(made, chance, keys, ELIF.name, format_=EpisodeFormat.FAMILY, group="family-1"))
    people = names.invented(chance, 6)
    keys = tuple(_client(made, name, ELIF.name, EpisodeFormat.GROUP) for name in people)
    made.lives |= dict.fromkeys(keys, together.group.__name__)
    diary = _diary(made, chance, keys, ELIF.name, format_=EpisodeFormat.GROUP, group="group-1")
    together.group(diary, absent=keys[-1], since_days=24)


def _household(made: Cast, chance: Random, size: int, format_: EpisodeFormat, life: str) -> tuple[str, ...]:
    shared = names.family_name(chance)
    given = names.given_names(chance, size)
    keys = tuple(_client(made, f"{one} {shared}", ELIF.name, format_) for one in given)
    made.lives |= dict.fromkeys(keys, life)
    return keys


def _client(made: Cast, name: str, clinician: str, format_: EpisodeFormat, cadence_days: float | None = None) -> str:
    key = f"C{len(made.clients) + 1:03}"
    made.clients.append(key)
    made.files.rows[ImportKind.CLIENTS].append((key, clinician, format_, str(cadence_days or ""), name))
    return key


def _diary(
    made: Cast,
    chance: Random,
    clients: tuple[str, ...],
    clinician: str,
    *,
    format_: EpisodeFormat = EpisodeFormat.INDIVIDUAL,
    group: str = "",
) -> Diary:
    weekday, hour = chance.randrange(5), chance.choice(_HOURS)
    return Diary(made.files, made.calendar, chance, clients, clinician, weekday, hour, format_, group)
