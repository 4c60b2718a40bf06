"""Errors as pages. What a status is, and what is said of it, is asked of the handlers that REST has.

A path of the API keeps its problem documents, whoever asks.
"""

from collections.abc import Callable
from typing import cast

from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from api.domain.errors import DomainError, NotFound, NotSignedIn
from api.web import reply_view, templating
from api.web.said import Said
from api.web.visits import PAGE_HEADERS, OwnPasswordFirst, Visit, sign_in_path
from schemas.wire.common import Problem

_FOR_PROGRAMS = ("/v1", "/fhir", "/static", "/healthz", "/readyz", "/metrics")
Handler = Callable[[Request, Exception], Response]

# Title and first sentence. Where `detail` adds something to them it is shown below.
_WORDS: dict[int, tuple[str, str]] = {
    400: ("This could not be read", "What the browser sent could not be understood."),
    403: ("This is not open to you", ""),
    404: ("There is nothing here", "It may have been moved, or it is not in your caseload."),
    405: ("This page is not reached that way", "Open it from the menu instead."),
    409: ("This cannot be done as things stand", ""),
    412: ("Somebody changed this meanwhile", "Go back, load the page again and make your change there."),
    413: ("This is too large", ""),
    422: ("Something needs another look", ""),
    429: ("One moment, please", "There have been very many requests. Wait a minute, then go on."),
    500: ("Something went wrong here", "It has been noted. Nothing you did is to blame; try again in a moment."),
    503: ("One moment, please", "The practice's records are busy. Nothing was changed; try again."),
}
# What says more than its status does.
_BY_CODE = {
    "documents_busy": (
        "One moment, please",
        "Other documents are being made at the moment. Nothing was lost: go back and ask for it again in a few seconds.",
    )
}
_KEPT_HEADERS = frozenset({"retry-after", "connection"})
_DETAIL_SAYS_MORE = frozenset({403, 409, 413, 422})


def install(app: FastAPI) -> None:
    """Over whatever handlers there are. Forms ask the former one for the status of what they show again."""
    app.state.problem_of = app.exception_handlers[DomainError]
    app.state.as_page = as_page
    app.add_exception_handler(OwnPasswordFirst, _to_own_password)
    for kind in (DomainError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _with_pages(cast("Handler", app.exception_handlers[kind])))


def as_page(request: Request, answer: Response) -> Response:
    """A problem document as a page, where a person asked for one."""
    if not wants_page(request):
        return answer
    problem = Problem.model_validate_json(bytes(answer.body))
    behind = reply_view.is_behind_a_link(request)
    shown = reply_view.refused(request, problem.status) if behind else page(request, problem)
    for name in _KEPT_HEADERS & set(answer.headers):
        shown.headers[name] = answer.headers[name]
    return shown


def wants_page(request: Request) -> bool:
    """Pages have a visit; an address that is no page at all is answered as the caller likes it."""
    path = request.url.path
    if reply_view.is_behind_a_link(request):
        return True
    if any(path == root or path.startswith(f"{root}/") for root in _FOR_PROGRAMS):
        return False
    return hasattr(request.state, "visit") or "text/html" in request.headers.get("accept", "")


def page(request: Request, problem: Problem) -> HTMLResponse:
    title, lead = _BY_CODE.get(problem.code) or _WORDS.get(problem.status, (problem.title, ""))
    visit = getattr(request.state, "visit", None) or Visit(request)
    html = templating.render(
        "error.html",
        visit=visit,
        said=None,
        here=request.url.path,
        calendar=visit.calendar,
        title=title,
        lead=lead,
        detail=problem.detail if problem.status in _DETAIL_SAYS_MORE else "",
        request_id=problem.request_id if problem.status >= status.HTTP_500_INTERNAL_SERVER_ERROR else None,
    )
    named = {"X-Request-ID": problem.request_id} if problem.request_id else {}
    return HTMLResponse(html, problem.status, PAGE_HEADERS | named)


def _with_pages(former: Handler) -> Handler:
    def handle(request: Request, error: Exception) -> Response:
        if wants_page(request) and isinstance(error, NotSignedIn):
            return _to_sign_in(request)
        if wants_page(request) and isinstance(error, RequestValidationError) and _is_no_address(error):
            return as_page(request, _problem_of(request, NotFound()))
        return as_page(request, former(request, error))

    return handle


def _problem_of(request: Request, error: DomainError) -> Response:
    answer: Response = request.app.state.problem_of(request, error)
    return answer


def _is_no_address(error: RequestValidationError) -> bool:
    """An id that is none is an address at which there is nothing."""
    return any(item["loc"][:1] == ("path",) for item in error.errors())


def _to_sign_in(request: Request) -> Response:
    visit = Visit(request)
    had_a_cookie = visit.cookies.token in request.cookies
    response = visit.go(sign_in_path(request), Said.SIGN_IN_AGAIN if had_a_cookie else None)
    if had_a_cookie:
        visit.cookies.drop(response, visit.cookies.token)
    return response


def _to_own_password(request: Request, _: Exception) -> Response:
    return Visit(request).go("/me/password")
