"""The browser that page tests use is watched: a page that asks others or breaks its own rules fails."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support import browser as browser_support
from tests.support.browser import (
    PageComplained,
    accessibility_faults,
    faults_in_the_light_and_in_the_dark,
    faults_on_a_small_phone,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def unwatched(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def complaints(browser: Browser, html: str) -> str:
    """What the teardown of `page` says of a page with this content."""
    contexts = browser_support._watched(browser, scripts=True)
    shown = next(contexts).new_page()
    shown.set_content(html)
    with pytest.raises(PageComplained) as said:
        next(contexts)
    return str(said.value)


def test_a_plain_page_passes(page: Page) -> None:
    page.set_content("<h1>Good morning</h1>")
    assert page.get_by_role("heading").inner_text() == "Good morning"


def test_a_request_to_somebody_else_fails_the_page(browser: Browser) -> None:
    assert "request to example.org" in complaints(browser, '<img src="https://example.org/pixel.gif" alt="">')


def test_an_error_in_a_script_fails_the_page(browser: Browser) -> None:
    assert "lost" in complaints(browser, "<script>throw new Error('lost')</script>")


def test_a_refused_inline_script_fails_the_page(browser: Browser) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    assert "Content Security Policy" in complaints(browser, f"{policy}<script>1</script>")


def test_without_scripts_a_page_runs_none(page_without_scripts: Page) -> None:
    page_without_scripts.set_content("<p>as sent</p><script>document.body.innerText = 'changed'</script>")
    assert page_without_scripts.locator("p").inner_text() == "as sent"


def test_accessibility_faults_name_rule_and_element(unwatched: Page) -> None:
    unwatched.set_content('<html lang="en"><title>x</title><main><h1>x</h1><input id="lost"></main></html>')
    assert any(fault.startswith("label: ") and "#lost" in fault for fault in accessibility_faults(unwatched))


def test_what_nobody_can_read_in_the_dark_is_found(unwatched: Page) -> None:
    style = (
        "<style>p{color:#000;background:#fff}@media (prefers-color-scheme:dark){p{color:#777;background:#666}}</style>"
    )
    unwatched.set_content(f'<html lang="en"><title>x</title>{style}<main><h1>x</h1><p>Read me</p></main></html>')
    assert accessibility_faults(unwatched) == []
    (fault,) = faults_in_the_light_and_in_the_dark(unwatched)
    assert fault.startswith("in the dark: color-contrast: ")


def test_a_page_that_is_wider_than_a_small_phone_is_found(browser: Browser) -> None:
    address = (
        "data:text/html,<html lang=en><title>x</title><main><h1>x</h1><div style='width:600px'>x</div></main></html>"
    )
    with browser.new_context() as context:
        (faults,) = faults_on_a_small_phone(context, [address]).values()
    assert faults == ["wider than a small phone"]


def test_a_page_in_order_has_no_accessibility_faults(unwatched: Page) -> None:
    unwatched.set_content('<html lang="en"><title>x</title><main><h1>x</h1></main></html>')
    assert accessibility_faults(unwatched) == []
