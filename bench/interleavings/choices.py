"""Everything that may come next, among which a course draws: each act, for each client or each work, as the act has it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time

from api.domain.errors import DomainError
from api.services import approvals
from bench.interleavings import goodbyes, messages, of_clients, of_work
from bench.interleavings.day import Day
from schemas.vocabulary import CheckInKind, ConsentState, FlagKind, ReplyAnswer

Choice = tuple[str, Callable[[Day], None]]

_CLIENTS, _WORKS = range(2), range(4)


def _undo(day: Day) -> None:
    messages.take_back(day, approvals.undo)


def _cancel(day: Day) -> None:
    messages.take_back(day, approvals.cancel)


def _of_client(act: Callable[..., None], *rest: object, **named: object) -> list[Choice]:
    return _for_each(_CLIENTS, act, *rest, **named)


def _of_work(act: Callable[..., None], *rest: object, **named: object) -> list[Choice]:
    return _for_each(_WORKS, act, *rest, **named)


def _for_each(numbers: range, act: Callable[..., None], *rest: object, **named: object) -> list[Choice]:
    name = "-".join([act.__name__, *(str(one) for one in rest)])
    return [(f"{name}:{number}", _at(act, number, *rest, **named)) for number in numbers]


def _at(act: Callable[..., None], number: int, *rest: object, **named: object) -> Callable[[Day], None]:
    return lambda day: act(day, number, *rest, **named)


WITHDRAWN, GRANTED = ConsentState.WITHDRAWN, ConsentState.GRANTED
FACTS: list[Choice] = [
    *_of_work(of_work.book),
    *_of_work(of_work.hear),
    *_of_work(of_work.call_in_vain),
    *_of_work(messages.answer, ReplyAnswer.CALL_ME),
    *_of_work(messages.answer, ReplyAnswer.DO_NOT_CONTACT),
    *_of_client(of_clients.say, WITHDRAWN),
    *_of_client(of_clients.say, GRANTED, hours=None, sender=None, valid_until=None),
    *_of_client(of_clients.say, GRANTED, sender="A friend"),
    *_of_client(of_clients.say, GRANTED, hours=(time(8), time(12))),
    *_of_client(of_clients.say, GRANTED, hours=(time(20), time(6))),
    *_of_client(of_clients.run_out),
    *_of_client(of_clients.first_word),
    *_of_client(of_clients.change_address),
    *_of_client(of_clients.die),
    *_of_client(of_clients.live),
    *_of_client(of_clients.erase),
    *_of_client(of_clients.flag, FlagKind.PRACTICE_HOLD),
    *_of_client(of_clients.flag, FlagKind.RISK_OF_HARM),
    *_of_client(of_clients.flag, FlagKind.CONFIDENTIAL_PROGRAMME),
    *_of_client(of_clients.flag, FlagKind.UNSAFE_TO_CONTACT),
    *_of_client(of_clients.flag, FlagKind.UNSAFE_TO_CONTACT, here=True),
    *_of_client(of_clients.clear),
    *_of_client(of_clients.clear),
    *_of_work(of_work.pause),
    *_of_work(of_work.hand_over),
    *_of_work(of_work.end),
    *_of_work(of_work.come_back),
    *_of_work(of_work.tell_late),
    *_of_work(of_work.tell_late),
    *_of_work(of_work.bar),
    *_of_client(of_clients.merge),
    *_of_client(of_clients.merge),
    *_of_client(of_clients.merge),
    ("write-unclearly", of_clients.write_unclearly),
    ("put-aside", of_clients.put_aside),
    ("put-aside", of_clients.put_aside),
    ("undo", _undo),
    ("cancel", _cancel),
    ("settle", messages.settle),
    ("settle", messages.settle),
]
WRITING: list[Choice] = [
    *_of_work(messages.write, CheckInKind.CHECK_IN),
    *_of_work(messages.write, CheckInKind.ANSWER),
    *_of_work(messages.write, CheckInKind.FOLLOW_UP),
]
TRAINEES = _WORKS[-1]
GOODBYES: list[Choice] = [
    *_of_work(goodbyes.write_letter),
    *_of_work(goodbyes.look_over),
    *_of_work(goodbyes.sign),
    *_of_work(goodbyes.sign),
    *_of_work(goodbyes.sign_alone),
    *_of_work(goodbyes.let_go_alone),
    *_of_work(goodbyes.let_go_alone),
    *_of_work(goodbyes.give_on_paper),
    *[(f"cosign:{TRAINEES}", _at(goodbyes.cosign, TRAINEES))] * 12,
    (f"cosign_alone:{TRAINEES}", _at(goodbyes.cosign_alone, TRAINEES)),
    *[(f"send_back:{TRAINEES}", _at(goodbyes.send_back, TRAINEES))] * 2,
]


def do(day: Day, act: Callable[[Day], None], name: str) -> None:
    """Each at an instant of its own, so that of two facts one came first."""
    day.pass_time(seconds=1)
    with suppress(DomainError):
        act(day)
        day.done.append(name)
