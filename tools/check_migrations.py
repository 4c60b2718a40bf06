"""The migrations lead from nothing to the tables as declared, and back: asked of a fresh SQLite file."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from api.store import migrations
from tools.tree import Problem, conclude

_SCRIPTS = Path("alembic/versions")


def problems() -> Iterator[Problem]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'fresh.db'}"
        migrations.upgrade(url)
        for difference in migrations.differences(url):
            yield Problem(_SCRIPTS, 1, f"the tables say otherwise: {difference}")
        migrations.downgrade(url, "base")
        migrations.upgrade(url)


if __name__ == "__main__":
    sys.exit(conclude("migrations", list(problems())))
