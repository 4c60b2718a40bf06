"""Hangs the front end into the application: pages, their files, their errors."""

from fastapi import APIRouter, FastAPI

from api.web import assets, refusals
from api.web.origin import OurOwnPages
from api.web.pages import (
    absences,
    appointments,
    audit,
    caseload,
    clients,
    consents,
    contacts,
    episodes,
    flags,
    imports,
    keys,
    me,
    members,
    practice,
    records,
    sign_ins,
    terminations,
)

_NOUNS = (
    sign_ins,
    me,
    caseload,
    clients,
    consents,
    flags,
    records,
    episodes,
    contacts,
    absences,
    appointments,
    terminations,
    imports,
    members,
    keys,
    audit,
    practice,
)


def install(app: FastAPI) -> None:
    """After the API's own error handlers: the pages show what those say."""
    pages = APIRouter(include_in_schema=False, dependencies=[OurOwnPages])
    for noun in _NOUNS:
        pages.include_router(noun.router)
    app.include_router(pages)
    app.include_router(assets.router)
    refusals.install(app)
