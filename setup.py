"""Ships the migrations inside the wheel.

In a checkout they live in `alembic/`, which may not be a package: its name is the library's. In the
wheel the same files are `api/_alembic/`, where api.store.migrations finds them.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["api", "api.*", "schemas", "schemas.*"]),
        "api._alembic",
        "api._alembic.versions",
    ],
    package_dir={"api._alembic": "alembic"},
)
