"""The process that sends is killed without warning, at every point of a message's way out.

Nothing is lost: what nobody has is sent by the next process. Nothing goes twice: what may be the other side's already is
shown as uncertain, and a person says what became of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.outside import Integrator, Record, found_practice, wait_until
from tests.support import server
from tests.support.mail import Step, Troubled, troubled_server

pytestmark = pytest.mark.slow
WORDS = "Hello Ana, I am around if you would like to find another time. No answer is fine too."


@dataclass
class Post:
    """A practice whose one message was approved a moment ago, on a process that sends it to a troubled server."""

    url: str
    folder: Path
    mail: Troubled
    record: Record
    process: server.Server
    person: Integrator
    check_in_id: str

    @property
    def state(self) -> str:
        found: str = self.message["state"]
        return found

    @property
    def message(self) -> dict[str, Any]:
        return self.person.get(f"/v1/check-ins/{self.check_in_id}")

    def kill(self) -> None:
        self.process.kill()

    def go_on(self) -> None:
        """The next process, a quarter of an hour later, and a mail server that is well again."""
        self.mail.behave()
        self.record.let_the_delivery_go()
        self.process = started(self.url, self.folder, self.mail)
        self.person.url = self.process.url


def started(url: str, folder: Path, mail: Troubled) -> server.Server:
    return server.start(
        url,
        folder,
        worker_in_process="true",
        smtp_host="127.0.0.1",
        smtp_port=str(mail.port),
        smtp_tls="none",
        mail_from="notes@example.org",
        undo_minutes="0",
    )


def made(person: Integrator, path: str, body: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    headers = {} if version is None else {"If-Match": f'"v{version}"'}
    answer = person.call("POST", path, json=body, headers=headers)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def approve_one(person: Integrator) -> str:
    client = made(person, "/v1/clients", {"name": "Ana Moreno"})
    episode = made(person, "/v1/episodes", {"client_ids": [client["id"]], "format": "individual"})
    address = {"channel": "email", "address": "ana@example.com", "state": "granted"}
    made(person, f"/v1/clients/{client['id']}/consents", address)
    draft = made(person, "/v1/check-ins", {"episode_id": episode["id"], "subject": "Hello", "body": WORDS})
    made(person, f"/v1/check-ins/{draft['id']}/approve", {}, draft["version"])
    found: str = draft["id"]
    return found


@pytest.fixture
def mail() -> Iterator[Troubled]:
    with troubled_server() as one:
        yield one


@pytest.fixture
def post(engine_url: str, tmp_path: Path, mail: Troubled, request: pytest.FixtureRequest) -> Iterator[Post]:
    """`request.param` is where the mail server stops answering."""
    mail.waits_at = request.param
    found_practice(engine_url)
    record, process = Record(engine_url), started(engine_url, tmp_path, mail)
    person = Integrator.signed_in(process.url)
    one = Post(engine_url, tmp_path, mail, record, process, person, approve_one(person))
    assert mail.arrived.wait(60), "the worker never came to that step"
    yield one
    one.process.stop()
    record.close()


def arrived_once(post: Post) -> None:
    (received,) = post.mail.received
    assert received.to == ["ana@example.com"]
    assert received.words.startswith(WORDS)


@pytest.mark.parametrize("post", [Step.GREETING, Step.RCPT, Step.DATA], indirect=True)
def test_killed_before_the_content_it_is_sent_by_the_next_process(post: Post) -> None:
    post.kill()
    post.go_on()
    wait_until(lambda: post.state == "sent")
    arrived_once(post)


@pytest.mark.parametrize("post", [Step.DATA], indirect=True)
def test_killed_during_data_it_is_sent_by_the_next_process(post: Post) -> None:
    with post.record.holding_the_outbox():
        post.mail.go_on.set()
        wait_until(lambda: post.mail.content_lines > len(WORDS.split("\n")))
        post.kill()
        wait_until(post.record.nobody_waits)
    assert post.mail.received == []
    post.go_on()
    wait_until(lambda: post.state == "sent")
    arrived_once(post)


@pytest.mark.parametrize("post", [Step.DOT], indirect=True)
def test_killed_after_the_final_dot_it_is_uncertain_and_settled_by_a_person(post: Post) -> None:
    post.kill()
    arrived_once(post)
    post.go_on()
    wait_until(lambda: post.state == "uncertain")
    found = post.person.call("POST", f"/v1/check-ins/{post.check_in_id}/undo")
    assert found.status_code == httpx.codes.CONFLICT
    settled = made(post.person, f"/v1/check-ins/{post.check_in_id}/settle", {"went": True})
    assert settled["state"] == "sent"
    arrived_once(post)


@pytest.mark.parametrize("post", [Step.DOT], indirect=True)
def test_killed_between_the_answer_and_the_record_it_is_uncertain_too(post: Post) -> None:
    with post.record.holding_the_outbox():
        post.mail.go_on.set()
        wait_until(lambda: post.mail.answered_dots > 0)
        post.kill()
    post.go_on()
    wait_until(lambda: post.state == "uncertain")
    settled = made(post.person, f"/v1/check-ins/{post.check_in_id}/settle", {"went": False})
    assert (settled["state"], settled["stopped_by"]) == ("failed", "not_accepted")
    arrived_once(post)
    checked = server.run(post.url, post.folder, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
