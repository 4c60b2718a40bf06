"""Checking wording line by line, as it comes: a pipe that is written to slowly is answered slowly."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

import typer
from pydantic import ValidationError

from api.commands.console import emit
from api.formats import tone_checks
from schemas.wire.tone_checks import ToneCheckIn


def check(file: Path | None) -> bool:
    """Whether every line could be read. Empty lines are left out."""
    with nullcontext(sys.stdin) if file is None else file.open(encoding="utf-8") as lines:
        unread = 0
        for number, line in enumerate(_as_text(lines), start=1):
            unread += bool(line.strip()) and not _answered(number, line)
        return not unread


def _as_text(lines: Iterable[str]) -> Iterable[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise typer.BadParameter("This is not UTF-8.", param_hint="FILE") from error


def _answered(number: int, line: str) -> bool:
    try:
        given = ToneCheckIn.model_validate_json(line)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        emit({"line": number, "errors": [{"pointer": _pointer(one["loc"]), "detail": one["msg"]} for one in problems]})
        return False
    emit(tone_checks.answer(given).model_dump(mode="json"))
    return True


def _pointer(location: Iterable[str | int]) -> str:
    return "".join(f"/{part}" for part in location)
