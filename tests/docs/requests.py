"""Reads the requests a document shows (`curl` in `sh` blocks, each followed by its answer as JSON) so that they can be made.

A line `NAME=…  # the "key"` takes that key from the answer before. In an answer, `…` stands for whatever differs each
time, alone or after a beginning that does not.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.testclient import TestClient

_BLOCK = re.compile(r"^```(?P<kind>sh|json)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TAKEN = re.compile(r'^(?P<name>[A-Z]+)=(?P<starts>[a-z_]*)…\s+# the "(?P<key>\w+)"$')
_GIVEN = re.compile(r"^(?P<name>[A-Z]+)=(?P<value>\S+)$")
ANYTHING = "…"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Shown:
    """A block of commands and the answer to its last one."""

    commands: str
    answer: Any


@dataclass
class Shell:
    """Makes the requests of blocks, one after the other, against an application in this process."""

    api: TestClient
    names: dict[str, str] = field(default_factory=dict)
    last: Any = None

    def run(self, commands: str) -> Any:  # noqa: ANN401  # any JSON
        """The answer to the last request. Fails on one that was refused."""
        for line in _lines(commands):
            if taken := _TAKEN.match(line):
                value = str(self.last[taken["key"]])
                assert value.startswith(taken["starts"])
                self.names[taken["name"]] = value
            elif given := _GIVEN.match(line):
                self.names[given["name"]] = given["value"]
            elif line.strip():
                self.last = self._send(parsed(line, self.names))
        return self.last

    def _send(self, request: Request) -> Any:  # noqa: ANN401  # any JSON
        response = self.api.request(request.method, request.path, headers=request.headers, json=request.body)
        assert response.is_success, f"{request.method} {request.path}: {response.status_code} {response.text}"
        return response.json()


def blocks(document: Path) -> Iterator[Shown]:
    """Every `sh` block that is followed by an answer."""
    found = [(one["kind"], one["text"]) for one in _BLOCK.finditer(document.read_text(encoding="utf-8"))]
    for (kind, text), (next_kind, answer) in pairwise(found):
        if (kind, next_kind) == ("sh", "json"):
            yield Shown(text, json.loads(answer))


def parsed(command: str, names: dict[str, str]) -> Request:
    """What `curl` would send. Knows the few options that documents use; any other fails."""
    words = shlex.split(re.sub(r"\$([A-Z]+)", lambda found: names[found[1]], command))
    assert words.pop(0) == "curl"
    method, address, headers, body = None, "", {}, None
    while words:
        word = words.pop(0)
        if word == "-s":
            continue
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "--json":
            body = json.loads(words.pop(0))
        else:
            assert not word.startswith("-"), f"curl {word} is not understood here"
            assert not address, "one request has one address"
            address = word
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Request(method or ("GET" if body is None else "POST"), path, headers, body)


def differences(shown: Any, told: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401  # any JSON
    """Where a real answer is not what the document shows."""
    if isinstance(shown, dict) and isinstance(told, dict):
        for name in sorted(shown.keys() ^ told.keys()):
            yield f"{where}/{name}: only {'shown' if name in shown else 'answered'}"
        for name in sorted(shown.keys() & told.keys()):
            yield from differences(shown[name], told[name], f"{where}/{name}")
    elif isinstance(shown, list) and isinstance(told, list):
        if len(shown) != len(told):
            yield f"{where}: {len(shown)} shown, {len(told)} answered: {told}"
        for position, (one, other) in enumerate(zip(shown, told, strict=False)):
            yield from differences(one, other, f"{where}/{position}")
    elif isinstance(shown, str) and shown.endswith(ANYTHING):
        if not str(told).startswith(shown[:-1]):
            yield f"{where}: {shown!r} shown, {told!r} answered"
    elif shown != told or type(shown) is not type(told):
        yield f"{where}: {shown!r} shown, {told!r} answered"


def _lines(commands: str) -> Iterator[str]:
    """Commands that run over several lines, within quotation marks or after a backslash, made one."""
    pending = ""
    for line in commands.splitlines():
        pending += line
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
        elif pending.count("'") % 2:
            pending += "\n"
        else:
            yield pending
            pending = ""
    assert not pending, "a quotation mark is never closed"
