"""The picture of calibration: what was told against what came of it, as an SVG without scripts."""

from collections.abc import Sequence
from pathlib import Path

_SIDE, _EDGE = 360, 48


def write(path: Path, bins: Sequence[tuple[float, float, int]]) -> None:
    """`bins`: mean probability, share that had stopped coming, rows."""
    path.write_text(_drawn(bins), encoding="utf-8")


def _drawn(bins: Sequence[tuple[float, float, int]]) -> str:
    whole = _SIDE + 2 * _EDGE
    most = max(count for _, _, count in bins)
    points = "".join(
        f'<circle cx="{_x(told):.1f}" cy="{_y(true):.1f}" r="{3 + 7 * (count / most) ** 0.25:.1f}"/>'
        for told, true, count in bins
    )
    line = " ".join(f"{_x(told):.1f},{_y(true):.1f}" for told, true, _ in bins)
    ticks = "".join(
        f'<text x="{_x(at):.0f}" y="{_y(0) + 20}" text-anchor="middle">{at:.1f}</text>'
        f'<text x="{_x(0) - 10}" y="{_y(at) + 4:.0f}" text-anchor="end">{at:.1f}</text>'
        for at in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    words = (
        f'<text x="{whole / 2}" y="{whole - 8}" text-anchor="middle">probability worked out</text>'
        f'<text x="16" y="{whole / 2}" text-anchor="middle" transform="rotate(-90 16 {whole / 2})">had stopped coming</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" role="img" aria-labelledby="t" '
        'font-family="sans-serif" font-size="12" fill="#1f2933">'
        '<title id="t">Calibration on simulated practices that the fit had not seen: points near the diagonal are right</title>'
        f'<rect width="{whole}" height="{whole}" fill="#ffffff"/>'
        f'<rect x="{_x(0)}" y="{_y(1)}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#9aa5b1"/>'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#9aa5b1" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#2a6f77" stroke-width="2"/><g fill="#2a6f77">{points}</g>'
        f"{ticks}{words}</svg>\n"
    )


def _x(share: float) -> float:
    return _EDGE + share * _SIDE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIDE
