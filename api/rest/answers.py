"""The error answers that routes declare, so that the published contract names every one."""

from typing import Any

_WORDS = {
    400: "The body cannot be read.",
    401: "Nobody is signed in.",
    403: "The caller's role or scopes do not allow this.",
    404: "Absent, or outside the caller's practice or caseload.",
    409: "The present state does not allow this.",
    412: "It changed since it was read.",
    413: "The body is too large.",
    422: "What was sent cannot be accepted; `errors` names the fields.",
    428: "If-Match is missing.",
    429: "Too many requests; `Retry-After` says when to try again.",
    503: "The database is busy, or whatever sets documents; nothing was changed. `Retry-After` says when to try again.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: the given statuses, and those that every route can answer.

    The shape by its name alone, which openapi.py describes once: of a model FastAPI makes a serializer for each status of each
    route, thousands that nothing uses and two fifths of what a start took.
    """
    always = (413, 422, 429, 503)
    return {
        status: {
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, *always})
    }
