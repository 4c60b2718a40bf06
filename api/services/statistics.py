"""What can be published, before it is: years, and for a period one answer without a figure."""

from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import anonymise, definitions, periods, releases
from api.domain.access import Permission
from api.domain.anonymise import NotEnoughClients
from api.domain.audit import Action
from api.domain.errors import Invalid, NotFound
from api.domain.periods import Period
from api.domain.releases import PeriodTaken
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import practices as practice_store
from api.store import releases as release_store
from api.store import statistics as statistics_store
from schemas.vocabulary import PeriodState, ReleaseAnswer
from schemas.wire.statistics import DefinitionOut, PreviewOut, TablesOut, YearOut

_MOST_LISTED = 60  # years; an appointment dated in another century is a slip


@use_case(Permission.STATISTICS_READ, audit=None)
def tables(work: Work) -> TablesOut:
    return TablesOut(
        title=releases.TITLE,
        threshold=anonymise.THRESHOLD,
        most_years=periods.MOST_YEARS,
        definitions=[
            DefinitionOut(label=one.label, figure=one.figure, of=one.of, version=one.version, says=one.says)
            for one in definitions.DEFINITIONS
        ],
        years=list(_years(work)),
    )


@use_case(Permission.STATISTICS_READ, audit=Action.STATISTICS_PREVIEW, noun=Noun.PRACTICE)
def preview(work: Work, period: str) -> PreviewOut:
    """Counts as a release would, and says yes or no. Whoever asks often leaves as many entries in the trail.

    `period` is a year, or a first and a last one: `2024-2025`. Raises NotFound for what is none.
    """
    work.about(work.practice_id)
    try:
        wanted = Period.read(period)
    except Invalid:
        raise NotFound from None
    answer = _preview(work, wanted)
    work.mention(period=answer.period, why=answer.why)
    return answer


def _preview(work: Work, period: Period) -> PreviewOut:
    zone_name = practice_store.current(work.session).time_zone
    window = periods.window(period, zone_name)
    same = release_store.of_period(work.session, period)
    if same is not None:
        return _answer(period, ReleaseAnswer.RELEASED, release_id=same.id)
    if work.now < window.cut_off:
        return _answer(period, ReleaseAnswer.TOO_EARLY)
    try:
        earlier = release_store.earlier(work.session)
        releases.require_apart(period, earlier)
        counts = statistics_store.counts(work.session, window, zone_name=zone_name)
        anonymise.publishable(counts, releases.beside(period, earlier))
    except (PeriodTaken, NotEnoughClients) as refusal:
        return _answer(period, ReleaseAnswer(refusal.code))
    return _answer(period, ReleaseAnswer.CAN_BE_RELEASED)


def _answer(period: Period, why: ReleaseAnswer, *, release_id: UUID | None = None) -> PreviewOut:
    return PreviewOut(
        period=str(period),
        can_be_released=why is ReleaseAnswer.CAN_BE_RELEASED,
        why=why,
        cut_off_on=periods.cut_off_day(period),
        release_id=release_id,
    )


def _years(work: Work) -> Iterator[YearOut]:
    """From the present year back to that of the first appointment on record, the present one for a practice without any."""
    zone_name = practice_store.current(work.session).time_zone
    zone = ZoneInfo(zone_name)
    this_year = work.now.astimezone(zone).year
    first = statistics_store.first_start(work.session)
    begun = this_year if first is None else min(this_year, first.astimezone(zone).year)
    released = release_store.years(work.session)
    for year in range(this_year, max(begun, this_year - _MOST_LISTED) - 1, -1):
        period = Period(year, year)
        taken = released.get(year)
        early = work.now < periods.window(period, zone_name).cut_off
        yield YearOut(
            period=str(period),
            state=PeriodState.RELEASED if taken else PeriodState.TOO_EARLY if early else PeriodState.OPEN,
            cut_off_on=periods.cut_off_day(period),
            release_id=taken,
        )
