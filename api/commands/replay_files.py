"""Where the results of `replay` go, so that nothing of somebody else's is ever written over."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from api.commands import console
from api.commands.refusals import Refused
from api.formats.replay_report.page import MARK

_LOOKED_AT = 1_000
_SIGNALLED = 128


def is_standard_output(out: Path) -> bool:
    return str(out) == "-"


def refuse_inputs(out: Path, inputs: Iterable[Path]) -> None:
    """Somebody who mixes up two paths should not lose their files."""
    if out.resolve() in {one.resolve() for one in inputs}:
        raise Refused(f"{out} is one of the files to be read; nothing was written.")


def refuse_nowhere(out: Path) -> None:
    """Found out before the work and not after it."""
    if not is_standard_output(out) and not out.resolve().parent.is_dir():
        raise Refused(f"{out} cannot be written: there is no such folder.")
    if out.is_dir():
        raise Refused(f"{out} cannot be written: it is a folder.")


def place_for_report(asked: Path | None, out: Path, inputs: Iterable[Path]) -> Path | None:
    """Where the report goes. One that nobody asked for goes beside the flags, or nowhere where that place is taken."""
    if asked is not None:
        refuse_inputs(asked, inputs)
        refuse_nowhere(asked)
        if asked.resolve() == out.resolve():
            raise Refused("--out and --report name one file; nothing was written.")
        if not _is_free(asked):
            raise Refused(f"{asked} is there already and is no report of ours; nothing was written.")
        return asked
    if is_standard_output(out) or _is_special(out):
        return None
    beside = out.with_suffix(".html")
    if beside == out or not _is_free(beside):
        console.note(f"{beside} is there already and is no report of ours: no report. Name another file with --report.")
        return None
    return beside


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for temporary files, gone at the end, also when the process is asked to stop. Only a kill leaves it behind."""
    with room_told_in_words():
        folder = tempfile.TemporaryDirectory(prefix="leavetaking-replay-")
    with folder as directory, _stopping_in_order():
        yield Path(directory)


@contextmanager
def _stopping_in_order() -> Iterator[None]:
    """A request to stop ends the command as an error would. Only the first thread of a process may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(_SIGNALLED + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def room_told_in_words() -> Iterator[None]:
    """A full disk, or one that cannot be used."""
    try:
        yield
    except OSError as error:
        raise Refused(f"A temporary file could not be used: {error.strerror}.") from error


def _is_special(path: Path) -> bool:
    """A device or a pipe."""
    return path.exists() and not path.is_file()


def _is_free(path: Path) -> bool:
    """Nothing there, an empty file, a device, or a report of ours."""
    if path.is_dir():
        return False
    if not path.exists() or _is_special(path):
        return True
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            begins = stream.read(_LOOKED_AT)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    return not begins or MARK in begins


@contextmanager
def opened(out: Path) -> Iterator[TextIO]:
    """The file appears whole or not at all. A pipe or device is written to as it is."""
    if is_standard_output(out):
        yield sys.stdout
        return
    out = out.resolve()
    special = _is_special(out)
    draft = out if special else out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        if not special:
            draft.replace(out)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        if not special:
            draft.unlink(missing_ok=True)
