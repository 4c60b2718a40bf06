"""A visit: one request for a page, by whoever the cookie belongs to.

A page opens its units of work through the visit and is rendered after they closed, so that what a person reads
as done is committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.domain.access import Permission, Principal
from api.domain.errors import AccessDenied, DomainError, NotSignedIn
from api.services import me, practices, sign_ins
from api.services.work import Runtime, Work, unit
from api.web import rooms, said, templating
from api.web.dates import Calendar
from api.web.forms import Form
from api.web.rooms import Room
from api.web.said import Said
from schemas.vocabulary import ActorKind
from schemas.wire.practices import PracticeOut
from schemas.wire.sign_ins import MeOut

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# With no referrer at all browsers send no Origin either, by which older ones show that a form is ours.
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_MEMBER_TOKEN = "lts_"  # noqa: S105  # how a member's token begins
_LONGEST_PATH = 500


class OwnPasswordFirst(Exception):
    """Whoever still has a one-time password chooses their own before anything else."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """Over https the names bind the cookies to this very host and to https."""

    secure: bool

    @property
    def token(self) -> str:
        return "__Host-leavetaking" if self.secure else "leavetaking"

    @property
    def said(self) -> str:
        return f"{self.token}-said"

    def put(self, response: Response, name: str, value: str) -> None:
        """Gone with the browser session; the server ends it earlier. No script reads it, no other site sends it."""
        response.set_cookie(name, value, path="/", secure=self.secure, httponly=True, samesite="lax")

    def drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")


@dataclass
class Visit:
    """What pages ask for. `me`, `practice` and `principal` are there once a unit has been opened."""

    request: Request
    own_password_first: bool = True
    leaves_room: bool = False
    me: MeOut | None = None
    practice: PracticeOut | None = None
    principal: Principal | None = None
    _counted: bool = field(default=False, repr=False)

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.request.app.state.runtime
        return runtime

    @property
    def cookies(self) -> Cookies:
        return Cookies(secure=self.request.app.state.settings.secure_cookies)

    @property
    def token(self) -> str | None:
        """A key is for programs: it opens no page."""
        token = self.request.cookies.get(self.cookies.token)
        return token if token is not None and token.startswith(_MEMBER_TOKEN) else None

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else "unknown"

    @property
    def calendar(self) -> Calendar:
        """The practice's clock; a client's page asks for the client's."""
        return Calendar(ZoneInfo(self.practice.time_zone if self.practice else "UTC"), self.runtime.now())

    @contextmanager
    def anonymous_work(self) -> Iterator[Work]:
        with unit(self.runtime, request_id=self.request.state.request_id) as work:
            yield work

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A unit in which whoever holds the cookie acts. Raises NotSignedIn, OwnPasswordFirst."""
        if self.token is None:
            raise NotSignedIn
        with self.anonymous_work() as work:
            self.principal = sign_ins.recognise(work, self.token)
            if self.principal.kind is not ActorKind.MEMBER:
                raise NotSignedIn
            self._count(work)
            if self.principal.must_change_password and self.own_password_first:
                raise OwnPasswordFirst
            self.me = self.me or me.read(work)
            if self.practice is None and self.may(Permission.PRACTICE_READ):
                self.practice = practices.read(work)
            yield work

    @contextmanager
    def glimpse(self) -> Iterator[Work]:
        """A unit of whoever holds the cookie that writes nothing and holds no lock. Raises NotSignedIn."""
        if self.token is None:
            raise NotSignedIn
        with unit(self.runtime, request_id=self.request.state.request_id, read_only=True) as work:
            sign_ins.glimpse(work, self.token)
            yield work

    @property
    def rooms(self) -> tuple[Room, ...]:
        return rooms.open_to(self.principal.permissions) if self.principal else ()

    def may(self, permission: Permission | str) -> bool:
        return self.principal is not None and permission in self.principal.permissions

    def require(self, permission: Permission) -> None:
        """For a page that holds nothing but a form: whoever may not send it is not shown it. Raises AccessDenied."""
        if not self.may(permission):
            raise AccessDenied

    def page(self, template: str, *, status_code: int = status.HTTP_200_OK, **values: object) -> HTMLResponse:
        sentence = said.sentence(self.request.cookies.get(self.cookies.said))
        html = templating.render(
            template, visit=self, said=sentence, here=self.request.url.path, calendar=self.calendar, **values
        )
        response = HTMLResponse(html, status_code, PAGE_HEADERS)
        if self.cookies.said in self.request.cookies:
            self.cookies.drop(response, self.cookies.said)
        return response

    def fragment(self, template: str, *, status_code: int = status.HTTP_200_OK, **values: object) -> HTMLResponse:
        """A piece of a page, for a script to put in its place. What is said after a form waits for the next page."""
        return HTMLResponse(templating.render(template, **values).strip(), status_code, headers=PAGE_HEADERS)

    def go(self, path: str, words: Said | None = None) -> RedirectResponse:
        """After a form: the browser fetches the page anew, so that reloading does nothing twice."""
        response = RedirectResponse(path, status.HTTP_303_SEE_OTHER, PAGE_HEADERS)
        if words is not None:
            self.cookies.put(response, self.cookies.said, words)
        return response

    def refused(self, form: Form, error: DomainError) -> int:
        """Marks the form with what to put right, and says which status it is shown again with."""
        form.blame(error)
        status_code: int = self.request.app.state.problem_of(self.request, error).status_code
        return status_code

    def _count(self, work: Work) -> None:
        if not self._counted:
            self.request.state.allowance = self.request.app.state.limiter.take(work, leaves_room=self.leaves_room)
            self._counted = True


def local_path(wanted: str | None) -> str | None:
    """A page of ours to go on to, or None: an address typed by somebody else must not lead elsewhere."""
    if not wanted or len(wanted) > _LONGEST_PATH or not wanted.isascii() or not wanted.isprintable():
        return None
    parts = urlsplit(wanted)
    leads_away = parts.scheme or parts.netloc or "\\" in wanted or not wanted.startswith("/") or wanted.startswith("//")
    return None if leads_away else wanted


def sign_in_path(request: Request) -> str:
    """To the sign-in, and back to the page that was asked for."""
    if request.method != "GET" or request.url.path == "/":
        return "/sign-in"
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(wanted, safe='/')}" if local_path(wanted) else "/sign-in"


def home(principal: Principal) -> str:
    """The first page for whoever signs in. An admin runs the practice and sees no caseload."""
    if Permission.ENGAGEMENT_READ in principal.permissions:
        return "/caseload"
    return "/members" if Permission.MEMBER_READ in principal.permissions else "/me"


def _visit(request: Request) -> Visit:
    visit = Visit(request)
    request.state.visit = visit
    return visit


def _signed_in(request: Request) -> Visit:
    visit = _visit(request)
    if visit.token is None:
        raise NotSignedIn
    return visit


def _signed_in_anyhow(request: Request) -> Visit:
    visit = _signed_in(request)
    visit.own_password_first = False
    return visit


def _signed_in_typing(request: Request) -> Visit:
    visit = _signed_in(request)
    visit.leaves_room = True
    return visit


Anyone = Annotated[Visit, Depends(_visit)]
SignedIn = Annotated[Visit, Depends(_signed_in)]
SignedInAnyhow = Annotated[Visit, Depends(_signed_in_anyhow)]
"""Also with a one-time password: for the page on which it is replaced, and for leaving."""
SignedInTyping = Annotated[Visit, Depends(_signed_in_typing)]
"""For what a script asks by itself: it is refused while there is still room for the pages that the person opens."""
