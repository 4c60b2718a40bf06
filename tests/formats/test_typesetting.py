"""How many papers are set at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Lock

import pytest

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
