"""Everything that may come next, among which a course draws: each act, for each client or each work, as the act has it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time

from api.domain.errors import DomainError
from api.services import approvals
from bench.interleavings import acts, goodbyes
from bench.interleavings.acts import Day
from schemas.vocabulary import CheckInKind, ConsentState, FlagKind, ReplyAnswer

Choice = tuple[str, Callable[[Day], None]]

_OF_A_CLIENT = frozenset(
    {
        acts.say,
        acts.run_out,
        acts.first_word,
        acts.die,
        acts.live,
        acts.flag,
        acts.clear,
        acts.change_address,
        acts.erase,
    }
)
_CLIENTS, _WORKS = range(2), range(4)


def _undo(day: Day) -> None:
    acts.take_back(day, approvals.undo)


def _cancel(day: Day) -> None:
    acts.take_back(day, approvals.cancel)


def _of(act: Callable[..., None], *rest: object, **named: object) -> list[Choice]:
    name = "-".join([act.__name__, *(str(one) for one in rest)])
    numbers = _CLIENTS if act in _OF_A_CLIENT else _WORKS
    return [(f"{name}:{number}", _at(act, number, *rest, **named)) for number in numbers]


def _at(act: Callable[..., None], number: int, *rest: object, **named: object) -> Callable[[Day], None]:
    return lambda day: act(day, number, *rest, **named)


WITHDRAWN, GRANTED = ConsentState.WITHDRAWN, ConsentState.GRANTED
FACTS: list[Choice] = [
    *_of(acts.book),
    *_of(acts.hear),
    *_of(acts.call_in_vain),
    *_of(acts.answer, ReplyAnswer.CALL_ME),
    *_of(acts.answer, ReplyAnswer.DO_NOT_CONTACT),
    *_of(acts.say, WITHDRAWN),
    *_of(acts.say, GRANTED, hours=None, sender=None, valid_until=None),
    *_of(acts.say, GRANTED, sender="A friend"),
    *_of(acts.say, GRANTED, hours=(time(8), time(12))),
    *_of(acts.say, GRANTED, hours=(time(20), time(6))),
    *_of(acts.run_out),
    *_of(acts.first_word),
    *_of(acts.change_address),
    *_of(acts.die),
    *_of(acts.live),
    *_of(acts.erase),
    *_of(acts.flag, FlagKind.PRACTICE_HOLD),
    *_of(acts.flag, FlagKind.RISK_OF_HARM),
    *_of(acts.flag, FlagKind.CONFIDENTIAL_PROGRAMME),
    *_of(acts.flag, FlagKind.UNSAFE_TO_CONTACT),
    *_of(acts.flag, FlagKind.UNSAFE_TO_CONTACT, here=True),
    *_of(acts.clear),
    *_of(acts.clear),
    *_of(acts.pause),
    *_of(acts.hand_over),
    *_of(acts.end),
    *_of(acts.come_back),
    ("write-unclearly", acts.write_unclearly),
    ("put-aside", acts.put_aside),
    ("put-aside", acts.put_aside),
    ("undo", _undo),
    ("cancel", _cancel),
    ("settle", acts.settle),
    ("settle", acts.settle),
]
WRITING: list[Choice] = [
    *_of(acts.write, CheckInKind.CHECK_IN),
    *_of(acts.write, CheckInKind.ANSWER),
    *_of(acts.write, CheckInKind.FOLLOW_UP),
]
TRAINEES = _WORKS[-1]
GOODBYES: list[Choice] = [
    *_of(goodbyes.write_letter),
    *_of(goodbyes.look_over),
    *_of(goodbyes.sign),
    *_of(goodbyes.sign),
    *_of(goodbyes.sign_alone),
    *_of(goodbyes.let_go_alone),
    *_of(goodbyes.let_go_alone),
    *_of(goodbyes.give_on_paper),
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
