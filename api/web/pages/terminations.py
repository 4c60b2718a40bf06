"""Termination notes: the guided form with and without a conversation, signing, cosigning, and what is added later."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import note_wording
from api.domain.access import Permission
from api.domain.errors import Conflict, Invalid, NotFound, VersionMismatch
from api.services import endings, episodes, signatures, terminations
from api.services.terminations import Which
from api.services.work import Work
from api.web import acts, letter_words, note_forms
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.pages import letters
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import EndingKind, NoteForm, NoteState, RiskReview
from schemas.wire.episodes import EpisodeOut
from schemas.wire.terminations import (
    EpisodeEndIn,
    NoteAddendumIn,
    NoteReturnIn,
    TerminationNoteIn,
    TerminationNoteOut,
)

router = APIRouter()

_LISTED = 50


@router.get("/notes")
def page(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        waiting = []
        if visit.may(Permission.NOTE_COSIGN):
            waiting = terminations.page(work, Which(to_cosign=True), before=None, limit=_LISTED).items
        found = terminations.page(work, Which(), before=cursor, limit=_LISTED)
    drafts = [one for one in found.items if one.state is NoteState.DRAFT]
    return visit.page(
        "notes.html",
        waiting=waiting,
        drafts=drafts,
        others=[one for one in found.items if one not in drafts],
        next_cursor=found.next_cursor,
        note_words=note_wording,
    )


@router.get("/episodes/{episode_id}/notes/new")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.NOTE_WRITE)
        episode = episodes.read(work, episode_id)
        begun = terminations.page(work, Which(episode_id=episode_id), before=None, limit=_LISTED).items
    return visit.page("note_new.html", episode=episode, begun=begun, form=Form(), forms=list(NoteForm))


@router.post("/episodes/{episode_id}/notes/new")
def add(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """The note that is there already is as good: a hurried finger sends the same form twice."""
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            given = as_shape(TerminationNoteIn, episode_id=episode_id, **sent.present("form", "client_id"))
            note_id = terminations.add(work, given).id
    except Conflict as error:
        with visit.work() as work:
            note_id = _begun_before(work, episode_id, sent, error)
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            episode = episodes.read(work, episode_id)
        return visit.page(
            "note_new.html", status_code=status_code, episode=episode, begun=[], form=sent, forms=list(NoteForm)
        )
    return visit.go(f"/notes/{note_id}/edit")


@router.get("/notes/{note_id}")
def read(visit: SignedIn, note_id: UUID) -> Response:
    return _view(visit, note_id, Form())


@router.get("/notes/{note_id}/edit")
def edit(visit: SignedIn, note_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.NOTE_WRITE)
        note = terminations.read(work, note_id)
    if note.state is not NoteState.DRAFT:
        return visit.go(f"/notes/{note_id}")
    return _edit(visit, note, note_forms.filled(note))


@router.post("/notes/{note_id}/edit")
def change(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    """When somebody else was faster, what was typed stays in the form, and what is stored now is shown beside it."""
    try:
        content = note_forms.read(sent)
        with visit.work() as work:
            terminations.change(work, note_id, content, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            note = terminations.read(work, note_id)
            stored = terminations.text(work, note_id) if isinstance(error, VersionMismatch) else None
        if stored is not None:
            sent.now_at(note.version)
        return _edit(visit, note, sent, status_code=status_code, stored=stored)
    if sent.ticked("look"):
        return visit.go(f"/notes/{note_id}", Said.SAVED)
    return visit.go(f"/notes/{note_id}/edit", Said.SAVED)


@router.post("/notes/{note_id}/kept")
def keep(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    """Saved by a script while it is typed: a piece of the page that says so, or why not. Nothing typed is ever taken away."""
    try:
        content = note_forms.read(sent)
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            note = terminations.change(work, note_id, content, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            terminations.read(work, note_id)
        return visit.fragment("note_not_kept.html", status_code=visit.refused(sent, error), form=sent)
    return visit.fragment("note_kept.html", note=note, hinted=note_forms.hinted(note), clock=visit.calendar)


@router.post("/notes/{note_id}/discard")
def discard(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            client_id = terminations.read(work, note_id).client.id
            terminations.discard(work, note_id, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _view(visit, note_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{client_id}", Said.NOTE_DISCARDED)


@router.post("/notes/{note_id}/risk")
def review_risk(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    """One tap, before the signature: risk was assessed in session. It bears the name of whoever taps, and the time."""
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            before = terminations.read(work, note_id).content
            content = before.model_copy(update={"risk_review": RiskReview.IN_SESSION})
            terminations.change(work, note_id, content, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _view(visit, note_id, sent, visit.refused(sent, error))
    return visit.go(f"/notes/{note_id}", Said.RECORDED)


@router.post("/notes/{note_id}/sign")
def sign(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    """What is missing is shown in the form itself, each with the reason why it is required."""
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_SIGN)
            signed = signatures.sign(work, note_id, version=version_of(sent), letter=letters.with_note(sent))
    except Invalid as error:
        if error.code != "note_unfinished":
            return _view(visit, note_id, sent, visit.refused(sent, error))
        with visit.work() as work:
            note = terminations.read(work, note_id)
        form = note_forms.filled(note)
        return _edit(visit, note, form, status_code=visit.refused(form, note_forms.named(error)))
    except TO_PUT_RIGHT as error:
        return _view(visit, note_id, sent, visit.refused(sent, error))
    return visit.go(f"/notes/{note_id}", Said.NOTE_SIGNED if signed.state is NoteState.SIGNED else Said.NOTE_WAITS)


@router.post("/notes/{note_id}/cosign")
def cosign(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_COSIGN)
            signatures.cosign(work, note_id, version=version_of(sent), letter=letters.with_note(sent))
    except TO_PUT_RIGHT as error:
        return _view(visit, note_id, sent, visit.refused(sent, error))
    return visit.go(f"/notes/{note_id}", Said.NOTE_SIGNED)


@router.post("/notes/{note_id}/return")
def send_back(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_COSIGN)
            given = as_shape(NoteReturnIn, **sent.present("reason"))
            signatures.send_back(work, note_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        return _view(visit, note_id, sent, visit.refused(sent, error))
    return visit.go("/notes", Said.NOTE_RETURNED)


@router.post("/notes/{note_id}/addenda")
def append(visit: SignedIn, note_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_SIGN)
            signatures.append(work, note_id, as_shape(NoteAddendumIn, **sent.present("words")))
    except TO_PUT_RIGHT as error:
        return _view(visit, note_id, sent, visit.refused(sent, error))
    return visit.go(f"/notes/{note_id}", Said.SAVED)


@router.get("/episodes/{episode_id}/end")
def ending(visit: SignedIn, episode_id: UUID) -> Response:
    return _ending(visit, episode_id, Form())


@router.post("/episodes/{episode_id}/end")
def end(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_SIGN)
            given = as_shape(EpisodeEndIn, **sent.present("how_it_ended", "reason", "client_id", "risk_review"))
            ended = endings.end(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _ending(visit, episode_id, sent, visit.refused(sent, error))
    if len(ended.draft_ids) == 1:
        return visit.go(f"/notes/{ended.draft_ids[0]}/edit", Said.EPISODE_ENDED)
    return visit.go("/notes", Said.EPISODE_ENDED)


def _begun_before(work: Work, episode_id: UUID, sent: Form, error: Conflict) -> UUID:
    """The draft that the conflict is about."""
    for one in terminations.page(work, Which(episode_id=episode_id), before=None, limit=_LISTED).items:
        if sent.given("client_id") in (None, str(one.client.id)):
            return one.id
    raise error


def _view(visit: Visit, note_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.NOTE_READ)
        note = terminations.read(work, note_id)
        text = terminations.text(work, note_id)
        episode = episodes.read(work, note.episode_id)
        ones_own = acts.may_change(work.principal, clinicians_of(episode))
        oneself = work.actor_id
        letter = letters.to_sign(work, note_id) if visit.may(Permission.CHECK_IN_READ) else None
    form.typed = {**form.typed, "version": [str(note.version)]}
    return visit.page(
        "note.html",
        status_code=status_code,
        note=note,
        hinted=note_forms.hinted(note),
        text=text,
        episode=episode,
        form=form,
        clock=visit.calendar.elsewhere(episode.time_zone),
        note_words=note_wording,
        letter=letter,
        letter_words=letter_words,
        may_write_letter=ones_own and visit.may(Permission.CHECK_IN_WRITE),
        may_sign=ones_own and visit.may(Permission.NOTE_SIGN),
        may_see_messages=visit.may(Permission.CHECK_IN_READ),
        may_cosign=visit.may(Permission.NOTE_COSIGN) and note.author.id != oneself,
    )


def _edit(
    visit: Visit,
    note: TerminationNoteOut,
    form: Form,
    *,
    status_code: int = status.HTTP_200_OK,
    stored: str | None = None,
) -> Response:
    with visit.work() as work:
        episode = episodes.read(work, note.episode_id)
    return visit.page(
        "note_edit.html",
        status_code=status_code,
        note=note,
        hinted=note_forms.hinted(note),
        episode=episode,
        form=form,
        rows=note_forms.rows_of(form),
        idle_minutes=visit.runtime.limits.sign_in_idle_minutes,
        stored=stored,
        clock=visit.calendar.elsewhere(episode.time_zone),
        note_words=note_wording,
        without=form.text("form") == NoteForm.WITHOUT_CONVERSATION,
    )


def _ending(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.NOTE_SIGN)
        episode: EpisodeOut = episodes.read(work, episode_id)
    if episode.ended_at is not None and not form.typed:
        raise NotFound
    return visit.page(
        "episode_end.html",
        status_code=status_code,
        episode=episode,
        form=form if form.typed else prefilled(),
        note_words=note_wording,
        kinds=list(EndingKind),
    )
