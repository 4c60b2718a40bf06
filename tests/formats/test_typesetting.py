"""How many papers are set at the same time, and how long whoever comes then waits."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event, Lock, Semaphore

import pytest

from api.domain.errors import DocumentsBusy
from api.formats.documents import letter, typesetting
from api.formats.documents.told import LetterTold
from tests.support import told


class Slow:
    """In the place of the library: waits for a third, which never comes, and notes how many were there."""

    third, lock, inside, most = Barrier(3), Lock(), 0, 0

    def __init__(self, **_given: object) -> None:
        pass

    def compile(self, **_given: object) -> bytes:
        with Slow.lock:
            Slow.inside += 1
            Slow.most = max(Slow.most, Slow.inside)
        with suppress(BrokenBarrierError):
            Slow.third.wait(0.05)
        with Slow.lock:
            Slow.inside -= 1
        return b"%PDF"


def test_two_papers_are_set_at_once_and_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typst.Compiler", Slow)
    paper = letter.paper(LetterTold("Dear Ana", told.AT, final=True), told.setting())
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: typesetting.pdf(paper), range(6)))
    assert made == [b"%PDF"] * 6
    assert Slow.most <= 2


class Held:
    """In the place of the library: tells that it was begun, and ends when it is told to."""

    begun, go_on = Semaphore(0), Event()

    def __init__(self, **_given: object) -> None:
        pass

    def compile(self, **_given: object) -> bytes:
        Held.begun.release()
        assert Held.go_on.wait(20)
        return b"%PDF"


def test_whoever_finds_no_place_is_told_so_and_the_place_is_free_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typst.Compiler", Held)
    paper = letter.paper(LetterTold("Dear Ana", told.AT, final=True), told.setting())
    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(typesetting.pdf, paper) for _ in range(2)]
        try:
            assert all(Held.begun.acquire(timeout=20) for _ in under_way)
            with pytest.raises(DocumentsBusy):
                typesetting.pdf(paper, patience_seconds=0.01)
        finally:
            Held.go_on.set()
    assert [one.result() for one in under_way] == [b"%PDF"] * 2
    assert typesetting.pdf(paper, patience_seconds=0.01) == b"%PDF"
