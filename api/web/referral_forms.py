"""Between the forms about providers, wishes and referrals, and the shapes that the API takes."""

from api.web.forms import Form, as_shape, prefilled
from schemas.wire.referral_providers import ReferralProviderIn, ReferralProviderOut, WishesIn, WishesOut

_TEXTS = (
    "name",
    "organisation",
    "external_id",
    "currency",
    "place",
    "phone",
    "email",
    "website",
    "address",
    "notes",
    "accepting_checked_on",
)
_LISTS = ("specialisations", "therapies", "qualifications", "languages", "insurances")
_FLAGS = ("sliding_scale", "free_talk", "accepting", "in_person", "online")
_FEES = ("fee_from", "fee_to")
_WISH_LISTS = ("languages", "therapies", "specialisations", "qualifications")
_WISH_TEXTS = ("format", "insurance", "currency", "meeting", "place")
ANSWERS = (("", "Not known"), ("yes", "Yes"), ("no", "No"))


def provider(sent: Form) -> ReferralProviderIn:
    """All of it, so that an empty field takes away what was there."""
    texts: dict[str, object] = {name: sent.given(name) for name in _TEXTS if name != "name" or sent.given(name)}
    if sent.given("currency"):
        texts["currency"] = sent.text("currency").strip().upper()
    lists = {name: _lines(sent, name) or None for name in _LISTS}
    if sent.ticked("no_insurance"):
        lists["insurances"] = []
    flags = {name: {"yes": True, "no": False}.get(sent.text(name)) for name in _FLAGS}
    fees = {name: sent.numbers(name).get(name) for name in _FEES}
    return as_shape(ReferralProviderIn, formats=sent.several("formats") or None, **texts, **lists, **flags, **fees)


def of_provider(one: ReferralProviderOut) -> Form:
    told = one.model_dump(exclude={"id", "updated_at", "removed"})
    for name in _LISTS:
        told[name] = None if told[name] is None else "\n".join(told[name])
    for name in _FLAGS:
        told[name] = {True: "yes", False: "no", None: None}[told[name]]
    return prefilled(no_insurance=one.insurances == [], **told)


def wishes(sent: Form) -> WishesIn:
    return as_shape(WishesIn, **wished(sent))


def wished(sent: Form) -> dict[str, object]:
    """As it was typed, for a shape in which wishes stand among other things."""
    lists = {name: _lines(sent, name) for name in _WISH_LISTS}
    texts = sent.present(*_WISH_TEXTS)
    if "currency" in texts:
        texts["currency"] = texts["currency"].strip().upper()
    return {"free_talk": sent.ticked("free_talk"), **lists, **texts, **sent.numbers("most_to_pay")}


def of_wishes(one: WishesOut | WishesIn) -> dict[str, object]:
    """For a form that shows other things beside them."""
    told = one.model_dump()
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in told.items()}


def _lines(sent: Form, name: str) -> list[str]:
    return [line.strip() for line in sent.text(name).splitlines() if line.strip()]
