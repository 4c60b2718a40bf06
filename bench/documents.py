"""How many notes a second become PDFs: each another note, so that the library can remember none of them.

Beside a floor: the same library setting one empty page. What a request costs besides, reading and opening the note, is not in it.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from api.formats.documents import letter, note, pack, typesetting
from api.formats.documents.paper import Paper
from api.formats.documents.told import LetterTold
from bench import measuring
from tests.support import told
from tests.support.pdfs import Opened

_MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024


def run(count: int = 600) -> None:
    print(f"notes of {_pages(a_note(0))} pages, {len(typesetting.pdf(a_note(0))) // 1024} kB each")
    for threads in (1, 2):
        _many(count, threads)
    _one("a note of 30 pages", long_note)
    _one("the pack around a note, 200 attempts", a_long_pack)
    _one("a closing letter", a_letter)
    counter = iter(range(1_000_000, 2_000_000))
    pair = measuring.in_turn(
        lambda: typesetting.pdf(a_note(next(counter))), lambda: typesetting.pdf(a_page(next(counter))), rounds=100
    )
    measuring.say("a note, against a page with one line by the same library", pair, goal="-")
    print(f"memory at the most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE:.0f} MB")


def a_note(number: int) -> Paper:
    """No part of one is a part of another."""
    parts = ("work_reviewed", "safety", "client_words", "helped", "did_not_help", "early_signs", "return_path")
    content = told.content()
    said = content.model_copy(update={name: f"{getattr(content, name)} ({number})" for name in parts})
    dated = told.AT + timedelta(seconds=number)
    return note.paper(replace(told.note(said=said), client=f"Ana García {number}", dated=dated), told.setting())


def long_note(number: int) -> Paper:
    words = f"We looked at what helps, and at what does not ({number}). " * 180
    parts = dict.fromkeys(("progress", "helped", "strengths", "supports"), words)
    said = told.content().model_copy(update=parts)
    added = [
        replace(told.note().addenda[0], words=f"Something came to mind later ({number}). " * 240) for _ in range(9)
    ]
    return note.paper(replace(told.note(said=said), addenda=added), told.setting())


def a_long_pack(number: int) -> Paper:
    happened = [replace(one, at=one.at + timedelta(minutes=number)) for one in told.pack().happened] * 50
    return pack.paper(replace(told.pack(), happened=happened), told.setting())


def a_letter(number: int) -> Paper:
    return letter.paper(LetterTold(f"Dear Ana,\n\nthank you ({number}).", told.AT, final=True), told.setting())


def a_page(number: int) -> Paper:
    return replace(a_letter(number), blocks=[])


def _pages(paper: Paper) -> int:
    return len(Opened(typesetting.pdf(paper)).reader.pages)


def _many(count: int, threads: int) -> None:
    first = threads * 100_000
    start, computing = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        sizes = list(pool.map(lambda number: len(typesetting.pdf(a_note(first + number))), range(count)))
    taken, computed = time.perf_counter() - start, time.process_time() - computing
    assert len(sizes) == count
    print(
        f"{threads} at once: {count / taken:4.0f} notes a second   goal 100   "
        f"{computed / count * 1e3:.1f} ms of computing each",
        flush=True,
    )


def _one(what: str, make: Callable[[int], Paper]) -> None:
    papers, taken = [make(number) for number in range(7)], []
    for paper in papers:
        start = time.perf_counter()
        typesetting.pdf(paper)
        taken.append(time.perf_counter() - start)
    print(f"{what:<40} {statistics.median(taken) * 1e3:7.0f} ms   {_pages(papers[0])} pages", flush=True)
