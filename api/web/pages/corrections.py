"""This is not so: what somebody who knows the client says is so, in one tap and at most one field."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import corrections as rules
from api.domain.access import Permission
from api.domain.corrections import Part
from api.domain.errors import invalid_field
from api.services import corrections, engagement, episodes
from api.services.work import Work
from api.web import attendance, dates, worklist
from api.web.attendance import Mark, Time
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit, local_path
from schemas.vocabulary import Channel, CorrectionKind
from schemas.wire.corrections import CorrectionIn

router = APIRouter(prefix="/episodes/{episode_id}/corrections")

_TIMES = 4
_KINDS = frozenset(CorrectionKind)
_MAY_BE_OTHERWISE = frozenset({Mark.NOT_KEPT, Mark.NOT_RECORDED, Mark.SHORT_NOTICE, Mark.CANCELLED, Mark.EXCUSED})
_INSTANTS = frozenset({Part.AT, Part.STARTS_AT})


@router.get("")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, Form())


@router.post("")
def correct(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    try:
        with visit.work() as work:
            visit.require(Permission.EPISODE_CORRECT)
            episode = episodes.read(work, episode_id)
            said = corrections.correct(work, episode_id, _given(sent, episode.time_zone))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        kind = sent.given("kind")
        sent.faults = {_field(kind, name, sent): detail for name, detail in sent.faults.items()}
        return _page(visit, episode_id, sent, status_code)
    back = local_path(sent.given("back")) or f"/clients/{episode.clients[0].id}"
    return visit.go(back, Said.RECORDED if said.facts else Said.ALREADY_RECORDED)


def _given(sent: Form, zone: str) -> CorrectionIn:
    """Of what was typed, what goes with the kind that was tapped: the fields of one form serve several."""
    kind = sent.given("kind")
    if kind not in _KINDS:
        raise invalid_field("/kind", "Choose one of these.")
    values: dict[str, object] = {"kind": kind}
    for part in rules.MEANINGS[CorrectionKind(str(kind))].takes:
        name = _field(kind, part, sent)
        typed = sent.given(name)
        if typed is None:
            continue
        if part in _INSTANTS:
            values[part] = dates.instant(typed, zone, part)
        else:
            values[part] = sent.numbers(name)[name] if part is Part.CADENCE_DAYS else typed
    return as_shape(CorrectionIn, **values)


def _field(kind: str | None, part: str, sent: Form) -> str:
    """What the page calls it: several of its forms have a field of one kind."""
    if part in ("kind", Part.APPOINTMENT_ID):
        return part
    if part == Part.STARTS_AT:
        return f"{part}_{sent.text(Part.APPOINTMENT_ID)}"
    return f"{worklist.TOLD.name}_{part}" if kind in worklist.TOLD.kinds else f"{kind}_{part}"


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.EPISODE_CORRECT)
        episode = episodes.read(work, episode_id)
        standing = engagement.read(work, episode_id)
        times = _times(work, episode_id)
    return visit.page(
        "correction.html",
        status_code=status_code,
        form=form,
        episode=episode,
        standing=standing,
        times=times,
        clock=visit.calendar.elsewhere(episode.time_zone),
        mark_words=attendance.WORDS,
        worklist=worklist,
        channels=(Channel.IN_PERSON, Channel.PHONE, Channel.PORTAL, Channel.EMAIL, Channel.SMS, Channel.LETTER),
    )


def _times(work: Work, episode_id: UUID) -> list[Time]:
    """The latest past times of which the record may have it wrong, the latest first."""
    past = [time for time in attendance.strip(work, episode_id).times if time.mark in _MAY_BE_OTHERWISE]
    return list(reversed(past))[:_TIMES]
