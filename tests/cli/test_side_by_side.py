"""Pieces of work come back whole and in order, whoever did them; where one cannot be done, that is said."""

import os
from collections.abc import Callable

import pytest

from api.commands import side_by_side
from api.commands.refusals import Refused
from api.commands.side_by_side import Pieces

Advance = Callable[[int], None]


def squared(task: int, number: int, advance: Advance) -> tuple[int, bool]:
    """With whether another process did it."""
    advance(1)
    return (task + number) ** 2, os.getpid() != _parent()


def ended(_task: int, _number: int, _advance: Advance) -> int:
    os._exit(9)


def full(_task: int, _number: int, _advance: Advance) -> int:
    raise OSError(28, "No space left on device")


def _parent() -> int:
    return int(os.environ.get("LEAVETAKING_TEST_PARENT", "0"))


@pytest.fixture(autouse=True)
def _told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAVETAKING_TEST_PARENT", str(os.getpid()))


@pytest.mark.parametrize(("processes", "elsewhere"), [(1, False), (2, True), (9, True)])
def test_what_comes_back_is_in_the_order_of_the_pieces(processes: int, elsewhere: bool) -> None:
    steps: list[int] = []
    found = side_by_side.done(squared, Pieces(3, 5), processes=processes, advance=steps.append)
    assert found == [((3 + number) ** 2, elsewhere) for number in range(5)]
    assert sum(steps) == 5


def test_one_piece_needs_no_other_process() -> None:
    assert side_by_side.done(squared, Pieces(3, 1), processes=4, advance=print) == [(9, False)]


def test_a_process_that_dies_is_a_refusal_and_no_endless_wait() -> None:
    with pytest.raises(Refused, match="--processes 1"):
        side_by_side.done(ended, Pieces(0, 2), processes=2, advance=print)


def test_a_full_disk_is_said_in_words() -> None:
    with pytest.raises(Refused, match="No space left on device"):
        side_by_side.done(full, Pieces(0, 2), processes=2, advance=print)


def test_a_machine_that_lets_no_process_start_does_it_all_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.util.spawnv_passfds", refuse)
    found = side_by_side.done(squared, Pieces(3, 3), processes=2, advance=print)
    assert found == [(9, False), (16, False), (25, False)]


def test_there_is_at_least_one_core_and_never_a_crowd() -> None:
    assert 1 <= side_by_side.cores() <= side_by_side.MOST_PROCESSES
