"""Text messages on their way: by the channel of the address, told apart by each end, and settled by the provider's own word."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import col

from api.jobs.deliveries import Courier
from api.jobs.standings import Finder
from api.outbound.texts import NoTexts, TextFolder
from api.services import checkins
from api.store import consents as consent_store
from api.store.deliveries import LEASE
from schemas.tables import ConsentAnswer, Contact, Task
from schemas.vocabulary import Channel, CheckInState, ConsentState, ContactOutcome, StopReason, TaskKind
from tests.support import provider as stand_in
from tests.support.house import Case, House
from tests.support.messages import UNDO, Pigeons, address, approved, seen
from tests.support.provider import Trouble
from tests.support.texting import Line, line

SENT, UNCERTAIN = CheckInState.SENT, CheckInState.UNCERTAIN


@pytest.fixture
def there(both_houses: House) -> Iterator[Line]:
    with stand_in.provider() as one, line(both_houses, one) as found:
        yield found


class Scene:
    """A client with a number, and a message to it that is due."""

    def __init__(self, there: Line) -> None:
        self.line, self.house, self.provider = there, there.house, there.provider
        self.case = self.house.client("Ana", self.house.clinician)
        self.consent_id, self.number = there.number(self.case, self.house.clinician)
        self.house.wait(hours=1)
        self.check_in_id = there.approved(self.case, self.house.clinician, self.consent_id)
        self.house.wait(minutes=UNDO.total_seconds() / 60 + 1)
        self.courier, self.finder = Courier(self.house.runtime), Finder(self.house.runtime)

    @property
    def now(self) -> tuple[CheckInState, StopReason | None]:
        return seen(self.house, self.check_in_id)

    def contacts(self) -> list[tuple[Channel, ContactOutcome | None]]:
        with self.house.rows() as work:
            rows = work.session.scalars(sa.select(Contact).where(col(Contact.client_id) == self.case.client_id))
            return [(row.channel, row.outcome) for row in rows]

    def tasks(self) -> list[bool]:
        with self.house.rows() as work:
            rows = work.session.scalars(sa.select(Task).where(col(Task.kind) == TaskKind.SETTLE_DELIVERY)).all()
            return [row.done_at is not None for row in rows]


@pytest.fixture
def scene(there: Line) -> Scene:
    return Scene(there)


def test_a_message_to_a_number_goes_as_a_text_with_its_link_and_without_a_subject(scene: Scene) -> None:
    assert scene.courier.step()
    assert scene.now == (SENT, None)
    (request,) = scene.provider.requests
    assert request["To"] == scene.number
    assert request["Body"].startswith("Hello Ana.\nTo answer, if you like: https://notes.example/r/")
    assert "A note from" not in request["Body"]
    assert scene.line.delivery(scene.check_in_id).provider_id == scene.provider.messages[0]["sid"]
    assert scene.contacts() == [(Channel.SMS, ContactOutcome.SENT)]


@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        (400, 21211, CheckInState.BOUNCED, StopReason.NOT_ACCEPTED),
        (400, 21408, CheckInState.FAILED, StopReason.NOT_ACCEPTED),
        (401, 20003, CheckInState.APPROVED, None),
        (503, 20503, UNCERTAIN, None),
    ],
)
def test_each_answer_of_the_provider_ends_it_as_it_should(
    scene: Scene, status: int, code: int, state: CheckInState, reason: StopReason | None
) -> None:
    scene.provider.status, scene.provider.code = status, code
    scene.courier.step()
    assert scene.now == (state, reason)


def test_a_number_that_asked_the_provider_for_no_more_has_opted_out(scene: Scene) -> None:
    """And whoever shares it: what waits to go there does not."""
    other = scene.house.client("Bea", scene.house.clinician)
    shared_id, _ = scene.line.number(other, scene.house.clinician, scene.number)
    waiting = scene.line.approved(other, scene.house.clinician, shared_id)
    scene.provider.status, scene.provider.code = 400, 21610
    scene.courier.step()
    assert scene.now == (CheckInState.FAILED, StopReason.OPTED_OUT)
    assert seen(scene.house, waiting) == (CheckInState.CANCELLED, StopReason.OPTED_OUT)
    with scene.house.rows() as work:
        said = work.session.scalars(sa.select(ConsentAnswer).where(col(ConsentAnswer.state) == ConsentState.WITHDRAWN))
        assert [(one.client_id, one.recorded_by) for one in said] == [(scene.case.client_id, None)]
    assert len(scene.provider.requests) == 1, "nothing is confirmed twice"


@pytest.mark.parametrize("by_report", [False, True])
def test_whoever_has_the_number_is_held_before_an_opt_out_takes_back_what_they_said(
    scene: Scene, by_report: bool
) -> None:
    """As by every other change of a permission; and all of them before any message, so that nobody waits in a circle."""
    other = scene.house.client("Bea", scene.house.clinician)
    scene.line.number(other, scene.house.clinician, scene.number)
    if by_report:
        scene.courier.step()
    else:
        scene.provider.status, scene.provider.code = 400, 21610
    with told_in_order(scene.house) as told:
        if by_report:
            assert scene.line.reports(scene.check_in_id, "undelivered", "21610") == 204
        else:
            scene.courier.step()
    changed = next(at for at, (said, _) in enumerate(told) if said.startswith("UPDATE consents"))
    held = [at for at, (said, asked) in enumerate(told[:changed]) if is_lock_of(said, asked, scene.case, other)]
    message = [at for at, (said, _) in enumerate(told[:changed]) if said.startswith("SELECT deliveries.practice_id")]
    assert held
    assert held[-1] < message[-1]


@contextmanager
def told_in_order(house: House) -> Iterator[list[tuple[str, str]]]:
    """Every statement with what it asks for."""
    told: list[tuple[str, str]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:  # noqa: ANN401  # the driver's own
        asked = parameters.values() if isinstance(parameters, dict) else parameters
        as_text = (one.hex() if isinstance(one, bytes) else str(one).replace("-", "") for one in asked)
        told.append((" ".join(statement.split()), " ".join(as_text)))

    engine = house.runtime.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def is_lock_of(statement: str, parameters: str, *cases: Case) -> bool:
    return statement.startswith("SELECT clients.id FROM clients") and all(
        one.client_id.hex in parameters for one in cases
    )


def test_it_waits_as_long_as_the_provider_asks(scene: Scene) -> None:
    scene.provider.status, scene.provider.headers = 429, {"Retry-After": "1200"}
    scene.courier.step()
    scene.provider.status = 201
    scene.house.wait(minutes=19)
    assert not scene.courier.step()
    scene.house.wait(minutes=2)
    assert scene.courier.step()
    assert scene.now == (SENT, None)


def test_while_the_provider_is_not_to_be_reached_mail_goes_on(scene: Scene) -> None:
    mail = scene.house.runtime.carrier = Pigeons()
    scene.house.runtime.texts = NoTexts()
    second = scene.house.client("Bea", scene.house.clinician)
    mail_id = approved(scene.house, second, scene.house.clinician, address(scene.house, second, scene.house.clinician))
    assert scene.courier.step()
    assert scene.now == (CheckInState.APPROVED, None)
    scene.house.wait(minutes=6)
    while scene.courier.step():
        pass
    assert scene.now == (CheckInState.APPROVED, None)
    assert seen(scene.house, mail_id) == (SENT, None)
    assert len(mail.letters) == 1


def test_one_of_which_nobody_heard_is_found_in_the_list_and_not_sent_again(scene: Scene) -> None:
    scene.provider.trouble = Trouble.TAKES_AND_HANGS_UP
    scene.courier.step()
    assert (scene.now, scene.tasks()) == ((UNCERTAIN, None), [False])
    assert not scene.finder.step(), "not at once: the list may not have it yet"
    scene.provider.trouble = None
    scene.house.wait(minutes=3)
    assert scene.finder.step()
    assert (scene.now, scene.tasks()) == ((SENT, None), [True])
    assert scene.contacts() == [(Channel.SMS, ContactOutcome.SENT)]
    assert not scene.finder.step()
    assert not scene.courier.step()
    assert len(scene.provider.requests) == 1


def test_one_that_is_not_in_the_list_is_left_to_a_person_and_never_sent_again(scene: Scene) -> None:
    scene.provider.trouble = Trouble.HANGS_UP
    scene.courier.step()
    scene.provider.trouble = None
    looks = 0
    for _ in range(60):
        scene.house.wait(hours=1)
        looks += scene.finder.step()
        assert not scene.courier.step()
    assert (scene.now, scene.tasks(), looks) == ((UNCERTAIN, None), [False], 5)
    assert len(scene.provider.requests) == 1


def test_killed_after_the_first_byte_it_is_looked_for_too(scene: Scene) -> None:
    handover = scene.courier.take()
    assert handover is not None
    assert scene.courier.hand_over(handover) is not None  # type: ignore[arg-type]  # a hand-over, since it may go
    scene.house.wait(seconds=LEASE.total_seconds() + 1)
    assert scene.courier.step()
    assert scene.now == (UNCERTAIN, None)
    scene.house.wait(minutes=3)
    assert scene.finder.step()
    assert scene.now == (SENT, None)
    assert len(scene.provider.requests) == 1


def test_what_a_person_settled_first_is_not_settled_anew(scene: Scene) -> None:
    scene.provider.trouble = Trouble.TAKES_AND_HANGS_UP
    scene.courier.step()
    with scene.house.rows() as work:
        row, delivery = scene.line.rows(work.session, scene.check_in_id)
        row.state, delivery.settled_at = CheckInState.FAILED, work.now
        delivery.settled_by = scene.house.clinician.id
    scene.provider.trouble = None
    scene.house.wait(hours=1)
    assert not scene.finder.step()
    assert scene.line.reports(scene.check_in_id, "sent") == 204
    assert (scene.now[0], scene.contacts()) == (CheckInState.FAILED, [])
    assert scene.line.reports(scene.check_in_id, "delivered") == 204
    assert scene.now == (CheckInState.DELIVERED, None), "it has arrived all the same, and counts"
    assert scene.contacts() == [(Channel.SMS, ContactOutcome.SENT)]


def test_a_late_word_that_the_number_opted_out_binds_it_whatever_became_of_the_message(scene: Scene) -> None:
    scene.courier.step()
    assert scene.line.reports(scene.check_in_id, "delivered") == 204
    assert scene.line.reports(scene.check_in_id, "undelivered", "21610") == 204
    assert scene.now == (CheckInState.DELIVERED, None)
    with scene.house.rows() as work:
        consent = consent_store.get(work.session, scene.case.client_id, scene.consent_id)
        assert consent is not None
        assert consent.state is ConsentState.WITHDRAWN


def test_a_signed_report_moves_it_forwards_and_never_back(scene: Scene) -> None:
    scene.courier.step()
    assert scene.line.reports(scene.check_in_id, "sent") == 204
    assert scene.now == (SENT, None)
    for status in ("delivered", "sent", "undelivered", "queued", "delivered", "unheard-of"):
        assert scene.line.reports(scene.check_in_id, status) == 204
        assert scene.now == (CheckInState.DELIVERED, None)


def test_one_that_did_not_arrive_comes_back_and_is_no_attempt(scene: Scene) -> None:
    scene.courier.step()
    assert scene.line.reports(scene.check_in_id, "undelivered", "30006") == 204
    assert scene.now == (CheckInState.BOUNCED, StopReason.NOT_ACCEPTED)
    assert scene.line.delivery(scene.check_in_id).failure_code == "landline"
    assert scene.contacts() == [(Channel.SMS, ContactOutcome.NOT_DELIVERED)]
    assert scene.line.reports(scene.check_in_id, "delivered") == 204
    assert scene.now[0] is CheckInState.BOUNCED


def test_a_report_that_comes_before_the_worker_has_said_so_settles_it(scene: Scene) -> None:
    handover = scene.courier.take()
    outcome = scene.courier.hand_over(handover)  # type: ignore[arg-type]  # a hand-over, since it may go
    assert scene.line.reports(scene.check_in_id, "delivered") == 204
    assert scene.now == (CheckInState.DELIVERED, None)
    scene.courier.settle(handover, outcome)  # type: ignore[arg-type]  # as above
    assert scene.now == (CheckInState.DELIVERED, None)
    assert scene.contacts() == [(Channel.SMS, ContactOutcome.SENT)]


def test_a_report_settles_one_of_which_nobody_heard(scene: Scene) -> None:
    scene.provider.trouble = Trouble.TAKES_AND_HANGS_UP
    scene.courier.step()
    assert scene.line.reports(scene.check_in_id, "failed", "21610") == 204
    assert scene.now == (CheckInState.BOUNCED, StopReason.OPTED_OUT)
    assert scene.tasks() == [True]
    scene.house.wait(hours=2)
    assert not scene.finder.step()


def test_a_report_on_a_message_of_nobody_changes_nothing(scene: Scene) -> None:
    mail_id = approved(scene.house, scene.case, scene.house.clinician, scene.consent_id)
    for name in ("", "0" * 32 + "@example.org"):
        fields = {"MessageSid": stand_in.sid(1), "MessageStatus": "delivered"}
        assert scene.line.post(f"/hooks/sms/status?m={name.replace('@', '%40')}", fields)[0] == 204
    assert scene.line.reports(mail_id, "delivered") == 204
    assert seen(scene.house, mail_id) == (CheckInState.APPROVED, None)


def test_without_a_provider_the_message_becomes_a_file_that_the_page_shows(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    scene.house.runtime.texts = TextFolder(folder)
    scene.house.runtime.limits = replace(scene.house.runtime.limits, text_folder=folder)
    scene.courier.step()
    assert scene.now == (SENT, None)
    with scene.house.work(scene.house.clinician) as work:
        assert checkins.read_file(work, scene.check_in_id).startswith(f"To: {scene.number}\n\nHello Ana.")
