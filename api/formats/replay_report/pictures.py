"""The two pictures of the report, drawn as SVG without a script. Whatever they show stands in a table beside them, too."""

from collections.abc import Iterator, Sequence
from html import escape

from api.formats.replay_report.document import CURVE_DAYS, Document, Month, NotBack
from api.formats.replay_report.words import NAMES, short_month

_WIDTH = 760
_LEFT = 46
_PANEL = 74
_BARS = 44
# Okabe and Ito's colours, told apart by people who see colours differently; lines differ in their dashes, too.
_COLOURS = {
    "drifting": ("#0072B2", ""),
    "quiet": ("#000000", ""),
    "not_seen": ("#D55E00", "8 4"),
    "two_no_shows": ("#009E73", "2 4"),
    "nothing_booked": ("#AA4499", "10 4 2 4"),
}
_MOST_LABELS = 13


def by_month(told: Document, unsettled_from: str) -> str:
    """Bars for each way of noticing, on one scale; paler where it is too early to know what followed."""
    names = [one["name"] for one in told["noticed"]]
    months = told["months"]
    most = max((month["flags"][name] for month in months for name in names), default=0) or 1
    height = _PANEL * len(names) + 28
    drawn = [_panel(months, name, _PANEL * place, most, unsettled_from) for place, name in enumerate(names)]
    drawn.append(_month_labels(months, _PANEL * len(names) + 12))
    return _svg("by-month", "Flags in each month", f"Most in one month: {most:,}.", height, drawn)


def _panel(months: Sequence[Month], name: str, top: float, most: int, unsettled_from: str) -> str:
    base = top + 20 + _BARS
    step = (_WIDTH - _LEFT) / max(1, len(months))
    colour, _ = _COLOURS[name]
    bars = []
    for place, month in enumerate(months):
        tall = _BARS * month["flags"][name] / most
        pale = ' fill-opacity="0.35"' if month["month"] >= unsettled_from else ""
        bars.append(
            f'<rect x="{_LEFT + place * step + step * 0.12:.1f}" y="{base - tall:.1f}" width="{step * 0.76:.1f}" '
            f'height="{tall:.1f}" fill="{colour}"{pale}/>'
        )
    scale = (
        f'<text x="{_LEFT - 6}" y="{base - _BARS + 9:.0f}" text-anchor="end">{most:,}</text>'
        f'<text x="{_LEFT - 6}" y="{base:.0f}" text-anchor="end">0</text>'
    )
    line = f'<line x1="{_LEFT}" y1="{base}" x2="{_WIDTH}" y2="{base}" stroke="#555"/>'
    title = f'<text x="{_LEFT}" y="{top + 13}" font-weight="600">{escape(NAMES[name])}</text>'
    return title + scale + "".join(bars) + line


def _month_labels(months: Sequence[Month], y: float) -> str:
    step = (_WIDTH - _LEFT) / max(1, len(months))
    every = -(-len(months) // _MOST_LABELS) or 1
    return "".join(
        f'<text x="{_LEFT + (place + 0.5) * step:.1f}" y="{y}" text-anchor="middle">'
        f"{short_month(month['month']).replace(' 20', ' ')}</text>"
        for place, month in enumerate(months)
        if place % every == 0
    )


def how_early(told: Document) -> str:
    """Of the clients who did not come back, the part flagged by each day after their last session."""
    clients = told["clients_not_back"]
    drawn = [*_grid(), *(_curve(one, clients) for one in told["not_back"] if clients)]
    drawn += [_legend(one["name"], 250 + 20 * place) for place, one in enumerate(told["not_back"])]
    return _svg("how-early", "How early", f"Over {clients:,} clients who did not come back.", 352, drawn)


_TOP, _BOTTOM = 12, 200


def _x(days: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - 10) * days / CURVE_DAYS


def _y(part: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * part


def _grid() -> Iterator[str]:
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent / 100)
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - 10}" y2="{y}" stroke="#ccc"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{percent} %</text>'
    for days in range(0, CURVE_DAYS + 1, 10):
        yield f'<text x="{_x(days):.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{days}</text>'
    yield f'<text x="{_WIDTH - 10}" y="{_BOTTOM + 34}" text-anchor="end">days after the last session</text>'


def _curve(one: NotBack, clients: int) -> str:
    colour, dashes = _COLOURS[one["name"]]
    points = " ".join(f"{_x(day):.1f},{_y(count / clients):.1f}" for day, count in enumerate(one["by_day"]))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"{_dashed(dashes)}/>'


def _legend(name: str, y: float) -> str:
    colour, dashes = _COLOURS[name]
    line = f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + 48}" y2="{y}" stroke="{colour}" stroke-width="2.5"{_dashed(dashes)}/>'
    return f'{line}<text x="{_LEFT + 58}" y="{y + 4}">{escape(NAMES[name])}</text>'


def _dashed(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""


def _svg(key: str, title: str, described: str, height: float, drawn: Sequence[str]) -> str:
    return (
        f'<svg role="img" aria-labelledby="{key}-title {key}-desc" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="12" fill="#222">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(described)} The same figures stand in the table below.</desc>'
        f"{''.join(drawn)}</svg>"
    )
