"""What keeps messages to a client back: raising it, looking at it again, clearing it; and a risk at hand for today."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import note_wording
from api.domain.access import Permission
from api.domain.errors import NotFound
from api.services import clients, consents, flags, item_answers
from api.services.work import Work
from api.web import everybody, words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import FlagKind
from schemas.wire.flags import FlagClearIn, FlagIn, FlagOut, FlagReviewIn
from schemas.wire.scores import AssessedIn

router = APIRouter()

_IN_SESSION = "Assessed in session."


@router.get("/clients/{client_id}/flags/new")
def new(visit: SignedIn, client_id: UUID) -> Response:
    return _new(visit, client_id, Form())


@router.post("/clients/{client_id}/flags/new")
def add(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(FlagIn, **_what_belongs_together(sent))
        with visit.work() as work:
            flags.raise_flag(work, client_id, given)
    except TO_PUT_RIGHT as error:
        if error.code == "flag_stands":
            return visit.go(f"/clients/{client_id}", Said.ALREADY_RECORDED)
        return _new(visit, client_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.FLAG_RAISED)


@router.get("/clients/{client_id}/flags/{flag_id}")
def read(visit: SignedIn, client_id: UUID, flag_id: UUID) -> Response:
    return _look(visit, client_id, flag_id, Form())


@router.post("/clients/{client_id}/flags/{flag_id}/review")
def review(visit: SignedIn, client_id: UUID, flag_id: UUID, sent: Sent) -> Response:
    """One tap says that it was assessed in session; in other cases somebody writes what was found."""
    note = {"note": _IN_SESSION} if sent.ticked("in_session") else {}
    try:
        with visit.work() as work:
            visit.require(Permission.FLAG_RAISE)
            flags.review(
                work, client_id, flag_id, as_shape(FlagReviewIn, **{**sent.present("note", "review_on"), **note})
            )
    except TO_PUT_RIGHT as error:
        return _look(visit, client_id, flag_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.RECORDED)


@router.post("/clients/{client_id}/flags/{flag_id}/clear")
def clear(visit: SignedIn, client_id: UUID, flag_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.FLAG_RAISE)
            flags.clear(work, client_id, flag_id, as_shape(FlagClearIn, **sent.present("note")))
    except TO_PUT_RIGHT as error:
        return _look(visit, client_id, flag_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.FLAG_CLEARED)


@router.get("/tasks/{task_id}/risk")
def risk(visit: SignedIn, task_id: UUID) -> Response:
    """Also where the client is not in one's own caseload: the task opens it."""
    return _to_reach(visit, task_id, Form())


@router.post("/tasks/{task_id}/reached")
def reached(visit: SignedIn, task_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.FLAG_RAISE)
            flags.reached(work, task_id, as_shape(FlagReviewIn, **sent.present("note")))
    except TO_PUT_RIGHT as error:
        return _to_reach(visit, task_id, sent, visit.refused(sent, error))
    return visit.go("/tasks", Said.RECORDED)


@router.post("/tasks/{task_id}/assessed")
def assessed(visit: SignedIn, task_id: UUID, sent: Sent) -> Response:
    """How an answer of a questionnaire was looked at: one tap, where it was in session."""
    try:
        with visit.work() as work:
            visit.require(Permission.FLAG_RAISE)
            item_answers.assess_for_task(work, task_id, as_shape(AssessedIn, **sent.present("how", "words")))
    except TO_PUT_RIGHT as error:
        return _to_reach(visit, task_id, sent, visit.refused(sent, error))
    return visit.go("/tasks", Said.RECORDED)


def _to_reach(visit: Visit, task_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        found = flags.at_hand(work, task_id)
    return visit.page(
        "risk.html",
        status_code=status_code,
        form=form,
        risk=found,
        task_id=task_id,
        reviews=words.options(note_wording.RISK_REVIEW, note_wording.RISK_REVIEW),
    )


def _what_belongs_together(sent: Form) -> dict[str, object]:
    """An address or an owner left standing in the form beside another kind says nothing."""
    given: dict[str, object] = dict(sent.present("kind", "consent_id", "owner_id", "note", "review_on"))
    if given.get("kind") != FlagKind.UNSAFE_TO_CONTACT:
        given.pop("consent_id", None)
    if given.get("kind") != FlagKind.RISK_OF_HARM:
        given.pop("owner_id", None)
    return given


def _new(visit: Visit, client_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.FLAG_RAISE)
        client = clients.read(work, client_id)
        addresses = consents.page(work, client_id)
        clinicians = everybody.clinicians(work)
    return visit.page(
        "flag_new.html",
        status_code=status_code,
        form=form,
        client=client,
        kinds=list(FlagKind),
        addresses=addresses,
        clinicians=clinicians,
    )


def _look(visit: Visit, client_id: UUID, flag_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.FLAG_RAISE)
        client = clients.read(work, client_id)
        flag = _one(flags.page(work, client_id), flag_id)
        names = _names(work, flag)
    return visit.page(
        "flag.html",
        status_code=status_code,
        form=form,
        client=client,
        flag=flag,
        names=names,
        clock=visit.calendar.elsewhere(client.time_zone),
    )


def _one(found: list[FlagOut], flag_id: UUID) -> FlagOut:
    for flag in found:
        if flag.id == flag_id:
            return flag
    raise NotFound


def _names(work: Work, flag: FlagOut) -> dict[UUID, str]:
    wanted = {flag.raised_by, *(look.reviewed_by for look in flag.reviews)}
    return {one.id: one.name for one in everybody.members_here(work) if one.id in wanted}
