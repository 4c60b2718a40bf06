"""Messages to clients: written and looked over, approved with time to undo, and the log of what became of each.

One form for the words: whoever approves approves what stands in it, and it is looked over again in the same act.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import Conflict, DomainError, VersionMismatch
from api.services import approvals, checkins, clients, consents, episodes, letters, replies
from api.services.work import Work
from api.web import acts, beginnings, hints, offered_times
from api.web.dates import Calendar
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.pages.clients import clinicians_of
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ConsentState, LetterState, Locale, Situation
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut, CheckInPatch, SettlementIn
from schemas.wire.clients import ConsentOut
from schemas.wire.episodes import EpisodeOut
from schemas.wire.replies import ReplyOut

router = APIRouter()

_LOGGED = 25
_KINDS = (CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY, CheckInKind.FOLLOW_UP)
_ANSWERS = (CheckInKind.ANSWER, *_KINDS)
_TYPED = ("consent_id", "kind", "in_reply_to", "asked_for_on", "locale", "subject", "body")
# The form holds what was typed; the page shows beside it what the client will read.
_SHOWN_AS = {"subject": "typed_subject", "body": "typed_body"}


@router.get("/clients/{client_id}/check-ins")
def log(visit: SignedIn, client_id: UUID, before: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        client = clients.read(work, client_id)
        found = checkins.page(work, client_id=client_id, episode_id=None, states=(), before=before, limit=_LOGGED)
    return visit.page(
        "check_ins.html",
        client=client,
        found=found.items,
        next_cursor=found.next_cursor,
        clock=visit.calendar.elsewhere(client.time_zone),
    )


@router.get("/episodes/{episode_id}/check-ins/new")
def new(
    visit: SignedIn,
    episode_id: UUID,
    template: Annotated[str, Query(max_length=60)] = "",
    in_reply_to: Annotated[UUID | None, Query()] = None,
    *,
    step: Annotated[UUID | None, Query()] = None,
    client: Annotated[UUID | None, Query()] = None,
    asked_for_on: Annotated[date | None, Query()] = None,
) -> Response:
    """With `asked_for_on`, a follow-up. With `template`, its words to begin with, looked over when the draft is saved; with `in_reply_to`, the answer to a reply;
    with `step` (and `client`, where several take part), the note of a plan.
    """
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_WRITE)
        kinds = (CheckInKind.ANSWER,) if in_reply_to else _KINDS
        chosen = beginnings.chosen(work, episode_id, template, kinds) if template else None
        reply = replies.read(work, in_reply_to) if in_reply_to else None
    begun: dict[str, object] = {}
    if chosen is not None:
        begun = {"kind": chosen.kind, "locale": chosen.locale, "subject": chosen.subject, "body": chosen.body}
        begun["offers_closing_session"] = chosen.situation is Situation.CLOSING_OFFER
    if reply is not None:
        begun |= {"kind": CheckInKind.ANSWER, "in_reply_to": reply.id, "client_id": reply.client.id}
    begun |= {"kind": CheckInKind.FOLLOW_UP, "asked_for_on": asked_for_on} if asked_for_on and reply is None else {}
    begun |= {"plan_step_id": step, "client_id": client} if step else {}
    return _compose(visit, episode_id, prefilled(**begun) if begun else Form(), answered=reply)


@router.post("/episodes/{episode_id}/check-ins/new")
def draft(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_WRITE)
            times = offered_times.typed(sent, episodes.read(work, episode_id).time_zone)
            typed = sent.present("client_id", "plan_step_id", *_TYPED)
            offers = sent.ticked("offers_closing_session")
            given = as_shape(
                CheckInIn, episode_id=episode_id, offered_times=times, offers_closing_session=offers, **typed
            )
            made = checkins.draft(work, given)
    except TO_PUT_RIGHT as error:
        return _compose(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/check-ins/{made.id}")


@router.get("/check-ins/{check_in_id}")
def read(visit: SignedIn, check_in_id: UUID) -> Response:
    return _page(visit, check_in_id, None)


@router.post("/check-ins/{check_in_id}/words")
def save(visit: SignedIn, check_in_id: UUID, sent: Sent) -> Response:
    """Looks it over; with the other button, approves what stands in the form."""
    try:
        with visit.work() as work:
            visit.require(Permission.CHECK_IN_WRITE)
            version = _saved(work, check_in_id, sent)
        sent.now_at(version)
        if sent.given("act") == "approve":
            with visit.work() as work:
                approvals.approve(
                    work, check_in_id, as_shape(ApprovalIn, **sent.present("override_reason")), version=version
                )
            return visit.go(f"/check-ins/{check_in_id}", Said.APPROVED)
    except TO_PUT_RIGHT as error:
        return _again(visit, check_in_id, sent, error)
    return visit.go(f"/check-ins/{check_in_id}")


@router.post("/check-ins/{check_in_id}/undo")
def undo(visit: SignedIn, check_in_id: UUID) -> Response:
    with visit.work() as work:
        approvals.undo(work, check_in_id)
    return visit.go(f"/check-ins/{check_in_id}", Said.UNDONE)


@router.post("/check-ins/{check_in_id}/cancel")
def cancel(visit: SignedIn, check_in_id: UUID) -> Response:
    with visit.work() as work:
        approvals.cancel(work, check_in_id)
    return visit.go(f"/check-ins/{check_in_id}", Said.CANCELLED)


@router.post("/check-ins/{check_in_id}/settle")
def settle(visit: SignedIn, check_in_id: UUID, sent: Sent) -> Response:
    """From what the provider's record says."""
    with visit.work() as work:
        approvals.settle(work, check_in_id, SettlementIn(went=sent.given("went") == "yes"))
    return visit.go(f"/check-ins/{check_in_id}", Said.SETTLED)


@router.get("/check-ins/{check_in_id}/file")
def read_file(visit: SignedIn, check_in_id: UUID) -> Response:
    """Only where messages become files: what the client would have received."""
    with visit.work() as work:
        text = checkins.read_file(work, check_in_id)
    return visit.page("check_in_file.html", check_in_id=check_in_id, text=text)


def _saved(work: Work, check_in_id: UUID, sent: Form) -> int:
    """The version that now holds what stands in the form: the former one where nothing was changed."""
    version = version_of(sent)
    found = checkins.read(work, check_in_id)
    times = offered_times.typed(sent, clients.read(work, found.client_id).time_zone)
    offers = sent.ticked("offers_closing_session")
    given = as_shape(CheckInPatch, offered_times=times, offers_closing_session=offers, **sent.present(*_TYPED))
    if found.state is not CheckInState.DRAFT:
        raise Conflict("This message is no longer a draft.", code="not_a_draft")
    if found.version != version:
        raise VersionMismatch
    told = given.model_dump(exclude_none=True, exclude={"offered_times"})
    as_read = [one.starts_at for one in found.offered_times] == sorted(times)
    as_read = as_read and all(_same(getattr(found, _SHOWN_AS.get(name, name)), value) for name, value in told.items())
    # Written before there was an address: with the next look it is to the one that is on record by now.
    if as_read and found.consent_id is not None and sent.given("act") == "approve":
        return version
    return checkins.change(work, check_in_id, given, version=version).version


def _same(stored: object, typed: object) -> bool:
    """A browser sends line breaks of its own kind. Paragraphs are the author's."""
    return str(stored).strip().splitlines() == str(typed).strip().splitlines()


def _again(visit: Visit, check_in_id: UUID, sent: Form, error: DomainError) -> Response:
    """As typed, with what to put right. When somebody else was faster, what is sent next is meant for what is shown now."""
    status_code = visit.refused(sent, error)
    return _page(visit, check_in_id, sent, status_code)


def _page(visit: Visit, check_in_id: UUID, form: Form | None, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        message = checkins.read(work, check_in_id)
        client = clients.read(work, message.client_id)
        episode = episodes.read(work, message.episode_id)
        ways = consents.page(work, message.client_id)
        limits = work.runtime.limits
        letter = letters.of_message(work, check_in_id) if message.kind is CheckInKind.CLOSING_LETTER else None
    if form is not None and form.text("version") != str(message.version):
        form.now_at(message.version)
    address = next((one for one in ways if one.id == message.consent_id), None)
    channel = address.channel if address is not None and message.state is CheckInState.DRAFT else message.channel
    is_text = channel is Channel.SMS
    may_change = acts.may_change(visit.principal, clinicians_of(episode)) if visit.principal else False
    return visit.page(
        "check_in.html",
        status_code=status_code,
        form=form or _filled(message, visit.calendar.elsewhere(client.time_zone)),
        time_fields=offered_times.FIELDS,
        zone=client.time_zone,
        message=message,
        client=client,
        address=address,
        addresses=_addresses(ways),
        ways=_told_of(ways),
        remarks=_remarks(message),
        kinds=() if letter else _ANSWERS if message.in_reply_to else _KINDS,
        letter=letter,
        letter_free=letter is not None and letter.note_signed,
        locale=message.locale,
        locales=list(Locale),
        may_write=may_change
        and visit.may(Permission.CHECK_IN_WRITE)
        and (letter is None or letter.state is not LetterState.AWAITING_COSIGN),
        is_text=is_text,
        becomes_a_file=(limits.text_folder if is_text else limits.mail_folder) is not None,
        clock=visit.calendar.elsewhere(client.time_zone),
    )


def _compose(
    visit: Visit,
    episode_id: UUID,
    form: Form,
    status_code: int = status.HTTP_200_OK,
    *,
    answered: ReplyOut | None = None,
) -> Response:
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_WRITE)
        episode = episodes.read(work, episode_id)
        locale = _language(work, episode)
        kinds = (CheckInKind.ANSWER,) if form.text("in_reply_to") else _KINDS
        ways, shelves = _ways(work, episode), beginnings.shelves(work, locale, kinds)
    return visit.page(
        "check_in_new.html",
        status_code=status_code,
        form=form,
        time_fields=offered_times.FIELDS,
        zone=episode.time_zone,
        episode=episode,
        addresses=_addresses(ways),
        ways=_told_of(ways),
        way=_first_of(ways),
        locale=locale,
        kinds=() if form.text("in_reply_to") else _KINDS,
        locales=list(Locale),
        shelves=shelves,
        answered=answered,
        letter=None,
        what_stays=beginnings.what_stays(form),
    )


def _ways(work: Work, episode: EpisodeOut) -> list[ConsentOut]:
    """Of the one who takes part. Where several do, the address is chosen once it is said whom it is to."""
    return consents.page(work, episode.clients[0].id) if len(episode.clients) == 1 else []


def _addresses(ways: list[ConsentOut]) -> list[tuple[UUID, str]]:
    """As where nobody chooses: those that may be written to first, and of them e-mail."""
    written = [one for one in ways if one.channel in (Channel.EMAIL, Channel.SMS)]
    written.sort(key=lambda one: (one.state is not ConsentState.GRANTED, one.channel is Channel.SMS))
    return [(one.id, f"{one.address} (text message)" if one.channel is Channel.SMS else one.address) for one in written]


def _told_of(ways: list[ConsentOut]) -> dict[str, dict[str, object]]:
    """What a message that is being typed is looked over for, by address."""
    return {str(one.id): {"channel": one.channel.value, "may_mention_therapy": one.may_mention_therapy} for one in ways}


def _first_of(ways: list[ConsentOut]) -> UUID | None:
    """The address of a form that leaves no choice of it."""
    chosen = _addresses(ways)
    return chosen[0][0] if chosen else None


def _language(work: Work, episode: EpisodeOut) -> Locale:
    """In which a message is written where the form names none."""
    return clients.read(work, episode.clients[0].id).locale or Locale.EN


def _remarks(message: CheckInOut) -> Sequence[str]:
    """Of a draft, about the words as the client reads them."""
    if message.review is None:
        return ()
    times = bool(message.offered_times)
    return hints.remarks(message.review.whole, message.kind, message.body, offers_times=times)


def _filled(message: CheckInOut, clock: Calendar) -> Form:
    return prefilled(
        consent_id=message.consent_id,
        kind=None if message.kind is CheckInKind.CLOSING_LETTER else message.kind,
        in_reply_to=message.in_reply_to,
        asked_for_on=message.asked_for_on,
        locale=message.locale,
        subject=message.typed_subject,
        body=message.typed_body,
        offers_closing_session=message.offers_closing_session,
        version=message.version,
        **offered_times.filled((one.starts_at for one in message.offered_times), clock),
    )
