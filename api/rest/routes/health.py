"""Liveness and readiness, for whatever keeps the process running."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.rest.answers import problems
from api.rest.depends import runtime_of
from api.rest.problems import document
from api.services import health
from api.services.work import unit
from schemas.wire.common import WireOut

router = APIRouter(tags=["Health"])


class HealthOut(WireOut):
    status: str


@router.get("/healthz", summary="The process runs")
def alive() -> HealthOut:
    return HealthOut(status="ok")


@router.get("/readyz", summary="The process can serve", response_model=HealthOut, responses=problems(503))
def ready(request: Request) -> JSONResponse | HealthOut:
    """Answers 503 while the database is out of reach or has another schema than this version expects."""
    with unit(runtime_of(request), read_only=True) as work:
        if health.schema_is_current(work):
            return HealthOut(status="ok")
    detail = "The database has another schema than this version expects. Run the migrations."
    return document(request, HTTPStatus.SERVICE_UNAVAILABLE, "schema_not_current", detail)
