"""The page behind a reply link in the real browser, in both languages: for every eye, hand and screen, with no script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from api.services import crisis_lines, replies
from api.web.reply_words import TONGUES
from schemas.vocabulary import Locale, ReplyAnswer, ReplyHandling
from schemas.wire.crisis_lines import CrisisLinesIn
from schemas.wire.replies import HandledIn
from tests.support import links as messages
from tests.support.browser import accessibility_faults, faults_in_the_light_and_in_the_dark
from tests.support.house import House
from tests.support.links import Sent
from tests.web.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUT_OFF = """[...document.querySelectorAll('main *, header *')].filter((one) =>
  !one.classList.contains('visually-hidden') && getComputedStyle(one).overflow !== 'visible'
  && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.outerHTML.slice(0, 80))"""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true })"


LINE = {
    "name": "Line for anybody who finds it hard to go on",
    "number": "text HELLO to 000 000 0000",
    "source": "Somebody",
    "address": "https://example.org",
}


@pytest.fixture
def sent(house: House, drifting: Scene) -> Sent:
    """To somebody whose practice has an independent reader and has checked a crisis line; `alone` has neither. It offers times."""
    with house.work(house.admin) as work:
        given = CrisisLinesIn.model_validate({"country": "US", "lines": [LINE, {**LINE, "number": "000"}]})
        crisis_lines.change(work, given, version=crisis_lines.read(work).version)
    case = drifting.people["Jonas Weber"]
    made = messages.send(house, case, house.clinician)
    messages.chosen(house, case, house.clinician, made)
    with house.work(house.clinician) as work:
        (tapped,) = replies.page(work, handled=False, cursor=None, limit=9).items
        replies.handle(work, tapped.id, HandledIn(how=ReplyHandling.SPOKE))
    return made


@pytest.fixture
def alone(house: House) -> Sent:
    return messages.send(house, house.client("Ana", house.founder), house.founder)


def paths(*links: Sent) -> list[str]:
    ends = ("", "/thanks", "/stopped", "/elsewhere", "/thanks-elsewhere", "/help", "/help-stopped", "/help-elsewhere")
    return [f"{link.path}{end}?lang={locale}" for link in links for end in ends for locale in Locale] + [
        f"/r/nothing?lang={locale}" for locale in Locale
    ]


def test_no_page_has_an_accessibility_fault_in_the_light_or_in_the_dark(
    sent: Sent, alone: Sent, site: str, page: Page
) -> None:
    faults = {}
    for path in paths(sent, alone):
        page.goto(site + path)
        page.evaluate(OPEN_ALL)
        faults[path] = faults_in_the_light_and_in_the_dark(page)
    assert {where: found for where, found in faults.items() if found} == {}
    assert len(faults) == 34


def test_nothing_is_wider_than_a_small_phone_and_what_is_tapped_is_large_enough(
    sent: Sent, alone: Sent, site: str, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for path in paths(sent, alone):
        page.goto(site + path)
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        boxes = [one.bounding_box() for one in page.locator("button, header a, summary").all()]
        assert min((box["height"] for box in boxes if box), default=44) >= 44, path
    context.close()


def test_at_twice_the_size_and_with_letters_twice_as_large_nothing_is_lost(
    sent: Sent, alone: Sent, site: str, browser: Browser
) -> None:
    """Zoom is half the room at twice the density; letters alone are what some set for every page."""
    context = browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    for path in paths(sent, alone):
        page.goto(site + path)
        page.evaluate(OPEN_ALL)
        for letters in ("100%", "200%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size }", letters)
            assert page.evaluate("document.documentElement.scrollWidth") <= 640, (path, letters)
            assert page.evaluate(CUT_OFF) == [], (path, letters)
    context.close()


@pytest.mark.parametrize("locale", list(Locale))
def test_an_answer_is_one_tap_without_a_script(
    house: House, sent: Sent, site: str, page_without_scripts: Page, locale: Locale
) -> None:
    page, tongue = page_without_scripts, TONGUES[locale]
    page.goto(f"{site}{sent.path}?lang={locale}")
    page.get_by_role("button", name=tongue.answers[ReplyAnswer.CALL_ME]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(tongue.thanks_title)
    with house.work(house.clinician) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=9).items
    assert reply.answer is ReplyAnswer.CALL_ME


@pytest.mark.parametrize("locale", list(Locale))
def test_the_rest_is_under_more_with_words_and_reasons_beside_it(
    house: House, sent: Sent, site: str, page_without_scripts: Page, locale: Locale
) -> None:
    page, tongue = page_without_scripts, TONGUES[locale]
    page.goto(f"{site}{sent.path}?lang={locale}")
    assert not page.get_by_role("button", name=tongue.answers[ReplyAnswer.DO_NOT_CONTACT]).is_visible()
    page.get_by_text(tongue.words_first).click()
    page.get_by_label(tongue.words, exact=True).fill("Hola")
    page.get_by_text(tongue.more, exact=True).click()
    page.get_by_role("button", name=tongue.answers[ReplyAnswer.DO_NOT_CONTACT]).click()
    expect(page.locator("main")).to_have_text(f"{tongue.stopped_title} {tongue.stopped}")
    with house.work(house.clinician) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=9).items
    assert (reply.words, reply.opted_out) == ("Hola", True)


def test_a_hurried_finger_answers_once(house: House, sent: Sent, site: str, page: Page) -> None:
    page.goto(site + sent.path)
    page.get_by_role("button", name="Please call me").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    with house.work(house.clinician) as work:
        assert len(replies.page(work, handled=False, cursor=None, limit=9).items) == 1


def test_an_answer_is_given_by_keyboard_alone(sent: Sent, site: str, page: Page) -> None:
    page.goto(site + sent.path)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this page now")).to_be_focused()
    wanted = page.get_by_role("button", name="I am fine, finished for now")
    for _ in range(12):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_what_cannot_be_taken_is_said_where_reading_goes_on(sent: Sent, site: str, page: Page) -> None:
    page.goto(site + sent.path)
    page.get_by_text(TONGUES[Locale.EN].words_first).click()
    page.get_by_role("button", name="Send only this").click()
    expect(page.locator(".faults")).to_be_focused()
    assert accessibility_faults(page) == []


def test_leaving_takes_the_page_out_of_the_way_back(sent: Sent, site: str, page: Page) -> None:
    page.goto(f"{site}/r/nothing")
    page.goto(site + sent.path)
    link = page.get_by_role("link", name="Leave this page now")
    assert link.get_attribute("rel") == "noreferrer noopener"
    link.evaluate("(one, to) => { one.href = to }", f"{site}/sign-in")
    link.click()
    page.wait_for_url(f"{site}/sign-in")
    page.go_back()
    page.wait_for_url(f"{site}/r/nothing")


@pytest.mark.parametrize("locale", list(Locale))
def test_words_that_may_be_danger_bring_help_into_sight_without_a_script(
    sent: Sent, site: str, page_without_scripts: Page, locale: Locale
) -> None:
    page, tongue = page_without_scripts, TONGUES[locale]
    page.goto(f"{site}{sent.path}?lang={locale}")
    page.get_by_text(tongue.words_first).click()
    page.get_by_label(tongue.words, exact=True).fill("Me quiero morir. I want to die.")
    page.get_by_role("button", name=tongue.send_words).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(tongue.urgent_title)
    expect(page.get_by_role("heading", name=tongue.help_title)).to_be_in_viewport()
    expect(page.get_by_role("link", name="911")).to_be_in_viewport()
    page.get_by_role("link", name=tongue.back).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(tongue.title)


@pytest.mark.parametrize("locale", list(Locale))
def test_a_mind_is_changed_without_a_script(
    house: House, sent: Sent, site: str, page_without_scripts: Page, locale: Locale
) -> None:
    page, tongue = page_without_scripts, TONGUES[locale]
    for answer in (ReplyAnswer.COME_BACK, ReplyAnswer.CALL_ME):
        page.goto(f"{site}{sent.path}?lang={locale}")
        page.get_by_role("button", name=tongue.answers[answer], exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(tongue.thanks_title)
    with house.work(house.clinician) as work:
        (reply,) = replies.page(work, handled=False, cursor=None, limit=9).items
    assert (reply.answer, [one.answer for one in reply.replaced]) == (ReplyAnswer.CALL_ME, [ReplyAnswer.COME_BACK])
