"""A sample that an earlier version made: what was tried in it is kept, and it opens in this one."""

import json
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.commands import demonstrating, opening, server
from api.sample import load
from api.store import migrations


def test_a_sample_of_an_earlier_version_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = demonstrating._settings(tmp_path, 0)  # what the command itself would read
    migrations.upgrade(settings.url, "0043")
    runtime = opening.unchecked_runtime(settings)
    marker = {"made_on": load.today_in(runtime).isoformat(), "edition": 1, "clients": 0}
    (tmp_path / "sample.json").write_text(json.dumps(marker), encoding="utf-8")
    listener = SimpleNamespace(getsockname=lambda: ("127.0.0.1", 1))
    monkeypatch.setattr(server, "bound", lambda _: nullcontext(listener))
    monkeypatch.setattr(server, "serve", lambda *_: opening.require_current_schema(runtime))
    monkeypatch.setattr(demonstrating, "_make", lambda *_: pytest.fail("the sample was made anew"))
    demonstrating.demonstrate(tmp_path, 0, fresh=False)
    runtime.sessions.kw["bind"].dispose()
