"""The headings and sentences of the sheet that a client takes along, in both languages. They pass the review of wording."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.vocabulary import Locale


@dataclass(frozen=True, slots=True)
class SheetWords:
    title: str
    lead: str
    goals: str
    why: str
    next_step: str
    supports: str
    how_known: str
    early_signs: str
    turn_to: str
    way_back: str
    help_now: str
    emergency: str


WORDS: Mapping[Locale, SheetWords] = {
    Locale.EN: SheetWords(
        title="What I take along",
        lead="This page is yours. You can look at it whenever you like.",
        goals="My goals from here",
        why="Why it matters to me",
        next_step="My next small step",
        supports="Who or what helps",
        how_known="How I will know",
        early_signs="Early signs, and what helps then",
        turn_to="Whom I can turn to",
        way_back="The way back",
        help_now="Where help is now",
        emergency="In an emergency",
    ),
    Locale.ES: SheetWords(
        title="Lo que me llevo",
        lead="Esta hoja es tuya, para cuando te apetezca mirarla.",
        goals="Con qué quiero seguir",
        why="Por qué me importa",
        next_step="Mi próximo paso pequeño",
        supports="Quién o qué ayuda",
        how_known="Cómo lo sabré",
        early_signs="Primeras señales, y qué ayuda entonces",
        turn_to="A quién puedo acudir",
        way_back="El camino de vuelta",
        help_now="Dónde hay ayuda ahora",
        emergency="En una emergencia",
    ),
}
