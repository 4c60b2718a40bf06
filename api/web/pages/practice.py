"""The practice: what is set, and what is set about it. How it notices has a page of its own."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.domain.access import Permission
from api.domain.errors import VersionMismatch
from api.services import crisis_lines, practices
from api.web import noticing as noticing_words
from api.web.forms import TO_PUT_RIGHT, Sent, as_shape, prefilled, version_of
from api.web.said import Said
from api.web.visits import SignedIn
from schemas.wire.practices import PracticePatch

router = APIRouter(prefix="/practice")

_CLOSURES = 50
_NOTICES = {
    "help_now_en": "Where help is now, in English",
    "help_now_es": "Where help is now, in Spanish",
    "replies_read_en": "When answers are read, in English",
    "replies_read_es": "When answers are read, in Spanish",
}
_YEARS = ("retention_years", "retention_years_of_minors")


@router.get("")
def read(visit: SignedIn) -> Response:
    with visit.work() as work:
        practice = practices.read(work)
        help_lines = crisis_lines.read(work)
        noticing = practices.noticing(work)
        closures = [one for one in practices.closures(work, after=None, limit=_CLOSURES).items if not one.withdrawn]
    return visit.page(
        "practice.html",
        practice=practice,
        help_lines=help_lines,
        country=next((one for one in help_lines.countries if one.code == help_lines.country), None),
        level=noticing_words.chosen(noticing),
        progress=noticing_words.progress(noticing),
        closures=closures,
        notices=_NOTICES,
    )


@router.get("/edit")
def edit(visit: SignedIn) -> Response:
    with visit.work() as work:
        visit.require(Permission.PRACTICE_EDIT)
        practice = practices.read(work)
    form = prefilled(
        name=practice.name,
        time_zone=practice.time_zone,
        locale=practice.locale,
        **{name: getattr(practice, name) for name in _NOTICES},
        retention_years=practice.retention_years,
        retention_years_of_minors=practice.retention_years_of_minors,
        version=practice.version,
    )
    return visit.page("practice_edit.html", form=form, notices=_NOTICES)


@router.post("/edit")
def change(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(
            PracticePatch,
            **sent.present("time_zone", "locale"),
            **(dict.fromkeys((*_NOTICES, *_YEARS)) | sent.present(*_NOTICES) | sent.numbers(*_YEARS)),
            name=sent.text("name"),
        )
        with visit.work() as work:
            practices.change(work, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            visit.require(Permission.PRACTICE_EDIT)
            stored = practices.read(work)
        if isinstance(error, VersionMismatch):
            sent.now_at(stored.version)
        return visit.page("practice_edit.html", status_code=status_code, form=sent, notices=_NOTICES)
    return visit.go("/practice", Said.SAVED)
