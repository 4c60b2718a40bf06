"""What the process says of itself holds no client's words."""

import io
import json
import logging

import structlog

from api import logs

SECRET = "Ana Moreno"


def said(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def stumble() -> None:
    nobody: dict[str, str] = {}
    try:
        nobody[SECRET]
    except KeyError as error:
        raise ValueError(f"cannot read {SECRET}") from error


def test_every_line_is_json_with_a_time_a_level_and_an_event() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    structlog.get_logger("a").info("import.applied", rows=3)
    logging.getLogger("b").warning("cannot reach %s", "it")
    ours, theirs = said(stream)
    assert (ours["event"], ours["rows"], ours["level"], ours["logger"]) == ("import.applied", 3, "info", "a")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("cannot reach it", "warning", "b")
    assert "timestamp" in ours
    assert "timestamp" in theirs


def test_an_exception_is_told_by_type_and_place_and_never_by_its_message() -> None:
    """Databases and parsers quote the value they stumbled over, and so does what wraps them."""
    stream = io.StringIO()
    logs.configure("INFO", stream)
    try:
        stumble()
    except ValueError:
        structlog.get_logger("a").exception("job.failed")
        logging.getLogger("b").exception("job failed")
    assert SECRET not in stream.getvalue()
    for line in said(stream):
        told = line["exception"]
        assert isinstance(told, list)
        assert told[0] == "builtins.ValueError"
        assert "builtins.KeyError" in told
        assert any("tests/cli/test_logs.py" in place for place in told)


def test_what_is_below_the_level_is_not_said() -> None:
    stream = io.StringIO()
    logs.configure("WARNING", stream)
    structlog.get_logger("c").info("chatter")
    logging.getLogger("uvicorn.error").info("chatter")
    logging.getLogger("sqlalchemy.engine").info("SELECT 1")
    assert stream.getvalue() == ""
