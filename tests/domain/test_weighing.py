"""The instant worked out ahead is the one at which the sum gets there, whatever evidence there is."""

from math import ceil, inf

from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import clock, weighing, weights
from api.domain.evidence import Setback, Strand

MODEL = weights.load()
ANCHOR = 20_000 * clock.DAY
_ODDS = st.floats(MODEL.prior_by_session[-1] - 1, 3)
# A curve climbs less than this in two seconds; every step is larger or is above the threshold on both sides.
_NEAR = 1e-4


def _within(days: int) -> st.SearchStrategy[int]:
    return st.integers(1, days * clock.DAY).map(lambda seconds: ANCHOR + seconds)


_held = st.none() | _within(60)
_setbacks = st.lists(st.builds(Setback, _within(60), _within(60), st.booleans()), max_size=3).map(
    lambda found: tuple(sorted(found, key=lambda one: (one.known, one.start)))
)
_rates = st.sampled_from([0.0, 1 / 30, 1 / 14, 1 / 7, 1.0])
_later_steps = st.lists(st.tuples(_within(60), _rates), max_size=4, unique_by=lambda step: step[0]).map(sorted)
strands = st.builds(
    Strand,
    anchor=st.just(ANCHOR),
    sessions=st.integers(0, 12),
    pace=st.tuples(_rates, _later_steps).map(lambda told: ((ANCHOR, told[0]), *told[1])),
    life=st.none() | _within(2) | _within(40),
    held_until=st.tuples(_held, _held, _held, _held),
    books_ahead=st.floats(0, 1),
    not_kept=_setbacks,
    given_up=_setbacks,
    series_cancelled_at=st.none() | _within(60),
    usual_misses=st.floats(0, 1),
    recent_misses=st.integers(0, 6),
    unanswered=st.lists(_within(60), max_size=3).map(lambda found: tuple(sorted(found))),
    answers=st.floats(0, 1),
)


@settings(max_examples=300, deadline=None)
@given(strands, st.lists(_ODDS, min_size=1, max_size=4).map(sorted))
def test_the_sum_is_below_a_threshold_until_the_instant_that_was_worked_out(
    strand: Strand, thresholds: list[float]
) -> None:
    for wanted, at in zip(thresholds, weighing.crossings(strand, thresholds, MODEL), strict=True):
        if at == inf:
            assert weighing.weigh(strand, ANCHOR + 5_000 * clock.DAY, MODEL).log_odds < wanted + _NEAR
            continue
        assert weighing.weigh(strand, ceil(at) + 1, MODEL).log_odds > wanted - _NEAR
        if at > ANCHOR + 1:
            assert weighing.weigh(strand, ceil(at) - 2, MODEL).log_odds < wanted + _NEAR


def test_a_word_on_the_day_after_a_session_does_not_bend_the_instant() -> None:
    """So soon after, it spares nothing: the silence is that since the session."""
    weekly = ((ANCHOR, 1 / 7),)
    strand = Strand(ANCHOR, 9, weekly, ANCHOR + clock.DAY, (None, None, None, None), 0.0)
    for days in range(4, 60):
        at = ANCHOR + days * clock.DAY
        wanted = weighing.weigh(strand, at, MODEL).log_odds
        found = weighing.crossings(strand, [wanted], MODEL)[0]
        assert found <= at + 1
        assert abs(weighing.weigh(strand, found, MODEL).log_odds - wanted) < _NEAR
