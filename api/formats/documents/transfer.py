"""What is handed over, on paper: for a clinician elsewhere, so in English, as its text is. Nothing that the client asked to keep back."""

from collections.abc import Iterator

from api.domain import transfers as rules
from api.formats import transfer_sheet
from api.formats.documents import note as note_documents
from api.formats.documents.paper import Block, Facts, Heading, Notice, Paper, Points, Size, Words
from schemas.vocabulary import Locale, TransferState
from schemas.wire.transfers import TransferOut

_TITLE = "What is handed over"


def paper(one: TransferOut, practice: str, size: Size) -> Paper:
    """Of what was handed over the same bytes each time, until a name on it changes. A draft says on each page that it is one."""
    is_draft = one.state is TransferState.DRAFT
    return Paper(
        title=_TITLE,
        locale=Locale.EN,
        by=practice,
        dated=one.handed_over_at or one.updated_at,
        mark="Draft, not handed over" if is_draft else None,
        running=practice,
        page_of="Page {page} of {pages}",
        size=size,
        blocks=list(_blocks(one, is_draft=is_draft)),
        about_letters=note_documents.ABOUT_LETTERS,
    )


def _blocks(one: TransferOut, *, is_draft: bool) -> Iterator[Block]:
    if is_draft:
        yield Notice("This is a draft. It was not handed over, and may still change.")
    yield Facts(transfer_sheet.facts(one))
    for section in one.handed.sections:
        yield Heading(rules.PART[section.part])
        if section.lines:
            yield Points(section.lines)
        if section.words:
            yield Words(section.words)
    if one.handed.words:
        yield Heading("In words")
        yield Words(one.handed.words)
