"""Runs many courses, one seed each, and says of the first that broke how to have it again."""

import logging
import time
from collections.abc import Callable

import structlog

from api.jobs.deliveries import Courier
from bench import databases
from bench.interleavings import choices, scene
from bench.interleavings.course import CourierOf, Course, Figures
from bench.interleavings.day import Broken
from schemas.vocabulary import CheckInKind


def over(
    url: str,
    seeds: range,
    courier_of: CourierOf = Courier,
    tell: Callable[[Figures], object] = lambda _: None,
) -> Figures:
    """Raises Broken with the seed, and what had been done. `tell` hears how far it is, after each."""
    figures = Figures()
    with scene.opened(url) as practice:
        scenes = scene.scenes(practice)
        for seed in seeds:
            course = Course(practice, next(scenes), seed, courier_of)
            try:
                course.run()
            except Exception as error:
                raise Broken(f"seed {seed}: {error} (done: {', '.join(course.day.done)})") from error
            _count(figures, course)
            tell(figures)
    return figures


def _count(figures: Figures, course: Course) -> None:
    figures.courses += 1
    figures.steps += course.steps
    figures.kills += course.kills
    figures.against += course.against
    figures.ends.update(letter.state.value for letter in course.day.record.letters)
    figures.acts.update(name.partition(":")[0] for name in course.day.done)
    figures.handed += sum(letter.handed for letter in course.day.record.letters)
    goodbyes = [one for one in course.day.record.letters if one.kind is CheckInKind.CLOSING_LETTER]
    figures.goodbyes["courses that held a letter"] += bool(goodbyes)
    figures.goodbyes["let go"] += sum(one.approved_at is not None for one in goodbyes)
    figures.goodbyes["handed over"] += sum(one.handed for one in goodbyes)
    figures.goodbyes.update(f"of a trainee, {one.state.value}" for one in goodbyes if one.work == choices.TRAINEES)


def run(count: int, first_seed: int) -> None:
    """On an SQLite database of its own; says what happened, so that one sees that it was not nothing."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with databases.fresh("sqlite") as settings:
        assert settings.database_url is not None
        begun = time.monotonic()
        figures = over(settings.database_url, range(first_seed, first_seed + count), tell=_tell)
    print(f"interleavings: {figures.courses:,} in {time.monotonic() - begun:,.0f} s, none broken")
    print(f"  steps {figures.steps:,}, workers killed {figures.killed:,}, messages handed over {figures.handed:,}")
    for name in ("goodbyes", "ends", "against", "kills", "acts"):
        counted = getattr(figures, name).most_common()
        print(f"  {name}: " + ", ".join(f"{what} {number:,}" for what, number in counted))


def _tell(figures: Figures) -> None:
    if figures.courses % 500 == 0:
        print(
            f"  {figures.courses:,} interleavings, {figures.killed:,} kills, {figures.handed:,} handed over", flush=True
        )
