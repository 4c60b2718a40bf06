"""What an installation without a checkout gets: everything, migrations included."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.tree import ROOT, project_files

_SHIPPED = {"README.md", "LICENSE", "pyproject.toml", "setup.py"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built offline from the project's own files, as `pip wheel` would."""
    source = tmp_path_factory.mktemp("source")
    for path in project_files(ROOT):
        if path.parts[0] in {"api", "schemas", "alembic"} or path.name in _SHIPPED:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, source / path)
    build = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    subprocess.run([sys.executable, "-W", "ignore", "-c", build], cwd=source, check=True, capture_output=True)
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_file_of_the_product_is_in_the_wheel(contents: set[str]) -> None:
    wanted = {path.as_posix() for path in project_files(ROOT) if path.parts[0] in {"api", "schemas"}}
    assert wanted - contents == set()


def test_the_migrations_travel_as_a_part_of_the_product(contents: set[str]) -> None:
    scripts = {path.as_posix() for path in project_files(ROOT, ".py", ".mako") if path.parts[0] == "alembic"}
    assert len(scripts) >= 3
    assert {f"api/_{script}" for script in scripts} <= contents


def test_the_wheel_does_not_shadow_the_library_of_migrations(contents: set[str]) -> None:
    tops = {name.split("/")[0] for name in contents}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"api", "schemas"}


def test_an_installed_wheel_migrates_a_database(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    migrate = (
        "import sys; from api.store import migrations; assert migrations.__file__.startswith(sys.argv[2]); "
        "migrations.upgrade(sys.argv[1])"
    )
    subprocess.run(
        [sys.executable, "-c", migrate, f"sqlite:///{tmp_path / 'x.db'}", str(tmp_path)],
        cwd=tmp_path,
        check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )
    assert (tmp_path / "x.db").stat().st_size > 0
