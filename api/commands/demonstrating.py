"""Makes the sample practice once and serves it. Everything stays in one folder, which may be thrown away."""

import json
import os
from datetime import date
from pathlib import Path

from api.commands import console, opening, server
from api.commands.refusals import SetupMissing
from api.sample import load
from api.sample.staff import COLLEAGUES, PASSWORD, PRACTICE
from api.services.work import Runtime
from api.settings import Settings
from api.store import migrations
from api.store.sealing import new_master_key

_MARKER = "sample.json"
# A sample made by an older version of these rules is made anew.
_EDITION = 1


def demonstrate(data_dir: Path, port: int, *, fresh: bool) -> None:
    """Until SIGTERM or SIGINT. Raises SetupMissing where the folder or the port cannot be used."""
    settings = _settings(data_dir, port)
    with server.bound(settings) as listener:
        if fresh or not _is_usable(data_dir, settings):
            _make(data_dir, settings)
        else:
            opening.migrate_embedded(settings)
        console.say(f"{PRACTICE}: http://{settings.host}:{listener.getsockname()[1]}", "")
        rows = [(one.name, one.email, PASSWORD, ", ".join(sorted(one.roles)), one.looks_at) for one in COLLEAGUES]
        console.table(["name", "e-mail", "password", "role", "look at"], rows)
        console.say("Everything here is invented. Ctrl-C ends it.")
        server.serve(settings, listener)


def _settings(data_dir: Path, port: int) -> Settings:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_file = _key_file(data_dir)
    except OSError as error:
        raise SetupMissing(f"{data_dir} cannot be used: {error.strerror}.") from error
    return Settings(
        data_dir=data_dir,
        database_url=None,
        master_key=None,
        master_key_file=key_file,
        former_master_keys=None,
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        trusted_proxies=(),
        worker_in_process=True,
        smtp_host=None,  # nothing leaves a practice that does not exist
        undo_minutes=1,  # whoever looks around does not wait for long
        log_level=os.environ.get("LEAVETAKING_LOG_LEVEL", "WARNING"),
    )


def _key_file(data_dir: Path) -> Path:
    """For nobody else's eyes, also while it is being written."""
    path = data_dir / "master_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(new_master_key())
    return path


def _is_usable(data_dir: Path, settings: Settings) -> bool:
    """A sample that was made whole, by this edition, within the last week."""
    try:
        marker = json.loads((data_dir / _MARKER).read_text(encoding="utf-8"))
        made_on = date.fromisoformat(marker["made_on"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    runtime = opening.unchecked_runtime(settings)
    stale = load.is_stale(made_on, load.today_in(runtime))
    _close(runtime)
    return marker.get("edition") == _EDITION and not stale


def _make(data_dir: Path, settings: Settings) -> None:
    """The marker is written last: a sample that was interrupted is made anew."""
    for name in (_MARKER, "leavetaking.db", "leavetaking.db-wal", "leavetaking.db-shm"):
        (data_dir / name).unlink(missing_ok=True)
    migrations.upgrade(settings.url)
    runtime = opening.unchecked_runtime(settings)
    with console.progress() as bar:
        task = bar.add_task("Making the sample", total=None)
        loaded = load.load(runtime, lambda step: bar.update(task, description=f"Making the sample: {step}"))
    made_on = load.today_in(runtime).isoformat()
    _close(runtime)
    draft = data_dir / f".{_MARKER}"
    draft.write_text(json.dumps({"made_on": made_on, "edition": _EDITION, "clients": loaded.client_count}))
    draft.replace(data_dir / _MARKER)


def _close(runtime: Runtime) -> None:
    runtime.sessions.kw["bind"].dispose()
