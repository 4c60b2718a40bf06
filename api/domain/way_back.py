"""How a client comes back after an ending, and who answers: our general words, and what a practice says instead. Pure.

They promise no more than is true anywhere, ask for nothing, and pass the review of wording in both languages (a test holds it).
"""

from collections.abc import Mapping

from schemas.vocabulary import Locale

OURS: Mapping[Locale, tuple[str, str]] = {
    Locale.EN: (
        "You can ask to come back at any time. A short message or a call is enough, and you do not have to explain anything.",
        "A person here reads it and answers you.",
    ),
    Locale.ES: (
        "Puedes pedir volver cuando quieras. Basta un mensaje corto o una llamada, y no hace falta que expliques nada.",
        "Aquí lo lee una persona y te contesta.",
    ),
}


def shown(locale: Locale, how: str | None, who: str | None) -> tuple[str, str]:
    """What a client reads: the practice's own, ours where it has none."""
    ours_how, ours_who = OURS[locale]
    return how or ours_how, who or ours_who


def for_a_note(how: str | None, who: str | None) -> str | None:
    """What a draft begins with: words that somebody in the practice chose. Ours are put into nobody's note."""
    return " ".join(one for one in (how, who) if one) or None


def language(tag: str | None) -> Locale:
    """Of a client or a practice: Spanish or, for whatever else, English."""
    return Locale.ES if (tag or "").casefold().startswith("es") else Locale.EN
