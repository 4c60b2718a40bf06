"""Notes, packs and letters as PDFs: accessible, whole, the same bytes each time, and unmoved by whatever was typed."""

import hashlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from types import NoneType
from typing import Annotated, get_args, get_origin

import pytest

from api.domain.note_wording import PARTS
from api.formats.documents import letter, pack, phrases, typesetting
from api.formats.documents import note as notes
from api.formats.documents.paper import Paper, Size, Words, size_in
from api.formats.documents.told import Happened, LetterTold
from schemas.vocabulary import Channel, CheckInState, Locale, NoteState, ReplyAnswer
from schemas.wire.terminations import NoteContent
from tests.support import told
from tests.support.pdfs import Opened

LETTER = LetterTold("Dear Ana,\n\nthank you for the work we did.\n\nDaniel", told.AT, final=True)
HOSTILE = (
    '#panic() #read("paper.typ") $x^2$ @ref `raw` [content] *bold* _it_ = no heading // no comment /* nor this */ \\ ~ -- <label>'
    " <script>alert(1)</script> <b>bold</b> &amp; {{ braces }} {practice} %s ' \" https://example.org/?a=b#c"
)


def opened(paper: Paper) -> Opened:
    return Opened(typesetting.pdf(paper))


PAPERS = {
    "note": lambda locale: notes.paper(told.note(), told.setting(locale)),
    "draft": lambda locale: notes.paper(told.note(NoteState.DRAFT), told.setting(locale)),
    "pack": lambda locale: pack.paper(told.pack(), told.setting(locale)),
    "letter": lambda locale: letter.paper(LETTER, told.setting(locale)),
}


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("kind", PAPERS)
def test_a_screen_reader_is_told_what_it_needs(kind: str, locale: Locale) -> None:
    """PDF/UA-1 as the library makes it: tags, a title that is shown, the language; and the fonts are inside."""
    paper = PAPERS[kind](locale)
    pdf = opened(paper)
    assert pdf.is_tagged
    assert pdf.title == paper.title
    assert pdf.language == locale.value
    assert pdf.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.promises
    assert pdf.fonts()
    assert all(pdf.fonts().values()), pdf.fonts()


def test_headings_lists_and_quotations_are_told_as_what_they_are() -> None:
    tags = opened(PAPERS["pack"](Locale.EN)).tags()
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI", "/BlockQuote"} <= set(tags)
    assert tags.count("/H2") >= 4 + len(told.pack().happened)


def test_a_note_says_all_that_it_says() -> None:
    text = opened(PAPERS["note"](Locale.EN)).text
    content, record = told.content(), told.record()
    for name in PARTS:
        value = getattr(content, name)
        if isinstance(value, str) and name not in {
            "form",
            "how_it_ended",
            "closing_session",
            "goals_basis",
            "risk_review",
        }:
            assert " ".join(value.split()) in text, name
    for words in (
        "About Ana García, by Daniel Okafor. Riverside Practice.",
        "Ended without a conversation",
        "Offered, not answered yet",
        "Those last agreed, 8 January 2026.",
        "Sing at the spring concert",
        "Twenty minutes with the lamp in the hall only.",
        "Looked at from the record; the client was not reached.",
        f"Sessions held {record.session_count}",
        "first 15 (2 September 2025)",
        "last 5.5",
        "23 February 2026, 10:30: telephone, left a voicemail",
        "Cosigned",
        "Helena Brandt",
        "4 May 2026, 11:30, by Daniel Okafor",
        "She wrote from Lisbon.",
        "4be1f07c92",
        "Page 1 of ",
    ):
        assert words in text, words
    assert "raft" not in text
    assert "None" not in text


def test_a_document_knows_every_kind_of_part_a_note_may_have() -> None:
    """Whoever adds a part that is neither words, a day nor a code says in documents/note.py how it is told."""
    told_apart = {"growth_goals", "scores"}
    for name, field in NoteContent.model_fields.items():
        kinds = {get_args(kind)[0] if get_origin(kind) is Annotated else kind for kind in get_args(field.annotation)}
        assert kinds in ({str, NoneType}, {date, NoneType}) or name in phrases.CODES or name in told_apart, name


def test_what_was_not_written_has_no_heading() -> None:
    bare = NoteContent.model_validate({"form": "with_conversation", "work_reviewed": "Two meetings."})
    text = opened(notes.paper(told.note(NoteState.DRAFT, said=bare), told.setting())).text
    for absent in ("Referrals", "Risk review", "Scores", "Goals for continued growth", "Signatures", "Fingerprint"):
        assert absent not in text


@pytest.mark.parametrize(
    ("state", "mark"),
    [(NoteState.DRAFT, "Draft, not signed"), (NoteState.AWAITING_COSIGN, "Not final: waiting for a cosignature")],
)
def test_what_is_not_final_says_so_on_each_page(state: NoteState, mark: str) -> None:
    long_one = told.content().model_copy(update={"progress": "Slowly, and then all at once. " * 400})
    note = told.note(state, said=long_one)
    for paper in (notes.paper(note, told.setting()), pack.paper(replace(told.pack(), note=note), told.setting())):
        pages = opened(paper).pages
        assert len(pages) >= 3
        assert all(mark in " ".join(page.split()) for page in pages)
    assert all(mark not in page for page in opened(PAPERS["note"](Locale.EN)).pages)


def test_a_letter_that_nobody_approved_says_so_on_each_page() -> None:
    long_one = replace(LETTER, body="And thank you again.\n\n" * 200, final=False)
    assert all("Draft, not approved" in page for page in opened(letter.paper(long_one, told.setting())).pages)
    assert "Draft" not in opened(letter.paper(LETTER, told.setting())).text


def test_a_letter_has_its_words_its_day_and_the_practice_and_no_word_of_ours_about_the_client() -> None:
    pdf = opened(letter.paper(LETTER, told.setting(Locale.ES)))
    assert pdf.text == ("Riverside Practice 4 de marzo de 2026 Dear Ana, thank you for the work we did. Daniel")
    assert pdf.title == "Una carta de Riverside Practice"


def test_the_pack_has_every_attempt_decision_reply_and_signature() -> None:
    text = opened(PAPERS["pack"](Locale.EN)).text
    for words in (
        "Messages 2",
        "Replies 1",
        "Calls, letters and other contacts 1",
        "Work reviewed",
        "2 February 2026, 10:30: Check-in, e-mail",
        "A note from Daniel",
        "No answer is fine too.",
        "2 February 2026, 10:26, at the approval: yes. Nothing on record spoke against it.",
        "in the moment of sending: no. The last message was not long ago: leave some time between two. Paused by the practice.",
        "It was not sent: something on record spoke against it.",
        "Held back: it did not go",
        "Wording kept as it is because She and I always wrote to each other like this.",
        "5 February 2026, 10:30: Reply from the client",
        "Would like to take a break.",
        "Time or the way there",
        "It is a lot at the moment",
        "Somebody wrote back, Daniel Okafor",
        "23 February 2026, 10:30: The practice was in touch, telephone, left a voicemail",
        "Said my name and number, nothing else.",
        "Added to the note",
        "The mail server took it.",
    ):
        assert words in text, words
    for earlier, later in (("2 February", "5 February"), ("5 February", "16 February"), ("16 February", "23 February")):
        assert text.rindex(f"{earlier} 2026, 10:30:") < text.rindex(f"{later} 2026, 10:30:")


def test_a_pack_of_nothing_says_that_nothing_is_on_record() -> None:
    draft = replace(told.pack(NoteState.DRAFT), happened=[])
    draft = replace(draft, note=replace(draft.note, signatures=[]))
    text = opened(pack.paper(draft, told.setting())).text
    assert "Nothing is on record." in text
    assert "Nobody has signed yet." in text


def test_a_pack_tells_of_what_did_not_fit_and_of_what_is_odd() -> None:
    """A reply by a guardian, one in whose place another stands, a message whose client was erased, a walk to the desk."""
    odd = replace(
        told.reply(), spoken_by=None, replaced=True, opted_out=True, answer=ReplyAnswer.DO_NOT_CONTACT, words=None
    )
    waits = replace(told.reply(), handled=None, handled_at=None, chosen_time=told.AT + timedelta(days=3))
    by_hand = replace(told.sent(), by_hand=True, channel=Channel.LETTER, decisions=[], steps=[], approved_by=None)
    came_back = replace(told.sent(), state=CheckInState.BOUNCED, body="")
    full = replace(told.pack(), happened=[odd, waits, by_hand, came_back], left_out=3)
    text = opened(pack.paper(full, told.setting())).text
    for words in (
        "3 older ones are not part of this file.",
        "Another reply took its place before anybody had read it.",
        "Not to be written to at this address any more.",
        "Nothing yet: it waits for an answer.",
        "Chosen time 7 March 2026, 10:30",
        "Somebody sent it themselves.",
        "It was not asked yet.",
        "Came back: no such address",
    ):
        assert words in text, words


def test_the_same_record_is_the_same_file_in_another_process_too() -> None:
    """No clock, no chance, nothing of the machine."""
    code = (
        "import hashlib, sys\nfrom tests.support import told\nfrom api.formats.documents import note, typesetting\n"
        "assert 'typst' not in sys.modules, 'it is loaded by whoever prints, and by nobody else'\n"
        "print(hashlib.sha256(typesetting.pdf(note.paper(told.note(), told.setting()))).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert hashlib.sha256(typesetting.pdf(PAPERS["note"](Locale.EN))).hexdigest() == there


def test_many_are_set_at_once_and_none_has_words_of_another() -> None:
    """A server sets them in several threads."""

    def text_of(number: int) -> str:
        said = told.content().model_copy(update={"progress": f"Number {number}."})
        return opened(notes.paper(told.note(said=said), told.setting())).text

    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(text_of, range(12)))
    assert [re.findall(r"Number (\d+)\.", text) for text in texts] == [[str(number)] for number in range(12)]


def test_whatever_was_typed_is_shown_and_does_nothing() -> None:
    said = told.content().model_copy(update={"progress": HOSTILE, "client_words": HOSTILE})
    note = replace(told.note(said=said), client=HOSTILE[:200], author="#author()", addenda=[])
    pdf = opened(notes.paper(note, told.setting()))
    assert pdf.text.count(HOSTILE) == 2
    assert "#author()" in pdf.text
    paper = replace(
        letter.paper(replace(LETTER, body=HOSTILE), told.setting()), by=HOSTILE[:150], running=HOSTILE[:150]
    )
    assert HOSTILE in opened(paper).text


@pytest.mark.parametrize(
    ("paste", "fewest_pages"),
    [("lorem ipsum " * 8400, 20), ("x" * 100_000, 20), ("\n" * 100_000, 1), ("שלום " * 20_000, 20)],
)
def test_a_paste_of_a_hundred_thousand_characters_is_set_whole(paste: str, fewest_pages: int) -> None:
    paper = letter.paper(replace(LETTER, body=f"Begin {paste} the very end"), told.setting())
    pages = opened(paper).reader.pages
    assert len(pages) >= fewest_pages
    assert "Begin" in pages[0].extract_text()
    assert "the very end" in " ".join(pages[-1].extract_text().split())
    middle = len(pages) // 2
    assert len(pages[middle].extract_text()) > 1000 or fewest_pages == 1


def test_a_note_of_thirty_pages_works() -> None:
    words = "We looked at what helps, and at what does not. " * 210
    parts = dict.fromkeys(("progress", "helped", "strengths", "supports"), words)
    added = [replace(told.note().addenda[0], words="Something came to mind later. " * 330) for _ in range(10)]
    pdf = opened(
        notes.paper(replace(told.note(said=told.content().model_copy(update=parts)), addenda=added), told.setting())
    )
    count = len(pdf.reader.pages)
    assert 30 <= count <= 60
    assert f"Page 30 of {count}" in " ".join(pdf.reader.pages[29].extract_text().split())


def test_the_paper_is_what_the_country_has_in_its_printers() -> None:
    assert (size_in("US"), size_in("ES"), size_in(None)) == (Size.LETTER, Size.A4, Size.A4)
    page = opened(notes.paper(told.note(), told.setting(size=Size.LETTER))).reader.pages[0]
    assert [float(one) for one in page.mediabox[2:]] == [612, 792]


def test_what_the_library_cannot_set_is_set_in_plain_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the list of letters were wrong: the picture is named after all, and the words stay."""
    monkeypatch.setattr("api.formats.documents.lettering.has_letter", lambda _character: True)
    text = opened(replace(letter.paper(LETTER, told.setting()), blocks=[Words("Ana \U0001f600")])).text
    assert "Ana [grinning face]" in text


def test_what_the_library_says_of_a_fault_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It quotes the text that it could not set."""
    monkeypatch.setattr("api.formats.documents.lettering._LAST_PLAIN", sys.maxunicode)
    monkeypatch.setattr("api.formats.documents.lettering.has_letter", lambda _character: True)
    paper = replace(letter.paper(LETTER, told.setting()), blocks=[Words("Ana \U0001f600")])
    with pytest.raises(typesetting.NotSet) as caught:
        typesetting.pdf(paper)
    assert "Ana" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_pack_holds_the_newest_that_fit_and_says_how_many_do_not() -> None:
    long = replace(told.sent(), body="Hello Ana. " * 170)
    happened = [replace(long, at=told.AT + timedelta(days=day)) for day in range(2_000)]
    kept = pack.newest_that_fit(happened)
    assert 500 < len(kept) < 1_000
    assert kept == happened[-len(kept) :]
    few: list[Happened] = [
        replace(told.sent(), body="x" * 100),
        replace(told.sent(), body="y" * 100),
        told.call(),
        told.reply(),
    ]
    assert pack.newest_that_fit(few) == few
    assert pack.newest_that_fit(few, most=1) == few[-1:]
    assert pack.newest_that_fit([]) == []
    left = replace(told.pack(), left_out=len(happened) - len(kept))
    assert f"{left.left_out} older ones are not part of this file." in str(pack.paper(left, told.setting()))


def test_what_stands_around_a_message_takes_room_as_its_words_do() -> None:
    """Else very many short ones would be as much to set as a few long ones, and not be told from them."""
    short = [replace(told.sent(), body="Hello.")] * 2_000
    assert len(pack.newest_that_fit(short)) < 1_500
    assert len(pack.newest_that_fit([told.call()] * 2_000)) == 2_000
    refused = replace(told.sent(), decisions=[replace(told.held_back().decisions[1], reasons=["Too soon."] * 90_000)])
    assert len(pack.newest_that_fit([refused] * 9)) == 3
