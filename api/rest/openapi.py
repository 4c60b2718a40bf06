"""What the published contract says about itself: names, tags in the order of the road, examples, every error.

FastAPI draws the document from the routes; `install` completes what it cannot know: errors are problem
documents and nothing else, each with an example, and a body that cannot be read is answered 400.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.rest.answers import problems
from api.rest.examples import ANSWERS, BODIES
from api.rest.problems import MEDIA_TYPE
from schemas.wire.common import Problem

TAGS: list[dict[str, str]] = [
    {"name": "Sign-ins", "description": "Who: signing in and out. A session is a therapy session, never a login."},
    {"name": "Me", "description": "Who: one's own account and one's own leave."},
    {"name": "Practice", "description": "Who: the practice's settings and the days on which it is closed."},
    {"name": "Members", "description": "Who: the people of the practice, their roles, supervision and leave."},
    {"name": "Keys", "description": "Who: keys for other systems, each with the scopes it was given."},
    {"name": "Clients", "description": "Facts in: clients, their names in other systems, and how they may be reached."},
    {
        "name": "Episodes",
        "description": "Facts in: courses of work, absences, agreements, and contacts made elsewhere.",
    },
    {"name": "Appointments", "description": "Facts in: booked times and what became of them."},
    {"name": "Imports", "description": "Facts in: whole files, with a dry run, a report on every row, and undo."},
    {"name": "Caseload", "description": "Notice: who is drifting, why, and the one next kind act."},
    {"name": "Covers", "description": "Notice: what is due for a colleague who is away, and how to reach whom."},
    {
        "name": "Wording",
        "description": "Reach out: what a message says between the lines, and the practice's templates.",
    },
    {"name": "Check-ins", "description": "Reach out: messages, each approved by a person, and what became of them."},
    {"name": "Replies", "description": "Reach out: what clients answered, until somebody has handled it."},
    {"name": "Concerns", "description": "Reach out: what a client told one person who is not their clinician."},
    {"name": "Tasks", "description": "Reach out: what a named person has to do, what is for today first."},
    {"name": "Goals", "description": "Close: what a client means to go on with, in their own words."},
    {
        "name": "Closing sessions",
        "description": "Close: a last session, from its offer to the day on which it was held.",
    },
    {
        "name": "Termination notes",
        "description": "Close: the note with its signatures and addenda; signing it is what ends an episode.",
    },
    {
        "name": "Letters",
        "description": "Close: the letter a client gets, approved with the ending and sent although the work has ended.",
    },
    {
        "name": "Referrals",
        "description": "Close: whom the practice knows, who fits which wishes, and how a client gets on.",
    },
    {
        "name": "Transfers",
        "description": "Close: giving the work to somebody else, with what the client agrees to hand over.",
    },
    {"name": "Statistics", "description": "Learn: what can be published, and releases with their promise."},
    {"name": "Audit", "description": "Who did, read or was refused what."},
    {"name": "Health", "description": "For whatever keeps the process running."},
]

DESCRIPTION = """
Facts in, notice, reach out, close, learn: the tags follow that road.

**Who calls.** `Authorization: Bearer` with the token of a sign-in (`lts_...`) or of an API key (`lt_...`).
What lies outside the caller's practice or caseload is answered 404, as if it were absent; what they may see
and not do, 403.

**Errors** are problem documents (RFC 9457). `code` is stable; `errors` names fields by JSON Pointer.

**Texts** come back as they were written, in any script and with any picture; markup is text. White space at both ends is left
out, nothing is cut: what is longer than `maxLength` is refused. So are control characters (U+0000 to U+001F but tab and line
breaks, U+007F to U+009F but U+0085) and half surrogate pairs; a text of one line takes no tab and no line break.

**Lists** take `limit` and `cursor`, and answer `items` and `next_cursor`, which is null on the last page.

**Changes** to what carries an `ETag` need it back as `If-Match`: 428 without, 412 if somebody was faster.

**Retries.** Every POST but signing in, searching and checking wording takes an `Idempotency-Key`; the same request under the same key is answered
again and not carried out again, for 24 hours. An answer that shows a secret is not repeated: 409 `already_shown`.
Nor is one to a caller whose rights or caseload have changed since: 409 `answer_withheld`.

**Pace.** `RateLimit-Limit`, `-Remaining` and `-Reset` tell the allowance; 429 and 503 carry `Retry-After` in seconds.
"""

_CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    409: "conflict",
    412: "changed_meanwhile",
    413: "too_large",
    422: "invalid",
    428: "if_match_required",
    429: "too_many_requests",
    503: "busy",
}
_SECONDS = {"description": "Seconds to wait before trying again.", "schema": {"type": "integer", "minimum": 1}}


def operation_id(route: APIRoute) -> str:
    """`clients_add`: the noun's file and the route's name, which generated clients turn into a method."""
    return f"{route.endpoint.__module__.rsplit('.', 1)[-1]}_{route.name}"


def install(app: FastAPI) -> None:
    drawn = app.openapi

    def published() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(drawn())  # the very document that FastAPI keeps from now on
        return app.openapi_schema or {}

    app.openapi = published  # type: ignore[method-assign]  # how FastAPI's documentation has it done


def _complete(document: dict[str, Any]) -> None:
    document["info"]["description"] = DESCRIPTION.strip()
    for operation in _operations(document):
        if "requestBody" in operation:
            operation["responses"].setdefault("400", {"description": problems(400)[400]["description"]})
        for status, answer in operation["responses"].items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                _describe_error(int(status), answer)
        operation["responses"] = dict(sorted(operation["responses"].items()))
    examples, schemas = BODIES | ANSWERS, document["components"]["schemas"]
    document["components"]["schemas"] = dict(sorted((_of_errors() | schemas).items()))
    for name, schema in document["components"]["schemas"].items():
        if name in examples:
            schema["examples"] = [examples[name]]


def _of_errors() -> dict[str, Any]:
    """What answers.py names. As FastAPI draws the others: without a default of null."""
    drawn = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    found: dict[str, Any] = {**drawn.pop("$defs"), Problem.__name__: drawn}
    for schema in found.values():
        for one in schema.get("properties", {}).values():
            if one.get("default", "") is None:
                del one["default"]
    return found


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _describe_error(status: int, answer: dict[str, Any]) -> None:
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": _CODES[status],
        "detail": answer["description"],
        "request_id": "01a1f0b2-7c4e-7d7a-9b1e-0f6a2d9c4e11",
        "errors": [{"pointer": "/name", "detail": "Field required"}]
        if status == HTTPStatus.UNPROCESSABLE_ENTITY
        else [],
    }
    answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answer["headers"] = {"Retry-After": _SECONDS}
