"""Sets a paper as a PDF by Typst: tagged for screen readers (PDF/UA-1), fonts inside, the same bytes for the same paper.

The template is ours and never changes; what people wrote reaches it as one JSON text. Only the fonts that the library
brings along are used, and one more from a package of ours for Devanagari, so that every machine sets the same page.
"""

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from api.domain.errors import DocumentsBusy
from api.formats.documents import paper as papers
from api.formats.documents.lettering import Lettering
from api.formats.documents.paper import Paper

if TYPE_CHECKING:
    from typst import Fonts


# A note filled to its limits, line by line, takes most of a gigabyte while it is set (measured), an ordinary one a few megabytes:
# whoever asks for many at once waits for them, and does not take the memory of everybody. Not for long: whoever waits holds one of the
# few threads in which the page behind a client's link is answered too.
_AT_ONCE = BoundedSemaphore(2)
_PATIENCE_SECONDS = 4


class NotSet(RuntimeError):
    """The library could not set a paper. What it says about it may quote the client, and so is not passed on."""


def pdf(paper: Paper, *, patience_seconds: float = _PATIENCE_SECONDS) -> bytes:
    """Should a sequence of letters be more than the library can do, the rare ones are named, rather than nothing be printed.

    Raises NotSet, and DocumentsBusy where no place was free in time.
    """
    if not _AT_ONCE.acquire(timeout=patience_seconds):
        raise DocumentsBusy
    try:
        return _pdf(paper, Lettering())
    except NotSet:
        return _pdf(paper, Lettering(plain=True))
    finally:
        _AT_ONCE.release()


def pictures(paper: Paper, *, dots_per_inch: float = 110) -> list[bytes]:
    """Each page as a PNG, for our own documentation."""
    fonts, template = _fonts(), _template()
    from typst import Compiler  # noqa: PLC0415  # as below

    compiler = Compiler(root=template.parent, font_paths=fonts, ignore_system_fonts=True)
    made = compiler.compile(input=template, format="png", ppi=dots_per_inch, sys_inputs=_given(paper, Lettering()))
    return list(made) if isinstance(made, list) else [made or b""]


def _pdf(paper: Paper, lettered: Lettering) -> bytes:
    """One compiler for each: two threads cannot share one, and making one takes half a millisecond."""
    from typst import Compiler  # noqa: PLC0415  # 30 MB that only whoever prints a document needs

    fonts, template = _fonts(), _template()
    compiler = Compiler(root=template.parent, font_paths=fonts, ignore_system_fonts=True)
    try:
        made = compiler.compile(
            input=template,
            format="pdf",
            sys_inputs=_given(paper, lettered),
            pdf_standards=["ua-1"],
            timestamp=int(paper.dated.timestamp()),
        )
    except BaseException as error:  # a fault inside the library comes as a PanicException, which is no Exception
        if not isinstance(error, RuntimeError) and type(error).__name__ != "PanicException":
            raise
        raise NotSet from None
    if not isinstance(made, bytes):
        raise NotSet
    return made


def _given(paper: Paper, lettered: Lettering) -> dict[str, str]:
    return {"document": json.dumps(papers.as_data(paper, lettered))}


@lru_cache(maxsize=1)
def _fonts() -> "Fonts":
    from typst import Fonts  # noqa: PLC0415  # as above

    devanagari = files("fontpkg_noto_sans_devanagari").joinpath("files")
    return Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(devanagari)])


def _template() -> Path:
    return Path(str(files(__package__).joinpath("paper.typ")))
