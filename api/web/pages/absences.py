"""What is agreed or known about the days to come: pauses, the client away, a planned end, another rhythm."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.services import absences, episodes
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit, local_path
from schemas.vocabulary import AbsenceKind, AgreementKind
from schemas.wire.contacts import AbsenceIn, AgreementIn

router = APIRouter(prefix="/episodes/{episode_id}")

_KINDS = (AbsenceKind.PAUSE, AbsenceKind.CLIENT_AWAY)
_AGREEMENTS = (AgreementKind.PLANNED_END, AgreementKind.CADENCE_CHANGE)


@router.get("/absences")
def new_absence(visit: SignedIn, episode_id: UUID) -> Response:
    return _absence_page(visit, episode_id, Form())


@router.post("/absences")
def record(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(AbsenceIn, **sent.present("kind", "from_on", "to_on"))
        with visit.work() as work:
            visit.require(Permission.ABSENCE_RECORD)
            client_id = episodes.read(work, episode_id).clients[0].id
            known = {(one.kind, one.from_on, one.to_on) for one in absences.page(work, episode_id) if not one.withdrawn}
            is_new = (given.kind, given.from_on, given.to_on) not in known
            if is_new:
                absences.record(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _absence_page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.post("/absences/{absence_id}/withdraw")
def withdraw(visit: SignedIn, episode_id: UUID, absence_id: UUID, sent: Sent) -> Response:
    with visit.work() as work:
        absences.withdraw(work, episode_id, absence_id)
    return visit.go(local_path(sent.given("back")) or "/caseload", Said.WITHDRAWN)


@router.get("/agreements")
def new_agreement(visit: SignedIn, episode_id: UUID) -> Response:
    return _agreement_page(visit, episode_id, Form())


@router.post("/agreements")
def agree(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        given = as_shape(AgreementIn, **_what_belongs_together(sent))
        with visit.work() as work:
            visit.require(Permission.EPISODE_EDIT)
            client_id = episodes.read(work, episode_id).clients[0].id
            known = {(one.kind, one.from_on, one.cadence_days) for one in absences.agreements(work, episode_id)}
            is_new = (given.kind, given.from_on, given.cadence_days) not in known
            if is_new:
                absences.agree(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _agreement_page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


def _what_belongs_together(sent: Form) -> dict[str, object]:
    """A rhythm left standing in the form beside a planned end says nothing."""
    given: dict[str, object] = {**sent.present("kind", "from_on"), **sent.numbers("cadence_days")}
    if given.get("kind") == AgreementKind.PLANNED_END:
        given.pop("cadence_days", None)
    return given


def _absence_page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.ABSENCE_RECORD)
        episode = episodes.read(work, episode_id)
    return visit.page("absence.html", status_code=status_code, form=form, episode=episode, kinds=_KINDS)


def _agreement_page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_EDIT)
        episode = episodes.read(work, episode_id)
    return visit.page("agreement.html", status_code=status_code, form=form, episode=episode, kinds=_AGREEMENTS)
