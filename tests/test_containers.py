"""What can be asked of the container files without an engine: they agree with the project and give no more than needed."""

import re

from tools.tree import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()


def test_all_that_the_image_copies_is_let_in_and_nothing_else() -> None:
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    ]
    assert sorted(allowed) == sorted(copied)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_as_a_numbered_user_without_rights() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)[-1] == "10001:10001"
    assert DOCKERFILE.index("USER ") < DOCKERFILE.index("ENTRYPOINT")


def test_every_package_in_the_image_is_held_to_its_hash() -> None:
    installs = re.findall(r"pip install (.+?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
    assert len(installs) == 3
    assert all("--require-hashes" in install or "--no-index" in install for install in installs)


def test_our_services_have_a_read_only_root_and_no_capabilities() -> None:
    ours = COMPOSE[COMPOSE.index("x-leavetaking:") : COMPOSE.index("services:")]
    assert "read_only: true" in ours
    assert re.search(r"cap_drop:\n +- ALL", ours)
    assert COMPOSE.count("<<: *leavetaking") == 3


def test_no_port_faces_the_world() -> None:
    published = re.findall(r'- "(\S+:\d+:\d+)"', COMPOSE)
    assert published
    assert all(address.startswith("127.0.0.1:") for address in published)


def test_no_secret_stands_in_the_compose_file() -> None:
    assert not re.search(r"(?:PASSWORD|MASTER_KEY|DATABASE_URL): (?!/run/secrets/)", COMPOSE)
