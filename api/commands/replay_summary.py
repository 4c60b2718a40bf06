"""What `replay` says when it is done: a few lines and a table for people, or everything as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.commands import console
from api.domain.replay_figures import SHOWN, Figures
from api.formats.native_folder import Account, FolderProblem
from api.formats.replay_report.advice import cadence_sentence, closure_sentence, sensitivity_sentence
from api.formats.replay_report.document import Document
from api.formats.replay_report.words import NAMES, number, percent


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What one run came to. `flags`: the files that hold them, part by part."""

    account: Account
    until: datetime
    figures: Figures
    flags: list[Path]


def say(found: LookedBack, told: Document, report: Path | None, *, as_json: bool, aside: bool) -> None:
    """`aside`: the flags themselves go to standard output, so that this is only about the running."""
    if as_json and not aside:
        console.emit(_for_programs(found, told, report))
        return
    tell = console.note if aside else console.say
    for line in _lines(found):
        tell(line)
    if not aside:
        _table(told)
        for line in _suggestions(told):
            tell(line)
    if report is not None:
        tell(f"Report: {report}")


def _for_programs(found: LookedBack, told: Document, report: Path | None) -> dict[str, object]:
    account, figures = found.account, found.figures
    return {
        "rows": account.row_counts,
        "clients": figures.client_count,
        "until": found.until.isoformat(),
        "flags": {stage: figures.lines[stage] for stage in SHOWN},
        "clients_flagged": {stage: figures.line_clients[stage] for stage in SHOWN},
        "problem_count": account.problem_count,
        "first_problems": [_problem(problem) for problem in account.problems],
        "report_file": None if report is None else str(report),
        "report": told,
    }


def _lines(found: LookedBack) -> Iterator[str]:
    account, figures = found.account, found.figures
    for name, count in account.row_counts.items():
        yield f"{name}: {count:,} rows"
    yield f"{figures.client_count:,} clients, as far as {found.until:%Y-%m-%d %H:%M} UTC"
    for stage in SHOWN:
        yield f"{stage}: {figures.lines[stage]:,} flags, {figures.line_clients[stage]:,} clients"
    for one in account.problems:
        yield f"{one.file} line {one.line}: {one.code}: {one.detail}"
    if account.problem_count > len(account.problems):
        yield f"... and {account.problem_count - len(account.problems):,} more problems."


def _table(told: Document) -> None:
    early = {one["name"]: one["within_21_days"] for one in told["not_back"]}
    rows = [
        (
            NAMES[one["name"]],
            number(one["clients"]),
            number(one["flags"]),
            number(one["per_100_clients_a_month"]),
            percent(one["returned"], one["returned"] + one["not_returned"]),
            number(one["too_recent"]),
            percent(early[one["name"]], told["clients_not_back"]),
        )
        for one in told["noticed"]
    ]
    heads = (
        "",
        "clients",
        "flags",
        "per 100 a month",
        "client came within 60 days",
        "too recent",
        "not back: within 21 days",
    )
    console.table(heads, rows)


def _suggestions(told: Document) -> Iterator[str]:
    yield sensitivity_sentence(told)
    for usual in told["suggestions"]["cadences"]:
        yield cadence_sentence(usual, told)
    for closed in told["suggestions"]["closures"]:
        yield closure_sentence(closed)


def _problem(problem: FolderProblem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "code": problem.code,
        "column": problem.column,
        "detail": problem.detail,
    }
