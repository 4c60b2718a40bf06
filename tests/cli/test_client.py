"""One client's whole record by command."""

import json
import zipfile
from pathlib import Path
from uuid import UUID

import pytest

from tests.cli.conftest import Cli


def added(cli: Cli, directory: Path, name: str = "Ana Moreno") -> tuple[str, UUID]:
    """A practice of one, with a client: a token of its founder, and the client's id."""
    password = directory / "password"
    password.write_text("a sentence only I know\n")
    founder = ("--founder-name", "Ines", "--founder-email", "ines@example.org", "--password-file", password)
    assert cli("practice", "create", "--name", "Riverside", "--time-zone", "Europe/Madrid", *founder).code == 0
    with cli.api() as api:
        account = {"email": "ines@example.org", "password": "a sentence only I know"}
        token = api.post("/v1/sign-ins", json=account).json()["token"]
        client = api.post("/v1/clients", json={"name": name}, headers={"Authorization": f"Bearer {token}"}).json()
    return token, UUID(client["id"])


def test_a_record_is_written_for_nobody_elses_eyes(both_clis: Cli, tmp_path: Path) -> None:
    _, client_id = added(both_clis, tmp_path)
    out = tmp_path / "record.zip"
    answer = both_clis("client", "export", str(client_id), "--out", out, "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out) == {"file": str(out), "bytes": out.stat().st_size}
    assert out.stat().st_mode & 0o777 == 0o600
    told = json.loads(zipfile.ZipFile(out).read("record.json"))
    assert [row["name"] for row in told["tables"]["clients"]] == ["Ana Moreno"]
    again = both_clis("client", "export", str(client_id), "--out", out)
    assert again.code == 1
    assert "File exists" in again.err


@pytest.mark.parametrize("client", ["01a1f0b2-7c4e-7d7a-9b1e-0f6a2d9c4e11", "Ana"])
def test_whoever_is_not_there_leaves_no_file(cli: Cli, tmp_path: Path, client: str) -> None:
    cli.found()
    out = tmp_path / "record.zip"
    assert cli("client", "export", client, "--out", out).code == 1
    assert not out.exists()


def test_a_client_is_erased_by_command_and_only_on_purpose(both_clis: Cli, tmp_path: Path) -> None:
    token, client_id = added(both_clis, tmp_path)
    assert both_clis("client", "erase", str(client_id), "--reason", "client_asked").code == 1
    assert both_clis("client", "erase", str(client_id), "--reason", "because", "--yes").code == 2
    answer = both_clis("client", "erase", str(client_id), "--reason", "client_asked", "--yes", "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["client_id"] == str(client_id)
    again = both_clis("client", "erase", str(client_id), "--reason", "client_asked", "--yes")
    assert (again.code, "was erased" in again.err) == (1, True)
    with both_clis.api() as api:
        headers = {"Authorization": f"Bearer {token}"}
        entries = api.get(f"/v1/audit?subject_id={client_id}", headers=headers).json()["items"]
    told = [
        (one["action"], one["outcome"], one["details"].get("reason")) for one in entries if "erase" in one["action"]
    ]
    assert ("client.erase", "allowed", "client_asked") in told
