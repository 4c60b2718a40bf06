"""One client's whole record as a file: JSON for programs and a page for people, in one ZIP.

Pure: values in, bytes out. The page opens in any browser without the network: it has no script and no foreign file.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

FORMAT = "leavetaking client export"
VERSION = 1
_AS_OF = (1980, 1, 1, 0, 0, 0)  # the file says when it was made; its entries need not say it too
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "article{border-top:1px solid #bbb;padding:.5rem 0}dt{color:#555}dd{margin:0 0 .3rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere}dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:0 1rem}"
)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table. `title` says to people what they are."""

    table: str
    title: str
    rows: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Document:
    """`people` are the names of the members whose identifiers stand in the rows."""

    practice: str
    client_id: str
    client_name: str
    made_at: datetime
    remarks: Sequence[str]
    people: Mapping[str, str]
    sections: Sequence[Section]


def zipped(document: Document) -> bytes:
    """`record.json` and `record.html`. The same document gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("record.html", page(document)), ("record.json", as_json(document))):
            archive.writestr(zipfile.ZipInfo(name, _AS_OF), text, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def as_json(document: Document) -> str:
    told = {
        "format": FORMAT,
        "version": VERSION,
        "practice": document.practice,
        "client_id": document.client_id,
        "made_at": document.made_at.isoformat(),
        "remarks": list(document.remarks),
        "people": dict(document.people),
        "tables": {section.table: [dict(row) for row in section.rows] for section in document.sections},
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def page(document: Document) -> str:
    return "".join(_page(document))


def _page(document: Document) -> Iterator[str]:
    name = escape(document.client_name)
    yield f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>A record</title><style>{_STYLE}</style></head>'
    yield f"<body><main>\n<h1>What is on record about <bdi>{name}</bdi></h1>\n"
    yield f"<p><bdi>{escape(document.practice)}</bdi>, {escape(document.made_at.strftime('%d %B %Y, %H:%M UTC'))}.</p>\n"
    yield "".join(f"<p>{escape(remark)}</p>\n" for remark in document.remarks)
    for section in document.sections:
        yield f"<section>\n<h2>{escape(section.title)}</h2>\n"
        for row in section.rows:
            yield "<article><dl>" + "".join(_facts(row, document.people)) + "</dl></article>\n"
        yield "</section>\n"
    yield "</main></body></html>\n"


def _facts(row: Mapping[str, object], people: Mapping[str, str]) -> Iterator[str]:
    """What nothing is said about is left out, and so is the row's own number: the JSON has it all."""
    for column, value in row.items():
        if value is not None and value not in ([], {}) and column not in ("id", "version"):
            yield f"<dt>{escape(column.replace('_', ' '))}</dt><dd><bdi>{escape(_said(value, people))}</bdi></dd>"


def _said(value: object, people: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return people.get(value, value)
    return json.dumps(value, ensure_ascii=False)
