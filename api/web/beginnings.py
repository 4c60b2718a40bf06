"""Words to begin a message with, as the page on which it is written offers them: by language, and those of its kind alone."""

from collections.abc import Collection
from urllib.parse import urlencode
from uuid import UUID

from api.services import check_in_templates, clients, episodes
from api.services.work import Work
from api.web.forms import Form
from schemas.vocabulary import CheckInKind, Locale
from schemas.wire.check_in_templates import BuiltInTemplateOut

_MOST = 100


def shelves(
    work: Work, spoken: Locale, kinds: Collection[CheckInKind]
) -> list[tuple[Locale, list[BuiltInTemplateOut]]]:
    """By language, the client's first; a language without templates has no shelf."""
    templates = _of_kinds(work, kinds)
    languages = sorted(Locale, key=lambda locale: locale is not spoken)
    found = [(locale, [one for one in templates if one.locale is locale]) for locale in languages]
    return [shelf for shelf in found if shelf[1]]


def chosen(work: Work, episode_id: UUID, template: str, kinds: Collection[CheckInKind]) -> BuiltInTemplateOut | None:
    """One that ships may be named without its language: then it is the client's."""
    found = {one.code: one for one in _of_kinds(work, kinds)}
    if template not in found:
        client = clients.read(work, episodes.read(work, episode_id).clients[0].id)
        template = f"{template}-{client.locale or Locale.EN}"
    return found.get(template)


def what_stays(form: Form) -> str:
    """What the message is for, as part of an address: choosing other words changes nothing of it."""
    kept = {"in_reply_to": form.text("in_reply_to")}
    if form.text("plan_step_id"):
        kept |= {"step": form.text("plan_step_id"), "client": form.text("client_id")}
    return urlencode({name: value for name, value in kept.items() if value})


def _of_kinds(work: Work, kinds: Collection[CheckInKind]) -> list[BuiltInTemplateOut]:
    """The practice's own words first. A closing letter is of no kind that is begun here: it is written with its note."""
    own = check_in_templates.page(work, after=None, limit=_MOST).items
    named = [
        BuiltInTemplateOut(code=str(one.id), **one.model_dump(include=set(BuiltInTemplateOut.model_fields) - {"code"}))
        for one in own
    ]
    ours = (one.model_copy(update={"code": f"{one.code}-{one.locale}"}) for one in check_in_templates.built_in(work))
    return [one for one in (*named, *ours) if one.kind in kinds]
