"""The report for people: one HTML file that asks nobody for anything, reads well aloud and on paper.

Made from the document alone, so the page and `--json` cannot say different things.
"""

from collections.abc import Sequence
from datetime import datetime

from api.domain.replay_figures import RETURN_WITHIN
from api.formats.replay_report import pictures
from api.formats.replay_report.advice import suggestions
from api.formats.replay_report.document import Document, NotBack, Noticed, Recorded
from api.formats.replay_report.markup import items, paragraphs, section, table
from api.formats.replay_report.words import (
    CANNOT,
    COUNTED,
    LEVELS,
    MEANS,
    NAMES,
    REASONS,
    day,
    number,
    percent,
    short_month,
)

MARK = '<meta name="generator" content="leavetaking replay">'
"""By this a report is known for one of ours; anything else is not written over."""

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 52rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.25rem; margin-top: 2.2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: .8rem 0; }
caption { text-align: left; color: #444; padding-bottom: .3rem; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .5rem; text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; } th[scope=row] { font-weight: 600; }
svg { width: 100%; height: auto; } .note { color: #444; } td { white-space: nowrap; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2 { break-after: avoid; }
  svg, tr { break-inside: avoid; } .wide { overflow: visible; } }
"""


def page(told: Document) -> str:
    body = [
        f"<h1>What Leavetaking would have shown</h1>{_opening(told)}",
        section("in-short", "In short", items(in_short(told))),
        section("noticed", "Who was flagged, and what followed", _noticed(told)),
        section("how-early", "How early", _how_early(told)),
        section("recorded", "Beside what the practice recorded itself", _recorded(told)),
        section("by-month", "Flags over time", _by_month(told)),
        section("reasons", "What came first among the reasons", _reasons(told)),
        section("settings", "Settings that this past suggests", suggestions(told)),
        section("counted", "How this is counted", items(COUNTED)),
        section("cannot", "What these figures cannot tell", items(CANNOT)),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{MARK}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>What Leavetaking would have shown until {day(told['until'])}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(body)}</main>\n</body>\n</html>\n"
    )


def _opening(told: Document) -> str:
    months = told["months"]
    span = f", {short_month(months[0]['month'])} to {short_month(months[-1]['month'])}" if months else ""
    level = LEVELS[told["sensitivity"]].lower()
    return paragraphs(
        f"{number(told['clients'])} clients over {number(told['client_months'])} months of work together{span}, as far as "
        f"{day(told['until'])}. Level of sensitivity: {level}. Weights: {told['model_version']}.",
        "Counts only: nobody is named here. Who was flagged, when and why stands in the file of flags, by your own keys.",
    )


def in_short(told: Document) -> list[str]:
    """The figures that a practice asks for first, each with its limits."""
    ours, settled = told["noticed"][0], told["noticed"][0]["returned"] + told["noticed"][0]["not_returned"]
    lines = [
        (
            f"{number(ours['clients'])} of {number(told['clients'])} clients would have been shown as drifting at some time: "
            f"{number(ours['per_100_clients_a_month'])} flags per 100 clients a month."
        ),
        (
            f"{number(ours['returned'])} of {number(settled)} such flags ({percent(ours['returned'], settled)}) were followed "
            f"by a return within {RETURN_WITHIN.days} days; {number(ours['too_recent'])} more are too recent to tell."
        ),
    ]
    early = {one["name"]: one for one in told["not_back"]}
    if told["clients_not_back"]:
        lines.append(
            f"{number(told['clients_not_back'])} clients did not come back and no end had been spoken of. Drifting was "
            f"shown within 21 days of the last session for {_part(early['drifting'], told)}; the 30-day rule had "
            f"flagged {_part(early['not_seen'], told)}, two no-shows {_part(early['two_no_shows'], told)}, and nothing "
            f"booked {_part(early['nothing_booked'], told)}."
        )
    lines.append(
        f"At the end {number(told['showing']['drifting'])} clients are shown as drifting and "
        f"{number(told['showing']['quiet'])} as quiet."
    )
    if told["past_times"]:
        lines.append(
            f"Of {number(told['past_times'])} times in the past, {number(told['not_recorded'])} "
            f"({percent(told['not_recorded'], told['past_times'])}) have no recorded outcome."
        )
    return lines


def _part(one: NotBack, told: Document) -> str:
    return percent(one["within_21_days"], told["clients_not_back"])


def _noticed(told: Document) -> str:
    heads = (
        "Way of noticing",
        "Clients",
        "Flags",
        "Flags per 100 clients a month",
        "Followed by a return",
        "Not followed by one",
        "Too recent to tell",
        "Returned, of those old enough",
    )
    rows = [_noticed_row(one) for one in told["noticed"]]
    return (
        table("Flags, and whether the client came within 60 days of them", heads, rows)
        + items(f"{NAMES[one['name']]}: {MEANS[one['name']]}" for one in told["noticed"])
        + paragraphs(
            "A way that flags more often is followed by more returns and by fewer surprises: read both columns."
        )
    )


def _noticed_row(one: Noticed) -> tuple[str, ...]:
    return (
        NAMES[one["name"]],
        number(one["clients"]),
        number(one["flags"]),
        number(one["per_100_clients_a_month"]),
        number(one["returned"]),
        number(one["not_returned"]),
        number(one["too_recent"]),
        percent(one["returned"], one["returned"] + one["not_returned"]),
    )


def _how_early(told: Document) -> str:
    if not told["clients_not_back"]:
        return paragraphs("No client in these files stayed away for 60 days without an end on record.")
    heads = ("Way of noticing", "14 days", "21 days", "30 days", "60 days", "At all", "Days, median")
    rows = [
        (
            NAMES[one["name"]],
            *(
                percent(count, told["clients_not_back"])
                for count in (
                    one["within_14_days"],
                    one["within_21_days"],
                    one["within_30_days"],
                    one["within_60_days"],
                    one["at_all"],
                )
            ),
            number(one["median_days"]),
        )
        for one in told["not_back"]
    ]
    return (
        paragraphs(
            f"{number(told['clients_not_back'])} clients had their last session 60 days or more before the end of the data, "
            "no pause running then, and no end recorded within two weeks of it. Counted are the days from that session to "
            "the first flag after it."
        )
        + pictures.how_early(told)
        + table(
            "Part of the clients who did not come back, flagged within so many days of the last session", heads, rows
        )
        + _silent(told["noticed"])
    )


def _silent(noticed: Sequence[Noticed]) -> str:
    heads = ("Way of noticing", "Flags", "A quarter within", "Half within", "Three quarters within")
    rows = [(NAMES[one["name"]], *_quartiles(one["days_since_last_session"])) for one in noticed]
    return table("Days from the last session to a flag, of all flags that no return followed", heads, rows)


def _quartiles(days: object) -> tuple[str, ...]:
    assert isinstance(days, dict)  # noqa: S101 - a typed dictionary is one
    return tuple(number(days[key]) for key in ("count", "lower_quartile", "median", "upper_quartile"))


def _recorded(told: Document) -> str:
    if not told["ends_recorded"]:
        return paragraphs(
            "The files hold no discharge that was recorded more than two weeks after a last session. So there is nothing to "
            "compare with here."
        )
    heads = (
        "Way of noticing",
        "Clients flagged by then",
        "Part",
        "A quarter within",
        "Half within",
        "Three quarters within",
    )
    rows = [_recorded_row(one, told["ends_recorded"]) for one in told["recorded"]]
    return paragraphs(
        f"For {number(told['ends_recorded'])} clients the practice recorded a discharge more than two weeks after the last "
        "session, with no end agreed before. How many of them had been flagged by that day, and how many days before it."
    ) + table("Flags before the day on which the practice recorded that the client had stopped", heads, rows)


def _recorded_row(one: Recorded, ends: int) -> tuple[str, ...]:
    counted, *quartiles = _quartiles(one["days_before"])
    return (NAMES[one["name"]], counted, percent(one["clients"], ends), *quartiles)


def _by_month(told: Document) -> str:
    if not told["months"]:
        return paragraphs("There is no month to show.")
    names = [one["name"] for one in told["noticed"]]
    heads = ("Month", "Clients", *(NAMES[name] for name in names))
    rows = [
        (
            short_month(one["month"]).replace(" ", "\N{NO-BREAK SPACE}"),
            number(one["clients"]),
            *(number(one["flags"][name]) for name in names),
        )
        for one in told["months"]
    ]
    return (
        pictures.by_month(told, _unsettled_from(told))
        + '<p class="note">Paler: too recent to tell what followed.</p>'
        + table("Flags in each month", heads, rows)
    )


def _unsettled_from(told: Document) -> str:
    """The month that holds the first flag with fewer than 60 days left."""
    return f"{datetime.fromisoformat(told['until']) - RETURN_WITHIN:%Y-%m}"


def _reasons(told: Document) -> str:
    leading = told["leading_reasons"]
    total = sum(leading.values())
    if not total:
        return paragraphs("Nobody was flagged.")
    rows = [
        (REASONS.get(code, code.replace("_", " ")), number(count), percent(count, total))
        for code, count in leading.items()
    ]
    return table("The reason that came first, over all lines of the file of flags", ("Reason", "Flags", "Part"), rows)
