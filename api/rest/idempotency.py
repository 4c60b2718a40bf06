"""`Idempotency-Key` on every POST that does something: a retry gets the first answer, and nothing is done twice.

A route of `OnceRoute` claims the key in the unit of work that acts, right after the caller is known, and keeps
the answer in the same unit before it commits. Answers that show a secret once are not kept: the route says so
with `openapi_extra=SHOWN_ONCE`, and a repeat learns only that it was answered. A POST that only reads says
`openapi_extra=READS_ONLY` and is carried out each time: what was kept of it would show names to whoever lost sight of them.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.domain.errors import invalid_field
from api.rest.answers import problems
from api.services import answers
from api.services.work import Work

HEADER = "Idempotency-Key"
SHOWN_ONCE: dict[str, Any] = {"x-shown-once": True}
READS_ONLY: dict[str, Any] = {"x-reads-only": True}
_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
_KEPT_HEADERS = ("location", "etag", "content-type")
_CHUNK = 1024 * 1024

_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Any text of your own, 1 to 200 visible ASCII characters. Sent again within 24 hours with the same"
    " body, the request is not carried out again: its first answer is repeated. With another body it is refused, and"
    " after a change of your rights too (409 `answer_withheld`): it was carried out, and what it is about may be read anew.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "3f0c8a1e-booking-417",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(slots=True)
class Attempt:
    """One POST under a key. `work` is the unit that claimed it."""

    key: str
    request: str
    work: Work | None = None


class _Repeated(Exception):
    """Ends the unit of work without acting: the answer is there already."""

    def __init__(self, answer: answers.Answer) -> None:
        self.answer = answer


def recall(request: Request, work: Work) -> None:
    """Called once the caller is known. Claims the key of the request, or ends it with the answer that was kept."""
    attempt: Attempt | None = getattr(request.state, "attempt", None)
    if attempt is None:
        return
    kept = answers.recall(work, attempt.key, attempt.request)
    if kept is not None:
        raise _Repeated(answers.repeat(work, kept))
    attempt.work = work


class OnceRoute(APIRoute):
    """A route whose POSTs can be repeated safely."""

    @property
    def reads_only(self) -> bool:
        return bool((self.openapi_extra or {}).get("x-reads-only"))

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:  # noqa: ANN401  # passed on
        extra = settings.get("openapi_extra") or {}
        if "POST" in (settings.get("methods") or ()) and not extra.get("x-reads-only"):
            settings["responses"] = {**problems(409), **(settings.get("responses") or {})}
            settings["openapi_extra"] = {"parameters": [_PARAMETER], **extra}
        super().__init__(path, endpoint, **settings)

    @property
    def shows_a_secret(self) -> bool:
        return bool((self.openapi_extra or {}).get("x-shown-once"))

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()
        if "POST" not in (self.methods or ()) or self.reads_only:
            return handler
        takes_a_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        keep = answers.keep_that_it_was_shown if self.shows_a_secret else answers.keep

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return await handler(request)
            attempt = Attempt(_checked(key), await _told(request, takes_a_form=takes_a_form))
            request.state.attempt = attempt
            try:
                response = await handler(request)
            except _Repeated as repeated:
                return _again(repeated.answer)
            if attempt.work is not None:
                await run_in_threadpool(_settle, attempt.work, attempt.key, response, keep)
            return response

        return once


def _settle(work: Work, key: str, response: Response, keep: Callable[[Work, str, answers.Answer], None]) -> None:
    if not 200 <= response.status_code < 300:  # noqa: PLR2004  # success, as HTTP counts
        answers.release(work, key)
        return
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    answer = answers.Answer(response.status_code, bytes(response.body), headers, work.subject_id, work.subject_kind)
    keep(work, key, answer)


def _again(answer: answers.Answer) -> Response:
    return Response(answer.body, answer.status_code, answer.headers)


def _checked(key: str) -> str:
    if not _KEY.match(key):
        raise invalid_field(f"/header/{HEADER}", "This must be 1 to 200 visible ASCII characters.")
    return key


async def _told(request: Request, *, takes_a_form: bool) -> str:
    """What was asked, in a few characters. Files count by their content: each attempt draws a new boundary."""
    if takes_a_form:
        content = await run_in_threadpool(_of_form, await request.form())
    else:
        content = hashlib.sha256(await request.body()).hexdigest()
    return f"{request.method} {request.url.path}?{request.url.query} {content}"


def _of_form(form: FormData) -> str:
    digest = hashlib.sha256()
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            parts: tuple[str, ...] = ("file", name, value.filename or "", _of_file(value))
        else:
            parts = ("text", name, value)
        for part in parts:
            encoded = part.encode(errors="surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big"))
            digest.update(encoded)
    return digest.hexdigest()


def _of_file(upload: UploadFile) -> str:
    digest = hashlib.sha256()
    while chunk := upload.file.read(_CHUNK):
        digest.update(chunk)
    upload.file.seek(0)
    return digest.hexdigest()
