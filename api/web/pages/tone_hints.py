"""Hints on the wording while a message is typed: a piece of a page. Without a script, "Look it over" says the same."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.domain.access import Permission
from api.services import tone_checks
from api.web import hints, offered_times
from api.web.forms import Sent, as_shape
from api.web.visits import SignedInTyping
from schemas.wire.tone_checks import ToneHintIn

router = APIRouter()

_TYPED = ("kind", "channel", "locale")


@router.post("/tone-hints")
def hint(visit: SignedInTyping, sent: Sent) -> Response:
    """An empty answer: nothing to say. Merge fields stand as typed."""
    with visit.work() as work:
        visit.require(Permission.CHECK_IN_WRITE)
        given = as_shape(
            ToneHintIn,
            subject=sent.text("subject"),
            body=sent.text("body"),
            may_mention_therapy=sent.ticked("may_mention_therapy"),
            **sent.present(*_TYPED),
        )
        review = tone_checks.hint(work, given)
    offers_times = bool(sent.present(*offered_times.FIELDS))
    remarks = hints.remarks(review.whole, given.kind, given.body, offers_times=offers_times)
    return visit.fragment("tone_hints.html", review=review, subject=given.subject, body=given.body, remarks=remarks)
