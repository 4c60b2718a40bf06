"""Finds the Chromium that the browser tests drive, and fetches one where there is none.

    python -m tools.ensure_browser          # finds or installs, prints the path

Nothing is installed where a browser is already there, and nothing of the system is touched unless the
person is root on a Debian.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "LEAVETAKING_TEST_BROWSER"
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_DEBIAN = (
    ("apt-get", "update", "-q"),
    ("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"),
)


def find() -> Path | None:
    """The browser to use, by preference: the one named, one of the system, the one Playwright fetched."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    return next((path for path in _candidates() if path.is_file()), None)


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for command in _COMMANDS if (found := shutil.which(command)))
    yield from (Path(application) for application in _MAC_APPLICATIONS)
    yield from _fetched()


def _fetched() -> Iterator[Path]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # slow to load, and mostly not needed

    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if all(subprocess.run(command, env=quiet, check=False).returncode == 0 for command in _DEBIAN):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    if find() is None:
        print("no Chromium found, fetching one", file=sys.stderr)
        _install()
    found = find()
    if found is None or not found.is_file():
        print(f"no Chromium: install one, or name it in {VARIABLE}", file=sys.stderr)
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
