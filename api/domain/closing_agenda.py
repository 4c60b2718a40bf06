"""The page for a last meeting: what it can look at, in words for the client. Own words, in English and Spanish. Pure.

After a few meetings it is a shorter one: it does not pretend to a long work, celebrates nothing that has not been, and leaves out
early signs of what nobody has come to know yet. Every part can be put in other words, or left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.domain.errors import invalid_field
from schemas.vocabulary import AgendaForm, AgendaPart, Locale

FEW_SESSIONS = 3
"""Up to as many meetings as this, the shorter form. A number of ours: by the fourth there is usually a piece of work to look back on."""

TITLE = {Locale.EN: "Our last meeting", Locale.ES: "Nuestro último encuentro"}
HEADING = {
    Locale.EN: {
        AgendaPart.REVIEW: "Looking back",
        AgendaPart.CELEBRATE: "What is good",
        AgendaPart.HELPED: "What helped",
        AgendaPart.DID_NOT_HELP: "What did not help",
        AgendaPart.GOALS: "What goes on",
        AgendaPart.EARLY_SIGNS: "Early signs",
        AgendaPart.GOODBYE: "Goodbye",
    },
    Locale.ES: {
        AgendaPart.REVIEW: "Mirar atrás",
        AgendaPart.CELEBRATE: "Lo bueno",
        AgendaPart.HELPED: "Lo que ayudó",
        AgendaPart.DID_NOT_HELP: "Lo que no ayudó",
        AgendaPart.GOALS: "Lo que sigue",
        AgendaPart.EARLY_SIGNS: "Primeras señales",
        AgendaPart.GOODBYE: "Despedida",
    },
}
_FULL = {
    Locale.EN: {
        AgendaPart.REVIEW: (
            "We can look back together on how it was at the start, and how it is today. "
            "We can look back on the work we did together, and on what you did on your own."
        ),
        AgendaPart.CELEBRATE: "If you like, you can name something you are glad of, big or small.",
        AgendaPart.HELPED: "Anything that was of use to you, and that you would like to keep.",
        AgendaPart.DID_NOT_HELP: (
            "Anything that was of no use, or was missing. I would be glad to hear it, and you can leave it out."
        ),
        AgendaPart.GOALS: "Anything you would like to go on with, and one small step towards it.",
        AgendaPart.EARLY_SIGNS: "There may be harder days again. We can write down their first signs, and what helps.",
        AgendaPart.GOODBYE: "We say goodbye, each in a few words. You are welcome to ask to start again.",
    },
    Locale.ES: {
        AgendaPart.REVIEW: (
            "Podemos mirar atrás: cómo era al principio y cómo es hoy, el trabajo que hicimos juntos "
            "y lo que hiciste por tu lado."
        ),
        AgendaPart.CELEBRATE: "Si te apetece, puedes nombrar algo que te alegra, grande o pequeño.",
        AgendaPart.HELPED: "Si quieres, podemos ver qué te ha servido y qué te gustaría conservar.",
        AgendaPart.DID_NOT_HELP: (
            "Algo que no te ayudó, o que faltó. Me alegrará escucharlo, y también puedes dejarlo."
        ),
        AgendaPart.GOALS: "Si te apetece, con qué te gustaría seguir y un paso pequeño para empezar.",
        AgendaPart.EARLY_SIGNS: (
            "Si vuelve a hacerse difícil, quizá lo notes por pequeñas señales. Podemos apuntarlas, con lo que ayuda "
            "y quién puede ayudar."
        ),
        AgendaPart.GOODBYE: "Nos despedimos, cada cual con unas palabras. Puedes pedir volver a empezar.",
    },
}
_SHORT = {
    Locale.EN: {
        AgendaPart.REVIEW: "If you like, we can look back on what you came with, and on what we began together.",
        AgendaPart.HELPED: "Anything that was of use to you in these few meetings.",
        AgendaPart.DID_NOT_HELP: (
            "Anything that was not, or that you had hoped for. I would be glad to hear it, and you can leave it out."
        ),
        AgendaPart.GOALS: "Anything you would like to take with you. You can go on later, or with somebody else.",
        AgendaPart.GOODBYE: "We say goodbye, each in a few words. You are welcome to ask to start again.",
    },
    Locale.ES: {
        AgendaPart.REVIEW: "Podemos mirar lo que te trajo aquí y lo que empezamos.",
        AgendaPart.HELPED: "Si quieres, podemos ver qué te ha servido en estos pocos encuentros.",
        AgendaPart.DID_NOT_HELP: ("Algo que no, o que esperabas. Me alegrará escucharlo, y también puedes dejarlo."),
        AgendaPart.GOALS: "Algo que te gustaría llevarte. Puedes seguir más adelante o con otra persona.",
        AgendaPart.GOODBYE: "Nos despedimos, cada cual con unas palabras. Puedes pedir volver a empezar.",
    },
}


@dataclass(frozen=True, slots=True)
class Agenda:
    """`parts` in their order, each with the words for the client."""

    locale: Locale
    form: AgendaForm
    parts: Mapping[AgendaPart, str]


def usual_form(session_count: int) -> AgendaForm:
    return AgendaForm.SHORT if session_count <= FEW_SESSIONS else AgendaForm.FULL


def proposed(form: AgendaForm, locale: Locale) -> Agenda:
    return Agenda(locale, form, (_SHORT if form is AgendaForm.SHORT else _FULL)[locale])


def written(form: AgendaForm, locale: Locale, parts: Sequence[tuple[AgendaPart, str]]) -> Agenda:
    """As somebody put it; what they left empty is left out. Raises Invalid where nothing is left, or a part is told twice."""
    told = dict(parts)
    if len(told) < len(parts):
        raise invalid_field("/parts", "Tell each part once.")
    kept = {part: told[part].strip() for part in AgendaPart if told.get(part, "").strip()}
    if not kept:
        raise invalid_field("/parts", "Keep at least one part.")
    return Agenda(locale, form, kept)


def text(agenda: Agenda) -> str:
    """Plain, one page, to print or to share."""
    lines = [TITLE[agenda.locale], ""]
    for part, words in agenda.parts.items():
        lines += [HEADING[agenda.locale][part], words, ""]
    return "\n".join(lines)
