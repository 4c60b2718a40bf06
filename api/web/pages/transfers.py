"""Giving the work to somebody else: the form, what would go, handing it over, reading it, and the sheet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import NotFound, VersionMismatch
from api.formats.documents import typesetting
from api.services import episodes, handovers, referrals, transfers
from api.services.work import Work
from api.web import acts, everybody, transfer_words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import PAGE_HEADERS, SignedIn, Visit
from schemas.vocabulary import TransferState
from schemas.wire.episodes import EpisodeOut, PersonOut
from schemas.wire.transfers import FirstMeetingIn, TransferIn, TransferOut

router = APIRouter()

_LISTED = 20


@router.get("/episodes/{episode_id}/transfers")
def page(visit: SignedIn, episode_id: UUID, client: Annotated[UUID | None, Query()] = None) -> Response:
    return _begin(visit, episode_id, prefilled(client_id=client))


@router.post("/episodes/{episode_id}/transfers/new")
def begin(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """To whom; all the rest is asked for on the next page."""
    try:
        with visit.work() as work:
            visit.require(Permission.TRANSFER_WRITE)
            to_whom = transfer_words.content(sent).model_dump(include={"to_id", "outside"}, exclude_none=True)
            made = transfers.begin(work, episode_id, as_shape(TransferIn, **to_whom, **sent.present("client_id")))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        return _begin(visit, episode_id, transfer_words.beside_their_fields(sent), status_code)
    return visit.go(f"/transfers/{made.id}/edit", Said.SAVED)


@router.get("/transfers/{transfer_id}")
def read(visit: SignedIn, transfer_id: UUID) -> Response:
    return _view(visit, transfer_id, Form())


@router.get("/transfers/{transfer_id}/edit")
def edit(visit: SignedIn, transfer_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.TRANSFER_WRITE)
        one = transfers.read(work, transfer_id)
    if one.state is not TransferState.DRAFT:
        return visit.go(f"/transfers/{transfer_id}")
    return _edit(visit, one, transfer_words.of_draft(one))


@router.post("/transfers/{transfer_id}/edit")
def change(visit: SignedIn, transfer_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.TRANSFER_WRITE)
            transfers.change(work, transfer_id, transfer_words.content(sent), version=version_of(sent))
    except TO_PUT_RIGHT as error:
        with visit.work() as work:
            one = transfers.read(work, transfer_id)
        status_code = visit.refused(sent, error)
        if isinstance(error, VersionMismatch):
            sent.now_at(one.version)
        return _edit(visit, one, transfer_words.beside_their_fields(sent), status_code)
    return visit.go(f"/transfers/{transfer_id}", Said.SAVED)


@router.post("/transfers/{transfer_id}/hand-over")
def hand_over(visit: SignedIn, transfer_id: UUID, sent: Sent) -> Response:
    """What is missing is said above the form that has it."""
    try:
        with visit.work() as work:
            visit.require(Permission.TRANSFER_WRITE)
            gone = handovers.hand_over(work, transfer_id, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        with visit.work() as work:
            one = transfers.read(work, transfer_id)
        form = transfer_words.of_draft(one) if one.state is TransferState.DRAFT else sent
        status_code = visit.refused(form, error)
        if one.state is not TransferState.DRAFT:
            return _view(visit, transfer_id, form, status_code)
        return _edit(visit, one, transfer_words.beside_their_fields(form), status_code)
    return visit.go(_where_to_go_on(visit, gone), Said.HANDED_OVER)


@router.post("/transfers/{transfer_id}/receive")
def receive(visit: SignedIn, transfer_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.TRANSFER_WRITE)
            handovers.receive(work, transfer_id)
    except TO_PUT_RIGHT as error:
        return _view(visit, transfer_id, sent, visit.refused(sent, error))
    return visit.go(f"/transfers/{transfer_id}", Said.RECORDED)


@router.post("/transfers/{transfer_id}/withdraw")
def withdraw(visit: SignedIn, transfer_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.TRANSFER_WRITE)
            handovers.withdraw(work, transfer_id)
    except TO_PUT_RIGHT as error:
        return _view(visit, transfer_id, sent, visit.refused(sent, error))
    return visit.go(f"/transfers/{transfer_id}", Said.WITHDRAWN)


@router.post("/transfers/{transfer_id}/first-meeting")
def meet(visit: SignedIn, transfer_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.TRANSFER_WRITE)
            transfers.meet(work, transfer_id, as_shape(FirstMeetingIn, **sent.present("outcome", "follow_up_on")))
    except TO_PUT_RIGHT as error:
        return _view(visit, transfer_id, sent, visit.refused(sent, error))
    return visit.go(f"/transfers/{transfer_id}", Said.RECORDED)


@router.get("/transfers/{transfer_id}/sheet")
def sheet(visit: SignedIn, transfer_id: UUID) -> Response:
    with visit.work() as work:
        text = transfers.sheet(work, transfer_id)
        one = transfers.read(work, transfer_id)
    return visit.page("transfer_sheet.html", one=one, text=text, told=transfer_words)


@router.get("/transfers/{transfer_id}/sheet.pdf")
def sheet_pdf(visit: SignedIn, transfer_id: UUID) -> Response:
    """Set once the unit is closed."""
    with visit.work() as work:
        paper = transfers.paper(work, transfer_id)
    name = f"handover-{paper.dated:%Y-%m-%d}.pdf"
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(typesetting.pdf(paper), media_type="application/pdf", headers=headers)


def _begin(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        found = transfers.page(work, episode_id, before=None, limit=_LISTED).items
        episode = episodes.read(work, episode_id)
        may_write = _may_write(visit, work, episode) and episode.ended_at is None
        colleagues = _colleagues(visit, work, episode) if may_write else []
    return visit.page(
        "transfers.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=found,
        colleagues=colleagues,
        may_write=may_write,
        clock=visit.calendar.elsewhere(episode.time_zone),
        told=transfer_words,
    )


def _edit(visit: Visit, one: TransferOut, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        episode = episodes.read(work, one.episode_id)
        colleagues = _colleagues(visit, work, episode)
        theirs = referrals.page(work, episode_id=one.episode_id, before=None, limit=_LISTED).items
    return visit.page(
        "transfer_edit.html",
        status_code=status_code,
        form=form,
        one=one,
        episode=episode,
        colleagues=colleagues,
        referrals=[row for row in theirs if row.client.id == one.client.id],
        clock=visit.calendar.elsewhere(episode.time_zone),
        told=transfer_words,
    )


def _view(visit: Visit, transfer_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        one = transfers.read(work, transfer_id)
        episode = episodes.read(work, one.episode_id)
        may_write = _may_write(visit, work, episode)
    goes_on = {person.id for person in (one.to, one.owner, episode.responsible) if person is not None}
    may_receive = one.to is None or (visit.me is not None and visit.me.id in goes_on)
    return visit.page(
        "transfer.html",
        status_code=status_code,
        form=form,
        one=one,
        episode=episode,
        may_write=may_write,
        may_receive=may_write and may_receive and one.state is TransferState.HANDED_OVER,
        clock=visit.calendar.elsewhere(episode.time_zone),
        told=transfer_words,
    )


def _colleagues(visit: Visit, work: Work, episode: EpisodeOut) -> list[PersonOut]:
    if not visit.may(Permission.MEMBER_READ):
        return []
    held = episode.responsible.id if episode.responsible else None
    return [one for one in everybody.clinicians(work) if one.id != held]


def _may_write(visit: Visit, work: Work, episode: EpisodeOut) -> bool:
    return visit.may(Permission.TRANSFER_WRITE) and acts.may_change(work.principal, clinicians_of(episode))


def _where_to_go_on(visit: Visit, gone: TransferOut) -> str:
    """Whoever handed the work over may see it no more."""
    try:
        with visit.work() as work:
            episodes.read(work, gone.episode_id)
    except NotFound:
        return "/caseload"
    return f"/transfers/{gone.id}"
