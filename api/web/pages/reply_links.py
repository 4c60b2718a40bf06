"""The page behind the link of a message: nobody signs in, opening it does nothing, one tap answers."""

from contextlib import AbstractContextManager
from enum import StrEnum

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from api.domain import danger
from api.domain import replies as rules
from api.domain.errors import Conflict, Invalid, NotFound, TooManyRequests
from api.services import concerns, replies
from api.services.replies import OpenedLink
from api.services.work import Runtime, Work, again, unit
from api.web import reply_times, reply_view
from api.web.forms import Form, Sent, as_shape
from api.web.reply_words import Tongue
from schemas.wire.replies import AnswerIn

router = APIRouter(prefix="/r")

_PARTS = ("answer", "reasons", "words", "in_confidence", "time")


class Said(StrEnum):
    """What is said after a form was sent. In confidence or not: the same."""

    THANKS = "thanks"
    HELP = "help"
    HELP_AND_STOPPED = "help-stopped"
    HELP_ELSEWHERE = "help-elsewhere"
    STOPPED = "stopped"
    ELSEWHERE = "elsewhere"
    THANKS_ELSEWHERE = "thanks-elsewhere"


_URGENT = frozenset({Said.HELP, Said.HELP_AND_STOPPED, Said.HELP_ELSEWHERE})
_TAKEN_IN = frozenset({Said.THANKS, Said.HELP})


# Also as mail programs and people write it: a redirect would say of the address that it is one.
@router.get("/{token}")
@router.get("/{token}/", include_in_schema=False)
def read(request: Request, token: str) -> Response:
    try:
        opened = _look(request, token)
    except (NotFound, TooManyRequests) as error:
        return _refused(request, error)
    return _page(request, opened, token, Form())


@router.post("/{token}")
@router.post("/{token}/", include_in_schema=False)
def answer(request: Request, token: str, sent: Sent) -> Response:
    def answered() -> tuple[Said, str]:
        with _unit(request) as work:
            opened = replies.open_link(work, token, _address(request))
            replies.take_turn(work, opened.link, _address(request))
            return _take(work, opened, sent), reply_view.tongue_of(request, opened.link.locale).code

    try:
        said, language = again(answered)
    except (NotFound, TooManyRequests) as error:
        return _refused(request, error)
    except (Conflict, Invalid) as error:
        return _again(request, token, sent, error)
    return reply_view.go(f"/r/{token}/{said}?lang={language}")


@router.get("/{token}/{said}")
def read_what_was_said(request: Request, token: str, said: Said) -> Response:
    try:
        opened = _look(request, token)
    except (NotFound, TooManyRequests) as error:
        return _refused(request, error)
    tongue = reply_view.tongue_of(request, opened.link.locale)
    if said is Said.STOPPED:
        # One confirmation with nothing else in it.
        return reply_view.page("reply_stopped.html", tongue)
    urgent = said in _URGENT
    title = tongue.elsewhere_title if said is Said.ELSEWHERE else tongue.thanks_title
    return reply_view.page(
        "reply_said.html",
        tongue,
        title=tongue.urgent_title if urgent else title,
        urgent=urgent,
        lines=_lines(said, tongue),
        goes_on=_what_happens_now(opened, tongue) if said in _TAKEN_IN else (),
        help_now=_help_now(opened, tongue),
        help=opened.help,
        back=f"/r/{token}?lang={tongue.code}",
    )


def _lines(said: Said, tongue: Tongue) -> tuple[str, ...]:
    """Where words may be about danger, help comes before all else; what else there is to say stays short."""
    return {
        Said.THANKS: (tongue.thanks,),
        Said.HELP: (tongue.thanks,),
        Said.HELP_AND_STOPPED: (tongue.thanks, tongue.stopped),
        Said.ELSEWHERE: (tongue.elsewhere,),
        Said.THANKS_ELSEWHERE: (tongue.thanks, tongue.elsewhere),
        Said.HELP_ELSEWHERE: (tongue.elsewhere,),
    }[said]


def _what_happens_now(opened: OpenedLink, tongue: Tongue) -> tuple[str, ...]:
    """Who reads it, when, and what they may do. In confidence or not, the page is the same."""
    apart = (tongue.next_in_confidence,) if opened.has_reader else ()
    read_by = f"{tongue.next_read_by} {_read_when(opened, tongue)} {tongue.not_monitored}"
    return (read_by, tongue.next_may, *apart, tongue.again)


def _unit(request: Request, *, read_only: bool = False) -> AbstractContextManager[Work]:
    runtime: Runtime = request.app.state.runtime
    return unit(runtime, request_id=request.state.request_id, read_only=read_only)


def _look(request: Request, token: str) -> OpenedLink:
    with _unit(request, read_only=True) as work:
        return replies.open_link(work, token, _address(request))


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _take(work: Work, opened: OpenedLink, sent: Form) -> Said:
    """Each part of it to whom it is for. Where nobody independent could read it, it is told to nobody. Raises Invalid."""
    sent.only_known(*_PARTS)
    given = as_shape(
        AnswerIn, **sent.present("answer", "words", "time"), reasons=list(dict.fromkeys(sent.several("reasons")))
    )
    told = rules.filled_in(given.answer, tuple(given.reasons), given.words, given.time)
    urgent = danger.may_be_in_danger(told.words)
    parts = rules.parted(told, in_confidence=sent.ticked("in_confidence"))
    if parts.openly is None and parts.in_confidence is None:
        raise Invalid
    if parts.in_confidence is not None and opened.has_reader:
        concerns.confide(work, opened.link, parts.in_confidence)
    stopped = parts.openly is not None and replies.answer(work, opened.link, parts.openly).opted_out
    if stopped:
        return Said.HELP_AND_STOPPED if urgent else Said.STOPPED
    if parts.in_confidence is not None and not opened.has_reader:
        elsewhere = Said.ELSEWHERE if parts.openly is None else Said.THANKS_ELSEWHERE
        return Said.HELP_ELSEWHERE if urgent else elsewhere
    return Said.HELP if urgent else Said.THANKS


def _again(request: Request, token: str, sent: Form, error: Conflict | Invalid) -> Response:
    """The form as it was typed, with what to put right."""
    try:
        opened = _look(request, token)
    except (NotFound, TooManyRequests) as gone:
        return _refused(request, gone)
    tongue = reply_view.tongue_of(request, opened.link.locale)
    if isinstance(error, Conflict):
        place, text = reply_times.refused(error, tongue)
        sent.faults[place] = text
        return _page(request, opened, token, sent, status.HTTP_409_CONFLICT)
    too_long = any(problem.pointer == "/words" for problem in error.problems)
    sent.faults["words"] = tongue.too_long if too_long else tongue.nothing_sent
    return _page(request, opened, token, sent, status.HTTP_422_UNPROCESSABLE_CONTENT)


def _refused(request: Request, error: NotFound | TooManyRequests) -> Response:
    if isinstance(error, TooManyRequests):
        waits = {"Retry-After": str(error.retry_after_seconds)}
        return reply_view.refused(request, status.HTTP_429_TOO_MANY_REQUESTS, waits)
    return reply_view.refused(request, status.HTTP_404_NOT_FOUND)


def _page(
    request: Request, opened: OpenedLink, token: str, form: Form, status_code: int = status.HTTP_200_OK
) -> Response:
    tongue = reply_view.tongue_of(request, opened.link.locale)
    return reply_view.page(
        "reply.html",
        tongue,
        status_code,
        action=f"/r/{token}?lang={tongue.code}",
        form=form,
        confidential=_is_confidential(form),
        times=reply_times.shown(opened.times, tongue),
        first=rules.SHOWN_FIRST,
        more=rules.UNDER_MORE,
        reasons=rules.REASONS,
        sealed_reasons=rules.SEALED_REASONS,
        has_reader=opened.has_reader,
        help_now=_help_now(opened, tongue),
        help=opened.help,
        urgent=danger.may_be_in_danger(form.text("words")),
        read_when=_read_when(opened, tongue),
    )


def _is_confidential(form: Form) -> bool:
    """Words that came beside such an answer go back to where the page says that the clinician does not read them."""
    sealed = {*map(str, rules.SEALED_REASONS), *map(str, rules.TO_THE_READER)}
    return form.ticked("in_confidence") or not sealed.isdisjoint([*form.several("reasons"), form.text("answer")])


def _help_now(opened: OpenedLink, tongue: Tongue) -> str:
    return opened.help_now[tongue.code] or tongue.help_now


def _read_when(opened: OpenedLink, tongue: Tongue) -> str:
    return opened.read_when[tongue.code] or tongue.read_when
