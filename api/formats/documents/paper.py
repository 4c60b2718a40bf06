"""What a document is made of before it is set: a title, and blocks in the order in which they are read.

Knows nothing of clients or notes. Words are looked over here (`lettering`), each block says where its text begins to run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.formats.documents.lettering import Lettering
from schemas.vocabulary import Locale


class Size(StrEnum):
    """What people have in their printers."""

    A4 = "a4"
    LETTER = "us-letter"


# Where the other size is the usual one.
_LETTER_IN = frozenset({"CA", "CL", "CO", "CR", "DO", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})


def size_in(country: str | None) -> Size:
    return Size.LETTER if country in _LETTER_IN else Size.A4


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is a part of the document, 2 a part of that. The title is neither."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """A label and a value each, side by side."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote. Blank lines make paragraphs, line breaks stay."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a message or of the client, set off from what the record says about them."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be missed: that this is a draft."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Small print."""

    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    text: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    label: str
    digits: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """From whom a letter is, and of which day."""

    name: str
    on: str


Block = Letterhead | Heading | Facts | Words | Quote | Points | Notice | Remark | Signature | Fingerprint


@dataclass(frozen=True, slots=True)
class Paper:
    """`mark` stands on each page of what is not final. `running` is the foot of each page, beside its number.

    `dated` becomes the date of the file: never the clock's, so that the same record is the same bytes. A letter shows no title, and
    no number on a single page.
    """

    title: str
    locale: Locale
    by: str
    dated: datetime
    running: str
    page_of: str
    blocks: Sequence[Block]
    lead: str = ""
    mark: str | None = None
    size: Size = Size.A4
    is_letter: bool = False
    about_letters: str = field(default="", kw_only=True)


def as_data(paper: Paper, lettered: Lettering) -> dict[str, object]:
    """What the template reads: texts, lists and flags. `about_letters` is said at the end where a character had to be named."""
    body = [_block(lettered, one) for one in paper.blocks]
    told: dict[str, object] = {
        "title": lettered.line(paper.title),
        "is_letter": paper.is_letter,
        "language": paper.locale.value,
        "by": lettered.line(paper.by),
        "lead": lettered.line(paper.lead),
        "mark": lettered.line(paper.mark or ""),
        "running": lettered.line(paper.running),
        "page_of": paper.page_of,
        "size": paper.size.value,
    }
    if lettered.named and paper.about_letters:
        body.append({"kind": "remark", "text": lettered.paragraphs(paper.about_letters)})
    return {**told, "blocks": body}


def _block(lettered: Lettering, block: Block) -> dict[str, object]:
    return {"kind": type(block).__name__.lower(), **_told(lettered, block)}


def _told(lettered: Lettering, block: Block) -> dict[str, object]:
    told: dict[str, object]
    match block:
        case Heading(text, level):
            told = {"text": lettered.line(text), "level": level}
        case Facts(rows):
            told = {
                "rows": [{"label": lettered.label(label), "value": lettered.paragraphs(value)} for label, value in rows]
            }
        case Points(items):
            told = {"items": [lettered.paragraphs(item) for item in items]}
        case Signature(text, name, at):
            told = {"text": text, "name": lettered.line(name), "at": at}
        case Letterhead(name, on):
            told = {"name": lettered.line(name), "on": on}
        case Fingerprint(label, digits):
            told = {"label": label, "digits": digits}
        case Words(text) | Quote(text) | Notice(text) | Remark(text):
            told = {"text": lettered.paragraphs(text)}
    return told
