"""The real Chromium, and what every page has to keep in it: it asks no third party and complains of nothing.

A browser lives as long as one test module. Playwright keeps an event loop running in the thread that
started it, and other tests of the process start loops of their own.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.support.network import is_local
from tools import ensure_browser

# As root Chromium runs only without its own sandbox; the pages are ours. Nothing of it may call home.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]
# Chromium says this of every answer above 399, also of those that a test asks for.
_EXPECTED_COMPLAINT = "Failed to load resource"
_AXE = Axe().axe_script
# A loaded machine may take its time over a page; what never comes fails all the same.
_ACTION_MILLISECONDS = 30_000


class PageComplained(AssertionError):
    """An error in the console, a refused script or style, or a request to somebody else."""


class Watch:
    """What one browser context did that no page of ours may do."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def request(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"data", "blob", "about"} or is_local(address.hostname):
            route.continue_()
        else:
            self.complaints.append(f"request to {address.hostname}")
            route.abort()

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_EXPECTED_COMPLAINT):
            self.complaints.append(message.text)

    def page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = ensure_browser.find()
    if found is None:
        pytest.fail(f"no Chromium: run `make test`, or name one in {ensure_browser.VARIABLE}")
    expect.set_options(timeout=_ACTION_MILLISECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS, headless=True)
        yield launched
        launched.close()


@pytest.fixture
def browsing(browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser with nothing in it yet; fails the test at its end if a page complained."""
    yield from _watched(browser, scripts=True)


@pytest.fixture
def browsing_without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    yield from _watched(browser, scripts=False)


@pytest.fixture
def page(browsing: BrowserContext) -> Page:
    return browsing.new_page()


@pytest.fixture
def page_without_scripts(browsing_without_scripts: BrowserContext) -> Page:
    return browsing_without_scripts.new_page()


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is shown now: the rule, and the elements that break it."""
    page.evaluate(_AXE)
    return _broken(page)


def faults_in_the_light_and_in_the_dark(page: Page) -> list[str]:
    """All that axe looks for, and once more its rules of colour: nothing else of a page differs in the dark (tests/web holds that)."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = accessibility_faults(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    colours = _broken(page, runOnly={"type": "rule", "values": ["color-contrast", "link-in-text-block"]})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found + [f"in the dark: {fault}" for fault in colours]


def faults_on_a_small_phone(context: BrowserContext, addresses: Iterable[str]) -> dict[str, list[str]]:
    """By address, of those that have any: what axe finds, in the light and in the dark, and whether one would have to scroll sideways."""
    page, found = context.new_page(), {}
    page.set_viewport_size({"width": 320, "height": 640})
    for address in addresses:
        page.goto(address)
        found[address] = faults_in_the_light_and_in_the_dark(page)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            found[address].append("wider than a small phone")
    return {address: faults for address, faults in found.items() if faults}


def _broken(page: Page, **only: Any) -> list[str]:  # noqa: ANN401  # options of axe
    """What is in order stays in the browser: to fetch all of it took longer than to look."""
    found = page.evaluate(
        "(options) => axe.run(options).then((results) => results.violations)", {"resultTypes": ["violations"], **only}
    )
    return [f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'])}" for one in found]


def _watched(browser: Browser, *, scripts: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=scripts, locale="en-US", timezone_id="America/Chicago")
    context.set_default_timeout(_ACTION_MILLISECONDS)
    watch = Watch()
    context.route("**/*", watch.request)
    context.on("console", watch.console)
    context.on("page", watch.page)
    yield context
    context.close()
    if watch.complaints:
        raise PageComplained("; ".join(watch.complaints))
