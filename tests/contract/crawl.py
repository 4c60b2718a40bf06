"""Pages as a browser reads them: links, forms, and where in a page a text stands."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from tests.contract.hostile import NOWHERE
from tests.contract.world import PARAMETERS, World

BROWSER = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
NO_PAGES = ("/v1", "/healthz", "/readyz", "/static", "/hooks", "/sign-in", "/r/")
NAME = re.compile(r"{(\w+)}")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
PER_ROUTE = 2
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TYPED = {"text", "search", "email", "tel", "url"}


@dataclass
class FormIn:
    """What a browser would send, with what people type in apart."""

    action: str
    method: str
    typed: dict[str, str] = field(default_factory=dict)
    other: dict[str, list[str]] = field(default_factory=dict)

    def choose(self, name: str, value: str, *, chosen: bool) -> None:
        """The first of several stands until another is marked."""
        if chosen or name not in self.other:
            self.other[name] = [value]


@dataclass
class Standing:
    """A piece of text, or an attribute's value, with the elements around it."""

    text: str
    around: tuple[str, ...]
    aligned: bool


class Page(HTMLParser):
    """`strange` is what no page of ours has: a script of its own, a picture, a handler in an attribute."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[FormIn] = []
        self.texts: list[Standing] = []
        self.strange: list[str] = []
        self.faulty: set[str] = set()
        self.loose_fields: set[str] = set()
        self._open: list[tuple[str, bool]] = []
        self._form: FormIn | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in {"img", "iframe", "object", "embed", "base", "style"} or (tag == "script" and "src" not in given):
            self.strange.append(tag)
        self.strange += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        link = given.get("href", given.get("action", given.get("src", "/")))
        if link.lower().strip().startswith(("javascript:", "data:", "vbscript:")):
            self.strange.append(f"{tag} {link}")
        if tag == "a" and link.startswith("/"):
            self.links.append(link)
        if "aria-invalid" in given:
            self.faulty.add(given.get("name", given.get("id", "").removeprefix("field-")))
        aligned = tag == "bdi" or given.get("dir") in {"auto", "ltr", "rtl"} or (bool(self._open) and self._open[-1][1])
        if tag not in VOID:
            self._open.append((tag, aligned and tag != "html"))
        self._part_of_a_form(tag, given)
        for name in ("value", "placeholder"):
            if name in given:
                self._stands(
                    given[name], f"{tag}[{given.get('type', name)}]", aligned=aligned or given.get("type") == "hidden"
                )

    def _part_of_a_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self._form = FormIn(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        name = self._select if tag == "option" else given.get("name")
        if self._form is None or not name:
            return
        if tag == "select":
            self._select = name
        elif tag == "option":
            self._form.choose(name, given.get("value", ""), chosen="selected" in given)
        elif tag == "textarea" or (tag == "input" and given.get("type", "text") in TYPED):
            self._typed_in(self._form, name, given, area=tag == "textarea")
        elif tag == "input" and given.get("type") == "radio":
            self._form.choose(name, given.get("value", "on"), chosen="checked" in given)
        elif tag == "input" and (given.get("type") not in {"checkbox", "file"} or "checked" in given):
            self._form.other.setdefault(name, []).append(given.get("value", "on"))

    def _typed_in(self, form: FormIn, name: str, given: dict[str, str], *, area: bool) -> None:
        """A number, and what is there for a program alone, is no text that somebody types."""
        if "inputmode" in given or "readonly" in given:
            form.other[name] = [given.get("value", "")]
            return
        form.typed[name] = given.get("value", "")
        self._area = name if area else None
        if "dir" not in given:
            self.loose_fields.add(name)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one for one, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag == "form":
            self._form = None
        self._area = None if tag == "textarea" else self._area
        self._select = None if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._area and self._form:
            self._form.typed[self._area] += data
        self._stands(data, "", aligned=bool(self._open) and self._open[-1][1])

    def _stands(self, text: str, last: str, *, aligned: bool) -> None:
        around = tuple(tag for tag, _ in self._open) + ((last,) if last else ())
        self.texts.append(Standing(text, around, aligned))


@dataclass
class Walk:
    """Every page that the founder of a world can open, by the address as the routes have it, with what else was handed out."""

    client: TestClient
    pages: dict[str, list[Page]] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)
    forms: dict[str, FormIn] = field(default_factory=dict)
    unopened: set[str] = field(default_factory=set)


def walk(world: World) -> Walk:
    """From one address for each route, by the links of each page, a few times per route."""
    cookies = {"leavetaking": world.founder.token}
    found = Walk(TestClient(world.house.app, headers=BROWSER, cookies=cookies, follow_redirects=False))
    routes = {path: re.compile(re.sub(r"{\w+}", "[^/]+", path) + r"\Z") for path in _page_routes(world)}
    to_see = [path.format_map({name: _of(world, path, name) for name in NAME.findall(path)}) for path in routes]
    known, counts = set(to_see), Counter[str]()
    while to_see:
        address = to_see.pop(0)
        meant = [path for path, pattern in routes.items() if pattern.match(address.partition("?")[0])]
        path = min(meant, key=lambda one: one.count("{"), default="")
        counts[path] += 1
        if not path or counts[path] > PER_ROUTE:
            continue
        for link in _seen(found, path, address):
            plain = link.partition("#")[0]
            if plain.partition("?")[0] not in known:
                known.add(plain.partition("?")[0])
                to_see.append(plain)
    found.unopened = set(routes) - {*found.pages, *found.files}
    found.pages["/r/{token}"] = [as_a_client(world)]
    return found


def _seen(found: Walk, path: str, address: str) -> list[str]:
    answer = found.client.get(address)
    assert answer.status_code < 500, address
    if answer.status_code >= 300:
        return []
    if not answer.headers["content-type"].startswith("text/html"):
        found.files.setdefault(path, []).append(answer)
        return []
    page = Page(answer.text)
    found.pages.setdefault(path, []).append(page)
    for form in page.forms:
        if form.method == "post":
            found.forms.setdefault(ID.sub("{}", form.action.partition("?")[0]), form)
    return page.links


def _page_routes(world: World) -> list[str]:
    return [
        context.path
        for context in iter_route_contexts(world.house.app.routes)
        if context.path and "GET" in (context.methods or ()) and not context.path.startswith(NO_PAGES)
    ]


def _of(world: World, path: str, name: str) -> str:
    known = PARAMETERS.get(f"covers_read_reply.{name}" if path.startswith("/covers/") else name)
    return str(known(world)) if known else NOWHERE


def as_a_client(world: World) -> Page:
    """What somebody sees who opens the link of a message."""
    nobody = TestClient(world.house.app, headers=BROWSER, follow_redirects=False)
    answer = nobody.get(world.message.path)
    assert answer.status_code == 200, answer.text  # it is there
    return Page(answer.text)
