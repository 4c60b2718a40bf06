"""Every sentence of ours that a document may hold has its Spanish, and says its own parts and no others."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from api.domain import contact_reasons, message_log, note_wording
from api.formats.documents import phrases
from api.formats.documents.tongues import Tongue
from api.web import reply_words, words
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInKind,
    CheckInState,
    ContactDirection,
    ContactOutcome,
    GivenReason,
    Locale,
    Recipient,
    ReplyAnswer,
    ReplyHandling,
)
from tools.tree import ROOT

SPANISH = json.loads(files("api.formats.documents").joinpath("es.json").read_text(encoding="utf-8"))
SAYING = {"note.py", "pack.py", "letter.py"}
ES = Tongue(Locale.ES, ZoneInfo("Europe/Madrid"))
PARTS = re.compile(r"{(\w+)}")


def of_the_code() -> Iterator[str]:
    """Whatever stands as a sentence in a module that says something: easier than following it about."""
    for name in SAYING:
        tree = ast.parse((ROOT / "api" / "formats" / "documents" / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                yield from sentences(node.args[0])
            elif isinstance(node, ast.Tuple) and len(node.elts) > 1:
                yield from sentences(node.elts[0])
            elif isinstance(node, ast.IfExp):
                yield from sentences(node)


def sentences(node: ast.AST) -> Iterator[str]:
    """Not the names of fields."""
    for one in ast.walk(node):
        if (
            isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and re.fullmatch(r"(?!form$)[^_]*[a-z]{2}[^_]*", one.value)
        ):
            yield one.value


def of_the_tables() -> Iterator[str]:
    for name, table in vars(phrases).items():
        if name.isupper() and table is not phrases.CODES:
            yield from (value for value in table.values() if isinstance(value, str))
    for codes in phrases.CODES.values():
        yield from codes.values()
    yield from note_wording.PARTS.values()
    yield from note_wording.SIGNED_AS.values()


def of_the_record() -> Iterator[str]:
    """What became of a message, and why it might not go."""
    yield from contact_reasons._WORDS.values()
    yield from (contact_reasons.unreadable(what).text for what in (None, *contact_reasons.Unread))
    yield from message_log._STOPPED.values()
    yield from (text for _, text in (*message_log._FAILED, *message_log._TEXT_FAILED))
    source = ast.parse((ROOT / "api" / "domain" / "message_log.py").read_text(encoding="utf-8"))
    ends = [
        one for one in ast.walk(source) if isinstance(one, ast.FunctionDef) and one.name in {"_end", "_how_it_went"}
    ]
    for end in ends:
        yield from (told for told in sentences(end) if re.fullmatch(r"[A-Z].*\.", told))
    yield from (f"Handed over to {side}." for side in ("the mail server", "the provider of text messages"))
    yield from (f"{side} took it." for side in ("The mail server", "The provider of text messages"))


@pytest.mark.parametrize("of", [of_the_code, of_the_tables, of_the_record], ids=lambda of: of.__name__)
def test_every_sentence_has_its_spanish(of: object) -> None:
    found = set(of())  # type: ignore[operator]  # one of three functions
    assert len(found) > 40
    # Two words are the same in both.
    assert {sentence for sentence in found if ES.tell(sentence) == sentence} <= {"portal", "no"}


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {*of_the_code(), *of_the_tables(), *of_the_record()}
    elsewhere = {
        "It is not tried again.",
        "It is tried again.",
        "A character for which this document has no letter is written by its name or its number in square brackets.",
    }
    assert set(SPANISH) - said <= elsewhere


def test_a_translation_has_the_parts_of_its_sentence() -> None:
    for english, spanish in SPANISH.items():
        assert set(PARTS.findall(english)) == set(PARTS.findall(spanish)), english


def test_every_code_has_a_word() -> None:
    for table, codes in (
        (phrases.CHANNEL, Channel),
        (phrases.OUTCOME, ContactOutcome),
        (phrases.DIRECTION, ContactDirection),
        (phrases.MESSAGE, CheckInKind),
        (phrases.STATE, CheckInState),
        (phrases.ASKED, Asked),
        (phrases.SPOKEN_BY, [*Recipient, None]),
        (phrases.ANSWER, ReplyAnswer),
        (phrases.REASON, GivenReason),
        (phrases.HANDLING, ReplyHandling),
    ):
        assert set(table) == set(codes)


def test_a_document_says_of_a_reply_what_its_page_says() -> None:
    assert phrases.ANSWER == words.ANSWER
    assert phrases.REASON == words.GIVEN_REASON
    assert set(reply_words.TONGUES) == set(Locale)


def test_what_was_put_together_is_told_sentence_by_sentence() -> None:
    told = "The mail server did not take the message (code 550). It is not tried again."
    assert ES.tell(told) == "El servidor de correo no aceptó el mensaje (código 550). No se vuelve a intentar."
    assert Tongue(Locale.EN, ES.zone).tell(told) == told


def test_what_people_are_called_is_never_translated() -> None:
    assert ES.say("Recorded by {name}.", name="Sent") == "Registrado por Sent."


def test_braces_in_a_name_are_a_part_of_it() -> None:
    told = Tongue(Locale.EN, ES.zone).say(
        "About {client}, by {author}. {practice}.", client="{author}", author="{x}", practice="R"
    )
    assert told == "About {author}, by {x}. R."


def test_a_day_is_said_as_people_say_it() -> None:
    assert ES.day(date(2026, 3, 4)) == "4 de marzo de 2026"
    assert Tongue(Locale.EN, ES.zone).day(date(2026, 3, 4)) == "4 March 2026"
