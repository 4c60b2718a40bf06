"""Ways to reach a client, and what the client allows for each. Nobody is asked why."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import consents as rules
from api.domain.access import Permission
from api.domain.errors import NotFound, VersionMismatch
from api.services import clients, consents
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import Authority, Channel, ConsentState, Recipient
from schemas.wire.clients import ConsentIn, ConsentOut

router = APIRouter(prefix="/clients/{client_id}/consents")

_SAME_TAP = timedelta(minutes=1)
_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.EMAIL, Channel.LETTER)
_LINES = (
    "channel",
    "address",
    "state",
    "valid_until",
    "sender_name",
    "safe_from",
    "safe_until",
    "recipient",
    "authority",
)


@router.get("/new")
def new(visit: SignedIn, client_id: UUID) -> Response:
    return _page(visit, client_id, Form(), consent=None)


@router.post("/new")
def add(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    given: ConsentIn | None = None
    try:
        given = _given(sent)
        with visit.work() as work:
            visit.require(Permission.CLIENT_EDIT)
            consents.add(work, client_id, given)
    except TO_PUT_RIGHT as error:
        if given is not None and error.code == "address_known" and _recorded_a_moment_ago(visit, client_id, given):
            return visit.go(f"/clients/{client_id}", Said.ALREADY_RECORDED)
        return _page(visit, client_id, sent, consent=None, status_code=visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.SAVED)


@router.get("/{consent_id}")
def edit(visit: SignedIn, client_id: UUID, consent_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.CLIENT_EDIT)
        consent = _of(consents.page(work, client_id), consent_id)
    return _page(visit, client_id, _filled(consent), consent=consent)


@router.post("/{consent_id}")
def change(visit: SignedIn, client_id: UUID, consent_id: UUID, sent: Sent) -> Response:
    try:
        given = _given(sent)
        with visit.work() as work:
            consents.change(work, client_id, consent_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            consent = _of(consents.page(work, client_id), consent_id)
        if isinstance(error, VersionMismatch):
            sent.now_at(consent.version)
        return _page(visit, client_id, sent, consent=consent, status_code=status_code)
    return visit.go(f"/clients/{client_id}", Said.SAVED)


@router.post("/{consent_id}/remove")
def remove(visit: SignedIn, client_id: UUID, consent_id: UUID) -> Response:
    """For an address that was wrong. One the client no longer wants used stays, and is marked so."""
    with visit.work() as work:
        consents.remove(work, client_id, consent_id)
    return visit.go(f"/clients/{client_id}", Said.SAVED)


def _given(sent: Form) -> ConsentIn:
    return as_shape(
        ConsentIn,
        **sent.present(*_LINES),
        may_mention_therapy=sent.ticked("may_mention_therapy"),
        voicemail_allowed=sent.ticked("voicemail_allowed"),
    )


def _filled(consent: ConsentOut) -> Form:
    return prefilled(**consent.model_dump(exclude={"id", "asked_at", "answers", "updated_at"}))


def _of(found: list[ConsentOut], consent_id: UUID) -> ConsentOut:
    for consent in found:
        if consent.id == consent_id:
            return consent
    raise NotFound


def _recorded_a_moment_ago(visit: Visit, client_id: UUID, given: ConsentIn) -> bool:
    """A hurried finger sends the same form twice. Whoever says something else is shown the form again."""
    told = given.model_dump(exclude={"address"})
    with visit.work() as work:
        fresh = [one for one in consents.page(work, client_id) if work.now - one.updated_at < _SAME_TAP]
    return any(one.model_dump(include=set(told)) == told for one in fresh)


def _states(consent: ConsentOut | None) -> list[ConsentState]:
    """What was refused cannot be made unsaid."""
    refused = consent is not None and rules.refused([answer.state for answer in consent.answers])
    return [state for state in ConsentState if not (refused and state is ConsentState.NOT_ASKED)]


def _page(
    visit: Visit, client_id: UUID, form: Form, *, consent: ConsentOut | None, status_code: int = status.HTTP_200_OK
) -> Response:
    with visit.work() as work:
        visit.require(Permission.CLIENT_EDIT)
        client = clients.read(work, client_id)
    return visit.page(
        "consent.html",
        status_code=status_code,
        form=form,
        client=client,
        consent=consent,
        channels=_CHANNELS,
        states=_states(consent),
        recipients=list(Recipient),
        authorities=list(Authority),
        clock=visit.calendar.elsewhere(client.time_zone),
    )
