"""Tables that say what the code says, letter for letter, and cover all of it."""

import pytest

from api.domain.audit import Action
from api.domain.reasons import ReasonCode
from schemas.vocabulary import NextStepKind, Stage
from tools import doc_tables
from tools.tree import ROOT

DOCUMENTS = sorted(doc_tables.documents(ROOT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_table_of_a_document_is_in_step_with_the_code(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]  # a path, by the line above
    assert text == doc_tables.renewed(text), "run `python -m tools.doc_tables`"


def test_every_table_that_can_be_made_stands_in_a_document_once() -> None:
    shown = [name for path in DOCUMENTS for name in doc_tables.tables_in(path.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(doc_tables.TABLES)


def test_an_outdated_table_is_found() -> None:
    text = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert doc_tables.renewed(text.replace("`client:merge` | | | yes |", "`client:merge` | yes | | yes |")) == text


def test_every_code_of_noticing_is_explained() -> None:
    text = (ROOT / "docs" / "signal.md").read_text(encoding="utf-8")
    for code in (*ReasonCode, *NextStepKind, *Stage):
        assert f"\n| `{code}` | " in text


def test_every_audited_act_is_listed() -> None:
    text = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert all(f"\n| `{action}` | " in text for action in Action)


def test_every_refusal_that_a_use_case_can_make_is_listed() -> None:
    """Also a code that no class has, such as the one for a merged client."""
    text = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert "| `merged` | 409 |" in text
    assert "| `sign_in_slowed` | 429 |" in text
