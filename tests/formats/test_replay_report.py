"""The report for people: whole by itself, the same as the document, readable by everybody, and it names nobody."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from api.domain import replay_figures
from api.domain.reasons import ReasonCode
from api.domain.replay_figures import SHOWN, Figures, Looked
from api.domain.rules_of_thumb import RuleOfThumb
from api.formats.replay_report.advice import closure_sentence, sensitivity_sentence
from api.formats.replay_report.document import Asked, Closed, Document, document
from api.formats.replay_report.page import MARK, in_short
from api.formats.replay_report.page import page as report
from api.formats.replay_report.words import NAMES
from schemas.vocabulary import AgreementKind, Sensitivity, Stage
from tests.domain.histories import agreed, day, history, sessions
from tests.support.browser import accessibility_faults

ASKED = Asked(day(300), Sensitivity.BALANCED, "2026.11-1", 7.0, 20.0)


def _figures() -> Figures:
    """Twenty clients who stop after ten weeks, one end recorded later; each is flagged once by every way."""
    figures = Figures()
    for place in range(20):
        found_out = [agreed(AgreementKind.DISCHARGE, 120, known=120)] if place == 0 else []
        told = history(sessions(10, first=place), *found_out)
        flags = [day(63 + place + 20)]
        looked = Looked(
            {level: dict.fromkeys(SHOWN, flags) for level in Sensitivity},
            dict.fromkeys(RuleOfThumb, flags),
            Stage.QUIET,
        )
        replay_figures.count(figures, told, looked, ASKED.until)
        figures.leading[ReasonCode.NOTHING_BOOKED] += 1
    return figures


@pytest.fixture(scope="module")
def told() -> Document:
    return document(_figures(), ASKED)


def test_the_document_says_what_was_counted(told: Document) -> None:
    drifting = told["noticed"][0]
    assert (drifting["name"], drifting["level"]) == ("drifting", "balanced")
    assert (drifting["clients"], drifting["flags"], drifting["not_returned"], drifting["returned_percent"]) == (
        20,
        20,
        20,
        0.0,
    )
    assert drifting["per_100_clients_a_month"] == pytest.approx(20 / told["client_months"] * 100, abs=0.1)
    assert [one["name"] for one in told["noticed"]] == list(NAMES)
    assert told["not_back"][0]["within_21_days"] == 20
    assert told["not_back"][0]["within_14_days"] == 0
    assert (told["ends_recorded"], told["recorded"][0]["clients"]) == (1, 1)
    assert told["showing"] == {"drifting": 0, "quiet": 20}
    assert sum(month["flags"]["quiet"] for month in told["months"]) == 20
    assert told["leading_reasons"] == {"nothing_booked": 20}


def test_no_month_is_left_out(told: Document) -> None:
    months = [month["month"] for month in told["months"]]
    first = datetime(int(months[0][:4]), int(months[0][5:]), 15, tzinfo=UTC)
    wanted = {f"{first + timedelta(days=30 * ahead):%Y-%m}" for ahead in range(len(months))}
    assert len(months) == len(set(months)) >= len(wanted)
    assert months == sorted(months)


def test_the_page_asks_nobody_for_anything_and_runs_nothing(told: Document) -> None:
    html = report(told)
    assert MARK in html[:1000]
    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|\son\w+=", html)
    assert set(re.findall(r"https?://[^\"'\s]+", html)) == {"http://www.w3.org/2000/svg"}


def test_every_picture_has_words_and_a_table_beside_it(told: Document) -> None:
    html = report(told)
    assert html.count("<svg") == html.count('role="img"') == html.count("<desc") == 2
    assert html.count("<table>") >= 6
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("empty", [Figures(), replace(_figures(), client_days=0, not_back=0)])
def test_a_practice_of_which_nothing_can_be_told_still_has_a_page(empty: Figures) -> None:
    html = report(document(empty, ASKED))
    assert "What these figures cannot tell" in html
    assert "nan" not in html.lower().replace("leavetaking", "")


def test_what_is_too_recent_is_said(told: Document) -> None:
    assert any("too recent to tell" in line for line in in_short(told))
    assert "no proof that the flag was wrong" in report(told)


@pytest.mark.parametrize(("most", "says"), [(20.0, "stays within"), (0.1, "No level stays within 0.1")])
def test_the_rule_for_the_level_is_said_in_words(most: float, says: str) -> None:
    assert says in sensitivity_sentence(document(_figures(), replace(ASKED, most_flags=most)))


def test_a_closure_is_a_question() -> None:
    asked = closure_sentence(Closed(from_on="2025-12-22", to_on="2026-01-02"))
    assert asked == "Were you closed from 22 Dec 2025 to 2 Jan 2026? Nobody came."
    assert closure_sentence(Closed(from_on="2025-12-22", to_on="2025-12-22")).startswith(
        "Were you closed on 22 Dec 2025?"
    )


@pytest.mark.parametrize("width", [320, 1000])
def test_the_report_is_for_everybody(page: Page, told: Document, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(report(told))
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("heading", level=2).count() == 9
