"""How the page behind a reply link is answered: with no name on it, to nobody else, and without a cookie.

Its address is the secret. So nothing is kept, nothing is told to wherever a link on it leads, and an error looks like
any other page of it.
"""

from collections.abc import Mapping

from fastapi import Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.domain.crisis_lines import Help
from api.web import reply_words, templating
from api.web.reply_words import Tongue
from api.web.visits import PAGE_HEADERS

PREFIX = "/r/"
HEADERS = {**PAGE_HEADERS, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def is_behind_a_link(request: Request) -> bool:
    return request.url.path.startswith(PREFIX) or request.url.path == PREFIX.rstrip("/")


def tongue_of(request: Request, locale: str | None = None) -> Tongue:
    """As asked for on the page, else that of the message, else that of the browser."""
    return reply_words.tongue(request.query_params.get("lang"), locale or request.headers.get("accept-language"))


def page(template: str, tongue: Tongue, status_code: int = status.HTTP_200_OK, **values: object) -> HTMLResponse:
    return HTMLResponse(templating.render(template, t=tongue, **values), status_code, HEADERS)


def go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status.HTTP_303_SEE_OTHER, HEADERS)


def refused(request: Request, status_code: int, headers: Mapping[str, str] | None = None) -> Response:
    """The same page for a link that never was, one that has run out, and one that is no link: which, nobody can tell."""
    tongue = tongue_of(request)
    lines: tuple[str, ...]
    if status_code == status.HTTP_429_TOO_MANY_REQUESTS:
        title, lines = tongue.slow_title, (tongue.slow,)
    elif status_code in (status.HTTP_404_NOT_FOUND, status.HTTP_405_METHOD_NOT_ALLOWED):
        title, lines = tongue.closed_title, (tongue.closed, tongue.closed_reach)
    else:
        title, lines = tongue.trouble_title, (tongue.trouble, tongue.closed_reach)
    shown = page(
        "reply_said.html",
        tongue,
        status_code,
        title=title,
        lines=lines,
        goes_on=(),
        urgent=False,
        help_now=tongue.help_now,
        help=Help(),
        back=None,
    )
    shown.headers.update(dict(headers or {}))
    return shown
