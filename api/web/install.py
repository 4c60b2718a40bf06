"""Hangs the front end into the application: pages, their files, their errors."""

from fastapi import APIRouter, FastAPI

from api.web import assets, refusals
from api.web.origin import OurOwnPages
from api.web.pages import (
    absences,
    appointments,
    audit,
    by_hand,
    caseload,
    check_in_templates,
    checkins,
    clients,
    closing_agendas,
    closing_sessions,
    concerns,
    consents,
    contacts,
    corrections,
    covers,
    crisis_lines,
    documents,
    engagement,
    episodes,
    flags,
    follow_ups,
    goals,
    imports,
    keys,
    letters,
    me,
    members,
    noticing,
    outreach_plans,
    practice,
    records,
    referral_providers,
    referrals,
    releases,
    replies,
    reply_links,
    returns,
    scores,
    sheets,
    sign_ins,
    snoozes,
    statistics,
    tasks,
    terminations,
    texts,
    tone_hints,
    transfers,
    way_back,
)

_NOUNS = (
    sign_ins,
    me,
    caseload,
    covers,
    clients,
    checkins,
    by_hand,
    tone_hints,
    outreach_plans,
    referral_providers,
    referrals,
    transfers,
    consents,
    flags,
    records,
    engagement,
    episodes,
    returns,
    goals,
    follow_ups,
    sheets,
    contacts,
    corrections,
    snoozes,
    absences,
    scores,
    appointments,
    documents,
    closing_sessions,
    closing_agendas,
    terminations,
    letters,
    replies,
    concerns,
    tasks,
    texts,
    imports,
    members,
    keys,
    audit,
    check_in_templates,
    crisis_lines,
    way_back,
    practice,
    noticing,
    statistics,
    releases,
)


def install(app: FastAPI) -> None:
    """After the API's own error handlers: the pages show what those say."""
    pages = APIRouter(include_in_schema=False, dependencies=[OurOwnPages])
    for noun in _NOUNS:
        pages.include_router(noun.router)
    app.include_router(pages)
    # Whoever holds a link acts by the link and by no cookie, so another site cannot act in their place.
    app.include_router(reply_links.router, include_in_schema=False)
    app.include_router(assets.router)
    refusals.install(app)
