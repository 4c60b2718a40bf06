"""The offered times on the page behind a reply link: buttons with day, hour and zone, in the language of the page.

Every time that is still to come is shown, whatever was answered before: whoever opens the link later learns nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from api.domain import offered_times as rules
from api.domain.errors import Conflict
from api.services.replies import TimeToTap
from api.web.reply_words import Tongue
from schemas.vocabulary import Locale

_LEAD = {
    Locale.EN: "These times are free. Tap one if it suits. It is held for you, and a person confirms it.",
    Locale.ES: "Estas horas están libres. Toca una si te viene bien. Queda guardada para ti y una persona la confirma.",
}
_CLOCK = {Locale.EN: "All in {zone}.", Locale.ES: "Todas en {zone}."}
_GONE = {
    Locale.EN: "This time has gone meanwhile. Please tap another, or any other answer.",
    Locale.ES: "Esta hora ya no está libre. Toca otra, por favor, o cualquier otra respuesta.",
}
_NOT_KEPT = {
    Locale.EN: "This was not kept. Nothing is lost here: please tap again.",
    Locale.ES: "No se ha guardado. Aquí no se pierde nada: vuelve a tocar, por favor.",
}
_OF_A_TIME = frozenset({"time_held", "time_of_another"})


@dataclass(frozen=True, slots=True)
class TimesShown:
    """`buttons` are (what is sent, what is read)."""

    lead: str
    clock: str
    buttons: list[tuple[UUID, str]]


def shown(times: Sequence[TimeToTap], tongue: Tongue) -> TimesShown | None:
    """None where nothing is offered, or nothing any more."""
    if not times:
        return None
    zone = rules.zone_said(times[0].zone, tongue.code)
    buttons = [(one.id, _sentence(rules.said(one.starts_at, one.zone, tongue.code))) for one in times]
    return TimesShown(_LEAD[tongue.code], _CLOCK[tongue.code].format(zone=zone), buttons)


def refused(error: Conflict, tongue: Tongue) -> tuple[str, str]:
    """Beside which part of the form, and in which words. What clashed with something else says nothing of a time."""
    if error.code in _OF_A_TIME:
        return "time", _GONE[tongue.code]
    return "answer", _NOT_KEPT[tongue.code]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
