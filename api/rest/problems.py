"""Errors as problem documents (RFC 9457). The only file that knows which HTTP status an error has."""

import re
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.domain import errors
from schemas.wire.common import FieldProblemOut, Problem, RefusalReasonOut

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
# What pydantic calls one of several members of an enum: <Channel.EMAIL: 'email'>.
_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")
_HTTP_CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}

STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.SignInRefused: HTTPStatus.UNAUTHORIZED,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.AccessDenied: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.MayNotContact: HTTPStatus.CONFLICT,
    errors.VersionMismatch: HTTPStatus.PRECONDITION_FAILED,
    errors.VersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DocumentsBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def status_of(error: errors.DomainError) -> HTTPStatus:
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.BAD_REQUEST


def document(
    request: Request,
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    fields: Sequence[FieldProblemOut] = (),
    reasons: Sequence[RefusalReasonOut] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem document. Never holds what the caller sent."""
    problem = Problem(
        type="about:blank",
        title=status.phrase,
        status=status,
        code=code,
        detail=detail,
        request_id=getattr(request.state, "request_id", None),
        errors=list(fields),
        reasons=list(reasons),
    )
    return JSONResponse(problem.model_dump(), status, headers, media_type=MEDIA_TYPE)


def of_domain(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, errors.DomainError):
        raise error
    fields = [
        FieldProblemOut(pointer=problem.pointer, detail=problem.detail)
        for problem in (error.problems if isinstance(error, errors.Invalid) else ())
    ]
    headers: dict[str, str] = {}
    if isinstance(error, errors.TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = "1"
    if isinstance(error, errors.DocumentsBusy):
        headers["Retry-After"] = "5"
    if isinstance(error, errors.NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="leavetaking"'
    told = error.reasons if isinstance(error, errors.MayNotContact) else ()
    reasons = [RefusalReasonOut(code=code, text=text, would_change=change) for code, text, change in told]
    return document(
        request, status_of(error), error.code, error.message, fields=fields, reasons=reasons, headers=headers
    )


def of_validation(request: Request, error: Exception) -> JSONResponse:
    """Which field and why, without repeating its value: it may be a client's."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    fields = [
        FieldProblemOut(
            pointer="" if item["type"] == "json_invalid" else _pointer(item["loc"]),
            detail=_MEMBER.sub(r"\1", item["msg"]),
        )
        for item in found[:100]
    ]
    if any(item["type"] in ("json_invalid", "model_attributes_type") and len(item["loc"]) <= 2 for item in found):  # noqa: PLR2004  # ("body", position)
        detail = "The body is not the JSON object that is expected here."
    else:
        detail = "Some of what was sent cannot be accepted."
    return document(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, fields=fields)


def of_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    code = _HTTP_CODES.get(status, status.name.lower())
    return document(request, status, code, status.description or status.phrase, headers=dict(error.headers or {}))


def of_unforeseen(request: Request, error: Exception) -> JSONResponse:
    """Our fault. The log has the request id and the kind of error, never the text: it may quote a client."""
    log.error("unforeseen", kind=type(error).__name__, exc_info=error)  # called by Starlette while it handles the error
    detail = "Something went wrong here. It has been noted."
    return document(request, HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen", detail)


def install(app: FastAPI) -> None:
    app.add_exception_handler(errors.DomainError, of_domain)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, of_unforeseen)


def _pointer(location: Sequence[str | int]) -> str:
    """("body", "items", 3, "name") -> "/items/3/name"; parameters keep their place: "/query/limit"."""
    parts = list(location[1:]) if location and location[0] == "body" else list(location)
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
