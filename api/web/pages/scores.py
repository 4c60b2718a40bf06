"""Results of a client's own measures: written down, listed, and taken back where one was wrong."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain import measures, note_wording
from api.domain.access import Permission
from api.domain.errors import Conflict
from api.services import episodes, item_answers, scores
from api.services.work import Work
from api.web import dates
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import RiskReview
from schemas.wire.episodes import EpisodeOut
from schemas.wire.scores import AssessedIn, ScoreIn

router = APIRouter(prefix="/episodes/{episode_id}/scores")

_SHOWN = 20
_ANSWERS = (("0", "0"), ("1", "1"), ("2", "2"), ("3", "3"))
_SEPARATE = "separate"
_ITS_OWN = (_SEPARATE, "To a result of its own, which is not there yet")
_BETTER = (("lower", "Lower is better"), ("higher", "Higher is better"))


@router.get("")
def new(visit: SignedIn, episode_id: UUID) -> Response:
    return _page(visit, episode_id, Form())


@router.post("")
def record(visit: SignedIn, episode_id: UUID, sent: Sent) -> Response:
    """The same result of the same day, sent twice, is one. An answer completes the total it belongs to; where it is not plain which, it is asked."""
    try:
        with visit.work() as work:
            visit.require(Permission.SCORE_RECORD)
            episode = episodes.read(work, episode_id)
            given = _given(visit, sent, episode)
            is_new = not _is_there(work, episode, given)
            if is_new:
                scores.record(work, episode_id, given)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, sent, visit.refused(sent, error))
    return visit.go(f"/clients/{episode.clients[0].id}", Said.RECORDED if is_new else Said.ALREADY_RECORDED)


@router.post("/{score_id}/assessed")
def assess(visit: SignedIn, episode_id: UUID, score_id: UUID, sent: Sent) -> Response:
    """One tap, where it was in session. Somebody else may have said so meanwhile: that is as good."""
    try:
        with visit.work() as work:
            visit.require(Permission.FLAG_RAISE)
            item_answers.assess(work, episode_id, score_id, as_shape(AssessedIn, **sent.present("how", "words")))
    except Conflict:
        return visit.go(f"/episodes/{episode_id}/scores", Said.ALREADY_RECORDED)
    except TO_PUT_RIGHT as error:
        return _page(visit, episode_id, Form(), visit.refused(sent, error))
    return visit.go(f"/episodes/{episode_id}/scores", Said.RECORDED)


@router.post("/{score_id}/withdraw")
def withdraw(visit: SignedIn, episode_id: UUID, score_id: UUID) -> Response:
    with visit.work() as work:
        scores.withdraw(work, episode_id, score_id)
    return visit.go(f"/episodes/{episode_id}/scores", Said.WITHDRAWN)


def _given(visit: Visit, sent: Form, episode: EpisodeOut) -> ScoreIn:
    """A day in the past is its noon on the client's clock; today is just now."""
    typed, today = sent.given("at"), visit.calendar.elsewhere(episode.time_zone).today.isoformat()
    at = dates.instant(f"{typed}T12:00", episode.time_zone, "at") if typed and typed != today else None
    better, whose = sent.given("higher_is_better"), sent.given("completes")
    belongs = {} if whose is None else {"separate": True} if whose == _SEPARATE else {"completes": whose}
    return as_shape(
        ScoreIn,
        at=at,
        **sent.present("client_id", "measure", "assessed"),
        **sent.numbers("value", "item_nine"),
        **belongs,
        **({} if better is None else {"higher_is_better": better == "higher"}),
    )


def _is_there(work: Work, episode: EpisodeOut, given: ScoreIn) -> bool:
    """Not where an answer comes with it that is not on record yet: it must not get lost."""
    known = scores.page(work, episode.id, before=None, limit=_SHOWN).items
    whose = given.client_id or (episode.clients[0].id if len(episode.clients) == 1 else None)
    wanted = (given.measure, given.value, whose, (given.at or work.now).date())
    return any(
        (one.measure, one.value, one.client_id, one.at.date()) == wanted
        and given.item_nine in (None, one.item_nine)
        and not one.withdrawn
        for one in known
    )


def _page(visit: Visit, episode_id: UUID, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    with visit.work() as work:
        visit.require(Permission.SCORE_RECORD)
        episode = episodes.read(work, episode_id)
        found = scores.page(work, episode_id, before=None, limit=_SHOWN).items
        totals = _totals(visit, work, episode, form) if form.faults.get("completes") else ()
    return visit.page(
        "scores.html",
        status_code=status_code,
        form=form,
        episode=episode,
        found=[one for one in found if not one.withdrawn],
        clock=visit.calendar.elsewhere(episode.time_zone),
        better=_BETTER,
        known=measures.offered(),
        answers=_ANSWERS,
        totals=totals,
        ways=list(RiskReview),
        note_words=note_wording,
    )


def _totals(visit: Visit, work: Work, episode: EpisodeOut, form: Form) -> list[tuple[str, str]]:
    """What an answer may belong to: the results of that day, of that measure and person."""
    try:
        given = _given(visit, form, episode).model_copy(update={"completes": None})
    except TO_PUT_RIGHT:
        return [_ITS_OWN]
    clock, called = visit.calendar.elsewhere(episode.time_zone), {one.id: one.name for one in episode.clients}
    told = []
    for one in scores.to_complete(work, episode.id, given):
        whose = [called[one.client_id]] if len(called) > 1 and one.client_id in called else []
        told.append((str(one.id), ", ".join([f"{clock.on(one.at)}: {one.measure}", f"{one.value:g}", *whose])))
    return [*told, _ITS_OWN]
