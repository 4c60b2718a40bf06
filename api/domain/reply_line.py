"""The last lines of every message: the private page on which one tap is enough, and that no answer is fine too."""

from datetime import date

from api.domain.months import MONTHS
from schemas.vocabulary import Locale

_LINES = {
    Locale.EN: (
        "One tap is enough to answer, and no answer is fine too:",
        "This page is for you alone and opens until {day}. It is not watched around the clock.",
    ),
    Locale.ES: (
        "Para responder basta un toque, y no responder también está bien:",
        "Esta página es solo para ti y se abre hasta el {day}. No se atiende a todas horas.",
    ),
}


# Every letter of these is in the alphabet of text messages, so that none of them makes a message longer than its words do.
_TEXT_LINES = {
    Locale.EN: "To answer, if you like: {link}\nSTOP ends these texts.",
    Locale.ES: "Para responder, si quieres: {link}\nCon STOP no recibes otro SMS.",
}
_TOKEN_LENGTH = 22


def with_text_line(body: str, link: str, locale: Locale) -> str:
    """The same for a text message, in which each character counts."""
    return f"{body.rstrip()}\n{_TEXT_LINES[locale].format(link=link)}"


def as_text(body: str, public_url: str, locale: Locale) -> str:
    """A text message as long as it will be: its link is made when somebody approves it."""
    return with_text_line(body, f"{public_url}/r/{'x' * _TOKEN_LENGTH}", locale)


def with_reply_line(body: str, link: str, until: date, locale: Locale) -> str:
    """The words of the message, then the link on a line of its own."""
    month = MONTHS[locale][until.month - 1]
    day = f"{until.day} {month}" if locale is Locale.EN else f"{until.day} de {month}"
    asks, says = _LINES[locale]
    return f"{body.rstrip()}\n\n{asks}\n{link}\n\n{says.format(day=day)}\n"
