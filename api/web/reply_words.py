"""What the page behind a reply link says, in each language a message can have.

Clients read it: about grade 6, no motive guessed, nothing counted, nobody's name. Every language has every sentence,
which the types hold; every answer and reason has its words, which a test holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.vocabulary import GivenReason, Locale, ReplyAnswer


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `other` names the other one, in itself; `exit_to` is an everyday page to leave for."""

    code: Locale
    other: Locale
    other_name: str
    exit_to: str
    leave_now: str
    title: str
    lead: str
    no_answer_is_fine: str
    not_monitored: str
    read_when: str
    help_title: str
    help_short: str
    help_now: str
    choices: str
    more: str
    words_first: str
    words: str
    words_read_by: str
    reasons: str
    send_words: str
    apart_title: str
    apart_lead: str
    apart_read_by: str
    apart_open: str
    apart_reasons: str
    apart_words: str
    apart_send: str
    elsewhere_title: str
    elsewhere: str
    urgent_title: str
    urgent: str
    emergency: str
    lines: str
    thanks_title: str
    thanks: str
    next_title: str
    next_read_by: str
    next_may: str
    next_in_confidence: str
    again: str
    back: str
    stopped_title: str
    stopped: str
    closed_title: str
    closed: str
    closed_reach: str
    slow_title: str
    slow: str
    trouble_title: str
    trouble: str
    too_long: str
    nothing_sent: str
    answers: Mapping[ReplyAnswer, str]
    given: Mapping[GivenReason, str]


_EN = Tongue(
    code=Locale.EN,
    other=Locale.ES,
    other_name="Español",
    exit_to="https://en.wikipedia.org/",
    leave_now="Leave this page now",
    title="Your answer",
    lead="Tap what fits. One tap is enough.",
    no_answer_is_fine="No answer is fine too.",
    not_monitored="Nobody watches this page.",
    read_when="Answers are read on working days.",
    help_title="If you need help now",
    help_short="Help now",
    help_now=(
        "Please do not wait for an answer from here. Call the emergency number of the place where you are, or go to the"
        " nearest emergency department. A doctor or a crisis line near you can help at any hour."
    ),
    choices="What would you like?",
    more="More answers",
    words_first="Add a few words or a reason first, if you like",
    words="A few words",
    words_read_by="The person who wrote to you reads them. Whoever leads the practice or supervises them can read them too.",
    reasons="What it has to do with",
    send_words="Send only this",
    apart_title="Something the person who wrote to you should not read",
    apart_lead="We are sorry for what hurt you here. Looking for somebody else is fine, and no verdict on you.",
    apart_read_by=(
        "One practice lead who does not work with you reads what you send here, and nobody else does. The person who wrote"
        " to you is not told, not even that you wrote. It is passed on only if you agree."
    ),
    apart_open="Write to a practice lead",
    apart_reasons="What happened",
    apart_words="In your words",
    apart_send="Send to the practice lead only",
    elsewhere_title="If something here hurt you",
    elsewhere=(
        "We are sorry. Nobody here could read it who is independent, so we do not ask about it on this page. The board that"
        " licenses therapists where you live takes complaints, and a doctor or an advice centre can help you find"
        " somebody else. Looking for somebody else is fine, and no verdict on you."
    ),
    urgent_title="Thank you for writing this. Help is there now",
    urgent=(
        "If you or somebody else may be in danger, please do not wait for us: call now, or go where help is. Below it says"
        " where. You do not need to be sure, and you do not need to explain."
    ),
    emergency="Emergency number",
    lines="People who listen",
    thanks_title="Thank you",
    thanks="It has arrived, and a person will read it.",
    next_title="What happens now",
    next_read_by="The person who wrote to you reads it, or whoever stands in for them.",
    next_may=(
        "They may write back or call you, by the ways you allowed and no other. A tap ends nothing and books nothing by"
        " itself. Nobody will ask you why."
    ),
    next_in_confidence="What you sent to the practice lead only is read by them alone, and passed on only if you agree.",
    again=(
        "You can change your mind by the same link. Until somebody has read your answer, a new one takes its place; after"
        " that it stands beside it."
    ),
    back="Back to the answers",
    stopped_title="Done",
    stopped="Nothing more will be sent to this address.",
    closed_title="There is nothing to answer here",
    closed="The link may have run out, or it may not have been copied whole.",
    closed_reach="You can reach the practice as you always do, by the telephone number or address you know.",
    slow_title="One moment, please",
    slow="There have been very many requests. Please try again a little later.",
    trouble_title="Something went wrong here",
    trouble="Nothing you did is to blame. Please try again in a moment.",
    too_long="This is longer than fits. Please shorten it to 4000 characters.",
    nothing_sent="Nothing was chosen yet. Tap an answer, or write a few words first.",
    answers={
        ReplyAnswer.COME_BACK: "I would like to come back",
        ReplyAnswer.ANOTHER_TIME: "Another time or another way to meet",
        ReplyAnswer.CALL_ME: "Please call me",
        ReplyAnswer.FINISHED_FOR_NOW: "I am fine, finished for now",
        ReplyAnswer.ANOTHER_PERSON: "I would like to see another person here",
        ReplyAnswer.TAKE_A_BREAK: "I would like to take a break",
        ReplyAnswer.CLOSING_SESSION: "One closing talk",
        ReplyAnswer.WRITTEN_GOODBYE: "A written goodbye",
        ReplyAnswer.BETTER_FIT: "Help me find somebody who fits better",
        ReplyAnswer.DO_NOT_CONTACT: "Please do not contact me",
    },
    given={
        GivenReason.CULTURE_NOT_RESPECTED: "My culture or faith was not respected",
        GivenReason.NOT_HEARD: "I did not feel heard",
        GivenReason.OUTSIDE_COMPETENCE: "It needed other skills than were there",
        GivenReason.NO_SAY_IN_GOALS: "I had no say in the goals",
        GivenReason.CLINICIAN_DISTRACTED: "The person I saw was not with me in their mind",
        GivenReason.BIAS_OR_MICROAGGRESSION: "I was treated as less because of who I am",
        GivenReason.SPOKEN_TO_HARSHLY: "I was spoken to harshly",
        GivenReason.EXPLOITED_OR_ABUSED: "I was used or abused",
        GivenReason.EXPERIENCE_QUESTIONED: "What I lived through was doubted",
        GivenReason.LONG_WITHOUT_CHANGE: "It went on long without change",
        GivenReason.VALUES_IMPOSED: "Values were pressed on me that are not mine",
        GivenReason.GOALS_REACHED: "I got where I wanted to be",
        GivenReason.COST_OR_INSURANCE: "Cost or insurance",
        GivenReason.TIME_OR_TRAVEL: "Time or the way there",
        GivenReason.MOVED: "I have moved",
        GivenReason.CHANGED_PROVIDER: "I see somebody else now",
        GivenReason.FEELING_BETTER: "I feel better",
        GivenReason.NOT_NOW: "It is not the time for it now",
        GivenReason.PREFER_NOT_TO_SAY: "I prefer not to say",
    },
)

_ES = Tongue(
    code=Locale.ES,
    other=Locale.EN,
    other_name="English",
    exit_to="https://es.wikipedia.org/",
    leave_now="Salir de esta página ahora",
    title="Tu respuesta",
    lead="Toca lo que encaje. Con un toque basta.",
    no_answer_is_fine="No responder también está bien.",
    not_monitored="Nadie vigila esta página.",
    read_when="Las respuestas se leen en días laborables.",
    help_title="Si necesitas ayuda ahora",
    help_short="Ayuda ahora",
    help_now=(
        "No esperes una respuesta de aquí. Llama al número de emergencias del lugar donde estás o ve al servicio de"
        " urgencias más cercano. Un médico o una línea de crisis de tu zona puede ayudarte a cualquier hora."
    ),
    choices="¿Qué te gustaría?",
    more="Más respuestas",
    words_first="Añade antes unas palabras o un motivo, si quieres",
    words="Unas palabras",
    words_read_by="Las lee la persona que te escribió. También puede leerlas quien dirige la consulta o la supervisa.",
    reasons="Con qué tiene que ver",
    send_words="Enviar solo esto",
    apart_title="Algo que la persona que te escribió no debe leer",
    apart_lead="Sentimos lo que te hizo daño aquí. Buscar a otra persona está bien y no dice nada malo de ti.",
    apart_read_by=(
        "Lo que envíes aquí lo lee una sola persona de la dirección de la consulta que no te atiende, y nadie más. A quien"
        " te escribió no se le dice nada, ni siquiera que has escrito. Solo se le pasa si tú quieres."
    ),
    apart_open="Escribir a la dirección de la consulta",
    apart_reasons="Qué pasó",
    apart_words="En tus palabras",
    apart_send="Enviar solo a la dirección",
    elsewhere_title="Si algo aquí te hizo daño",
    elsewhere=(
        "Lo sentimos. Aquí no hay nadie independiente que pueda leerlo, por eso no preguntamos por ello en esta página. El"
        " colegio profesional o el organismo que autoriza a los terapeutas donde vives atiende quejas, y un médico o un"
        " centro de orientación puede ayudarte a encontrar a otra persona. Buscar a otra persona está bien y no dice nada"
        " malo de ti."
    ),
    urgent_title="Gracias por escribirlo. Hay ayuda ahora",
    urgent=(
        "Si tú u otra persona puede estar en peligro, no esperes a que te respondamos: llama ahora o ve a donde hay ayuda."
        " Abajo se dice dónde. No hace falta que tengas certeza ni que expliques nada."
    ),
    emergency="Número de emergencias",
    lines="Personas que escuchan",
    thanks_title="Gracias",
    thanks="Ha llegado, y una persona lo leerá.",
    next_title="Qué pasa ahora",
    next_read_by="Lo lee la persona que te escribió o quien la sustituye.",
    next_may=(
        "Puede escribirte o llamarte, solo por las vías que permitiste. Un toque no termina ni reserva nada por sí solo. Nadie"
        " te preguntará por qué."
    ),
    next_in_confidence="Lo que enviaste solo a la dirección lo lee solo esa persona, y se pasa solo si tú quieres.",
    again=(
        "Puedes cambiar de idea con el mismo enlace. Mientras nadie haya leído tu respuesta, la nueva ocupa su lugar; después"
        " queda a su lado."
    ),
    back="Volver a las respuestas",
    stopped_title="Hecho",
    stopped="No se enviará nada más a esta dirección.",
    closed_title="Aquí no hay nada que responder",
    closed="Puede que el enlace haya caducado o que no se haya copiado entero.",
    closed_reach="Puedes hablar con la consulta como siempre, por el teléfono o la dirección que conoces.",
    slow_title="Un momento, por favor",
    slow="Ha habido muchísimas peticiones. Inténtalo un poco más tarde.",
    trouble_title="Algo ha ido mal aquí",
    trouble="No es por nada que hayas hecho. Inténtalo otra vez en un momento.",
    too_long="Es más largo de lo que cabe. Acórtalo a 4000 caracteres, por favor.",
    nothing_sent="Todavía no has elegido nada. Toca una respuesta o escribe antes unas palabras.",
    answers={
        ReplyAnswer.COME_BACK: "Me gustaría volver",
        ReplyAnswer.ANOTHER_TIME: "Otra hora u otra forma de vernos",
        ReplyAnswer.CALL_ME: "Por favor, llámame",
        ReplyAnswer.FINISHED_FOR_NOW: "Estoy bien, por ahora he terminado",
        ReplyAnswer.ANOTHER_PERSON: "Me gustaría ver a otra persona de aquí",
        ReplyAnswer.TAKE_A_BREAK: "Me gustaría hacer una pausa",
        ReplyAnswer.CLOSING_SESSION: "Una última charla para cerrar",
        ReplyAnswer.WRITTEN_GOODBYE: "Una despedida por escrito",
        ReplyAnswer.BETTER_FIT: "Ayúdame a encontrar a alguien que encaje mejor",
        ReplyAnswer.DO_NOT_CONTACT: "Por favor, no me contacten",
    },
    given={
        GivenReason.CULTURE_NOT_RESPECTED: "No se respetó mi cultura o mi fe",
        GivenReason.NOT_HEARD: "No sentí que me escucharan",
        GivenReason.OUTSIDE_COMPETENCE: "Hacían falta otros conocimientos",
        GivenReason.NO_SAY_IN_GOALS: "No pude decidir sobre las metas",
        GivenReason.CLINICIAN_DISTRACTED: "La persona que me atendía tenía la mente en otra parte",
        GivenReason.BIAS_OR_MICROAGGRESSION: "Me trataron como menos por ser quien soy",
        GivenReason.SPOKEN_TO_HARSHLY: "Me hablaron con dureza",
        GivenReason.EXPLOITED_OR_ABUSED: "Se aprovecharon o abusaron de mí",
        GivenReason.EXPERIENCE_QUESTIONED: "Se dudó de lo que viví",
        GivenReason.LONG_WITHOUT_CHANGE: "Fue mucho tiempo sin cambios",
        GivenReason.VALUES_IMPOSED: "Me quisieron imponer valores que no son míos",
        GivenReason.GOALS_REACHED: "Llegué adonde quería",
        GivenReason.COST_OR_INSURANCE: "El precio o el seguro",
        GivenReason.TIME_OR_TRAVEL: "El tiempo o el camino",
        GivenReason.MOVED: "Me he mudado",
        GivenReason.CHANGED_PROVIDER: "Ahora veo a otra persona",
        GivenReason.FEELING_BETTER: "Me siento mejor",
        GivenReason.NOT_NOW: "Ahora no es el momento",
        GivenReason.PREFER_NOT_TO_SAY: "Prefiero no decirlo",
    },
)

TONGUES: Mapping[Locale, Tongue] = {Locale.EN: _EN, Locale.ES: _ES}


def tongue(asked: str | None, otherwise: str | None) -> Tongue:
    """The language that was asked for, or else the first of `otherwise`, which is written like an Accept-Language."""
    known = {str(locale): found for locale, found in TONGUES.items()}
    for wanted in (asked or "", (otherwise or "").strip().lower()[:2]):
        if wanted in known:
            return known[wanted]
    return _EN
