"""Helping a client on: what they would like, who fits it, whom they chose, how it went, and the sheet they take away."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import referral_matching as matching
from api.domain import referrals as rules
from api.domain.access import Permission
from api.domain.errors import Conflict, Invalid, VersionMismatch
from api.formats import provider_shapes, referral_sheet
from api.services import episodes, referral_options, referrals, terminations
from api.services.terminations import Which
from api.services.work import Work
from api.web import acts, referral_forms, referral_words
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import EpisodeFormat, Locale, Meeting, NoteState, PassingOn, ReferralStep
from schemas.wire.episodes import EpisodeOut, PersonOut
from schemas.wire.referrals import (
    ReferralCloseIn,
    ReferralIn,
    ReferralOptionIn,
    ReferralOut,
    ReferralPatch,
    ReferralStepIn,
)
from schemas.wire.terminations import NoteContent

router = APIRouter()

_LISTED = 20
_SAME_TAP = timedelta(minutes=1)
_MATCHED = 25
_STEPS = (ReferralStep.CONTACTED, ReferralStep.FIRST_TALK, ReferralStep.STARTED, ReferralStep.DID_NOT_WORK_OUT)


@router.get("/episodes/{episode_id}/referrals")
def page(visit: SignedIn, episode_id: UUID, client: Annotated[UUID | None, Query()] = None) -> Response:
    return _begin(visit, episode_id, prefilled(client_id=client))


@router.post("/episodes/{episode_id}/referrals/new")
def begin(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.REFERRAL_WRITE)
            given = _given(sent, episode_id)
            made = _begun_a_moment_ago(work, given) or referrals.begin(work, given)
    except TO_PUT_RIGHT as error:
        return _begin(visit, episode_id, _beside_its_field(sent, error), visit.refused(sent, error))
    return visit.go(f"/referrals/{made.id}", Said.SAVED)


@router.get("/referrals/{referral_id}")
def read(visit: SignedIn, referral_id: UUID, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    return _view(visit, referral_id, Form(), after=cursor)


@router.get("/referrals/{referral_id}/edit")
def edit(visit: SignedIn, referral_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.REFERRAL_WRITE)
        one = referrals.read(work, referral_id)
    told = one.model_dump(include={"passing_on", "what_to_pass_on", "words", "follow_up_on", "version"})
    return _edit(visit, one, prefilled(owner_id=one.owner.id, **told, **referral_forms.of_wishes(one.wishes)))


@router.post("/referrals/{referral_id}/edit")
def change(visit: SignedIn, referral_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.REFERRAL_WRITE)
            referrals.change(work, referral_id, _patch(sent), version=version_of(sent))
    except TO_PUT_RIGHT as error:
        with visit.work() as work:
            one = referrals.read(work, referral_id)
        if isinstance(error, VersionMismatch):
            sent.now_at(one.version)
        return _edit(visit, one, _beside_its_field(sent, error), visit.refused(sent, error))
    return visit.go(f"/referrals/{referral_id}", Said.SAVED)


@router.post("/referrals/{referral_id}/options")
def suggest(visit: SignedIn, referral_id: UUID, sent: Sent) -> Response:
    """One of the directory in one tap, or somebody by name. Who is suggested already stays so."""
    try:
        with visit.work() as work:
            visit.require(Permission.REFERRAL_WRITE)
            outside = sent.present("name", "contact")
            given = as_shape(
                ReferralOptionIn,
                outside=outside if not sent.given("provider_id") else None,
                **sent.present("provider_id"),
            )
            referral_options.suggest(work, referral_id, given)
    except TO_PUT_RIGHT as error:
        if isinstance(error, Conflict) and error.code == "suggested_already":
            return visit.go(f"/referrals/{referral_id}", Said.ALREADY_RECORDED)
        return _view(visit, referral_id, _beside_its_field(sent, error), visit.refused(sent, error))
    return visit.go(f"/referrals/{referral_id}", Said.SAVED)


@router.post("/referrals/{referral_id}/options/{option_id}/progress")
def record(visit: SignedIn, referral_id: UUID, option_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.REFERRAL_WRITE)
            given = as_shape(ReferralStepIn, **sent.present("step", "taken_on", "words", "follow_up_on"))
            is_new = not _recorded_a_moment_ago(work, referral_id, option_id, given)
            if is_new:
                referral_options.record(work, referral_id, option_id, given)
    except TO_PUT_RIGHT as error:
        return _view(visit, referral_id, sent, visit.refused(sent, error))
    return visit.go(f"/referrals/{referral_id}", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.post("/referrals/{referral_id}/close")
def close(visit: SignedIn, referral_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.REFERRAL_WRITE)
            referrals.close(work, referral_id, as_shape(ReferralCloseIn, **sent.present("because")))
    except TO_PUT_RIGHT as error:
        return _view(visit, referral_id, sent, visit.refused(sent, error))
    return visit.go(f"/referrals/{referral_id}", Said.SAVED)


@router.post("/referrals/{referral_id}/note")
def put_into_note(visit: SignedIn, referral_id: UUID) -> Response:
    """Whom they were helped on to, by name, into the draft of the note that there is: whoever is on the sheet, and stands on no line of it yet."""
    try:
        with visit.work() as work:
            visit.require(Permission.NOTE_WRITE)
            one = referrals.read(work, referral_id)
            note_id = _draft(work, one)
            if note_id is None:
                return visit.go(f"/episodes/{one.episode_id}/notes/new")
            note = terminations.read(work, note_id)
            said = note.content.referrals or ""
            told = {line.strip() for line in said.splitlines()}
            missing = [name for name in _named(one) if name not in told]
            if missing:
                named = as_shape(NoteContent, referrals="\n".join([*([said] if said else []), *missing])).referrals
                content = note.content.model_copy(update={"referrals": named})
                terminations.change(work, note_id, content, version=note.version)
    except Invalid:
        full = "The note has no room for the names. Shorten what it says of referrals, then put them there."
        return _view(visit, referral_id, Form(remarks=[full]), status.HTTP_422_UNPROCESSABLE_CONTENT)
    return visit.go(f"/notes/{note_id}/edit#field-referrals", Said.SAVED)


@router.get("/referrals/{referral_id}/sheet")
def sheet(visit: SignedIn, referral_id: UUID, locale: Annotated[str, Query(max_length=8)] = "") -> Response:
    """To print; an unknown language is the client's."""
    wanted = next((one for one in Locale if one == locale), None)
    with visit.work() as work:
        made = referrals.sheet(work, referral_id, locale=wanted)
    return visit.page(
        "referral_sheet.html",
        sheet=made,
        text=referral_sheet.plain(made),
        referral_id=referral_id,
        locales=list(Locale),
    )


def _given(sent: Form, episode_id: UUID) -> ReferralIn:
    told = sent.present(
        "client_id", "owner_id", "follow_up_on", "passing_on", "passing_on_said_on", "what_to_pass_on", "words"
    )
    return as_shape(ReferralIn, episode_id=episode_id, wishes=referral_forms.wished(sent), **told)


def _patch(sent: Form) -> ReferralPatch:
    """All of it, so that an emptied field takes its words away."""
    words = {name: sent.given(name) for name in ("what_to_pass_on", "words")}
    told = sent.present("owner_id", "follow_up_on", "passing_on", "passing_on_said_on")
    return as_shape(ReferralPatch, wishes=referral_forms.wished(sent), **words, **told)


def _begun_a_moment_ago(work: Work, given: ReferralIn) -> ReferralOut | None:
    """A hurried finger sends the same form twice."""
    found = referrals.page(work, episode_id=given.episode_id, before=None, limit=1).items
    for one in found:
        same = one.wishes.model_dump() == given.wishes.model_dump() and one.words == given.words
        if same and one.made_by == work.actor_id and work.now - one.made_at < _SAME_TAP:
            return one if given.client_id in (None, one.client.id) else None
    return None


def _recorded_a_moment_ago(work: Work, referral_id: UUID, option_id: UUID, given: ReferralStepIn) -> bool:
    options = referrals.read(work, referral_id).options
    last = next((one.progress[-1] for one in options if one.id == option_id and one.progress), None)
    if last is None or last.recorded_by != work.actor_id or work.now - last.recorded_at >= _SAME_TAP:
        return False
    return (last.step, last.words) == (given.step, given.words) and given.taken_on in (None, last.taken_on)


def _named(one: ReferralOut) -> list[str]:
    """Those on the sheet, each once: who turned out not to work out is suggested to nobody."""
    return list(
        dict.fromkeys(option.name for option in one.options if option.step is not ReferralStep.DID_NOT_WORK_OUT)
    )


def _draft(work: Work, one: ReferralOut) -> UUID | None:
    """The note about this ending, while it is written."""
    which = Which(client_id=one.client.id, episode_id=one.episode_id, state=NoteState.DRAFT)
    found = terminations.page(work, which, before=None, limit=1).items
    return found[0].id if found else None


def _beside_its_field(sent: Form, error: Exception) -> Form:
    """A wish stands in a field of its own on the page."""
    if isinstance(error, Invalid):
        for problem in error.problems:
            parts = problem.pointer.strip("/").split("/")
            if parts[0] in ("wishes", "outside") and len(parts) > 1:
                sent.faults.setdefault(parts[1], problem.detail)
    return sent


def _begin(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.REFERRAL_READ)
        episode = episodes.read(work, episode_id)
        found = referrals.page(work, episode_id=episode_id, before=None, limit=_LISTED).items
        may_write = _may_write(visit, work, episode)
    return visit.page(
        "referral_new.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=found,
        may_write=may_write,
        clock=visit.calendar.elsewhere(episode.time_zone),
        owners=_owners(visit, episode),
        **_choices(),
    )


def _view(
    visit: Visit, referral_id: UUID, form: Form, status_code: int = status.HTTP_200_OK, *, after: UUID | None = None
) -> Response:
    with visit.work() as work:
        one = referrals.read(work, referral_id)
        episode = episodes.read(work, one.episode_id)
        found = referrals.matches(work, referral_id, after=after, limit=_MATCHED) if one.closed_at is None else None
        may_write = _may_write(visit, work, episode)
        draft = _draft(work, one) if may_write and visit.may(Permission.NOTE_WRITE) and _named(one) else None
    chosen = {option.provider.id for option in one.options if option.provider is not None}
    return visit.page(
        "referral.html",
        status_code=status_code,
        form=form,
        one=one,
        episode=episode,
        matches=found.items if found else [],
        next_cursor=found.next_cursor if found else None,
        is_first_page=after is None,
        chosen=chosen,
        draft=draft,
        may_write=may_write,
        has_room=len(one.options) < rules.MOST_OPTIONS,
        order=matching.ORDER,
        asked=matching.asked(provider_shapes.wishes(one.wishes)),
        steps=_STEPS,
        ends=rules.BY_A_PERSON,
        fee=matching.fee_in_words,
        clock=visit.calendar.elsewhere(episode.time_zone),
        **_choices(),
    )


def _edit(visit: Visit, one: ReferralOut, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        episode = episodes.read(work, one.episode_id)
    return visit.page(
        "referral_edit.html",
        status_code=status_code,
        form=form,
        one=one,
        episode=episode,
        owners=_owners(visit, episode, one.owner),
        **_choices(),
    )


def _choices() -> dict[str, object]:
    return {
        "formats": list(EpisodeFormat),
        "meetings": list(Meeting),
        "passing_on": list(PassingOn),
        "told": referral_words,
    }


def _owners(visit: Visit, episode: EpisodeOut, held: PersonOut | None = None) -> list[tuple[UUID, str]]:
    """Whoever works in the episode; besides, whoever has it, and a practice lead who is looking."""
    found = {one.id: one.name for one in [*clinicians_of(episode), *([held] if held else [])]}
    if visit.me is not None and visit.me.id not in found:
        found[visit.me.id] = visit.me.name or "Me"
    return list(found.items())


def _may_write(visit: Visit, work: Work, episode: EpisodeOut) -> bool:
    return visit.may(Permission.REFERRAL_WRITE) and acts.may_change(work.principal, clinicians_of(episode))
