"""The words of the sheet that a client takes away, in the languages in which the product writes to clients.

Kind, plain, about fit: no word about the client stands on it, none about why, and none that ranks anybody. The review of wording
reads all of it in a test.
"""

from dataclasses import dataclass

from schemas.vocabulary import Accepting, EpisodeFormat, Locale


@dataclass(frozen=True, slots=True)
class Labels:
    organisation: str
    specialisations: str
    therapies: str
    qualifications: str
    languages: str
    formats: str
    fee: str
    fee_range: str
    fee_from: str
    fee_up_to: str
    sliding_scale: str
    insurances: str
    no_insurance: str
    free_talk: str
    meets: str
    in_person: str
    online: str
    phone: str
    email: str
    website: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True)
class Words:
    locale: Locale
    date: str
    title: str
    opening: tuple[str, ...]
    listed: str
    nobody_yet: str
    not_said: str
    questions: tuple[tuple[str, tuple[str, ...]], ...]
    closing: tuple[str, ...]
    labels: Labels
    formats: dict[EpisodeFormat, str]
    accepting: dict[Accepting, str]
    and_word: str


WORDS = {
    Locale.EN: Words(
        locale=Locale.EN,
        date="{day} {month} {year}",
        title="Finding somebody who fits",
        opening=(
            "Finding somebody else is fine. It is not a verdict on you, and it is not one on the work so far.",
            "You can talk with more than one of them before you choose, and you can take your time.",
            "You choose whom you turn to, and what you tell them. We pass nothing on that you have not agreed to.",
        ),
        listed="Whom you could turn to",
        nobody_yet="There are no names here yet. We can add some together.",
        not_said="If something is not said here, you can ask about it.",
        questions=(
            (
                "Questions about how it would be",
                (
                    "How do you usually work, and what would our first meetings be like?",
                    "Here is what I would like help with. What experience do you have with it?",
                    "How would we notice together that it helps?",
                    "When something does not feel right to me, how can I tell you?",
                    "If it turns out not to fit, what happens then? Could you help me find somebody else?",
                ),
            ),
            (
                "Questions about what to expect",
                (
                    "Could we have a short talk first that costs nothing?",
                    "What does a session cost, and is there a lower fee? Which insurances do you take?",
                    "What happens when I cannot come to a session?",
                    "When could we begin, and how often would we meet?",
                    "What training and licence do you have?",
                    "What do you write down, and who can read it?",
                    "How can I reach you between sessions, and whom can I call in an emergency?",
                ),
            ),
        ),
        closing=(
            "You are free to ask all of this, and to leave out what you like.",
            "If none of them works out, tell us. We are glad to look further with you.",
        ),
        labels=Labels(
            organisation="Works at",
            specialisations="Knows well",
            therapies="Types of therapy",
            qualifications="Qualifications",
            languages="Languages",
            formats="Sees",
            fee="One session",
            fee_range="{low} to {high} {currency}",
            fee_from="from {low} {currency}",
            fee_up_to="up to {high} {currency}",
            sliding_scale="a lower fee is possible: ask",
            insurances="Insurances",
            no_insurance="takes none",
            free_talk="A free talk on the phone first is possible.",
            meets="Meets",
            in_person="in person",
            online="online",
            phone="Phone",
            email="E-mail",
            website="Web",
            address="Address",
            contact="How to reach them",
        ),
        formats={
            EpisodeFormat.INDIVIDUAL: "one person",
            EpisodeFormat.COUPLE: "couples",
            EpisodeFormat.FAMILY: "families",
            EpisodeFormat.GROUP: "groups",
        },
        accepting={
            Accepting.ACCEPTING: "Takes new clients, as of {day}.",
            Accepting.NOT_KNOWN: "Ask whether there is room for new clients.",
            Accepting.NOT_ACCEPTING: "Had no room for new clients on {day}: ask when there is.",
        },
        and_word="and",
    ),
    Locale.ES: Words(
        locale=Locale.ES,
        date="{day} de {month} de {year}",
        title="Encontrar a alguien que encaje",
        opening=(
            "Buscar a otra persona está bien. No es un juicio sobre usted, ni sobre el trabajo hecho hasta ahora.",
            "Puede hablar con más de una persona antes de elegir, y tomarse su tiempo.",
            "Usted elige a quién acude y qué le cuenta. No contamos nada de usted sin su acuerdo.",
        ),
        listed="A quién podría acudir",
        nobody_yet="Aquí todavía no hay nombres. Podemos añadir algunos juntos.",
        not_said="Lo que aquí no se dice se puede preguntar.",
        questions=(
            (
                "Preguntas sobre cómo sería",
                (
                    "¿Cómo suele trabajar, y cómo serían nuestros primeros encuentros?",
                    "En esto me gustaría tener ayuda. ¿Qué experiencia tiene con ello?",
                    "¿Cómo notaríamos juntos que ayuda?",
                    "Si algo no va bien para mí, ¿cómo se lo puedo decir?",
                    "Si resulta que no encajamos, ¿qué pasa entonces? ¿Me ayudaría a encontrar a otra persona?",
                ),
            ),
            (
                "Preguntas sobre lo que cabe esperar",
                (
                    "¿Podríamos hablar antes un momento, sin coste?",
                    "¿Cuánto cuesta una sesión, y hay una tarifa reducida? ¿Con qué seguros trabaja?",
                    "¿Qué pasa cuando no puedo ir a una sesión?",
                    "¿Cuándo podríamos empezar, y cada cuánto nos veríamos?",
                    "¿Qué formación y qué licencia tiene?",
                    "¿Qué anota, y quién lo puede leer?",
                    "¿Cómo puedo hablar con usted entre sesiones, y a quién llamo en una emergencia?",
                ),
            ),
        ),
        closing=(
            "Puede preguntar todo esto, y dejar fuera lo que quiera.",
            "Si con nadie resulta, díganoslo. Con gusto seguimos buscando con usted.",
        ),
        labels=Labels(
            organisation="Trabaja en",
            specialisations="Conoce bien",
            therapies="Tipos de terapia",
            qualifications="Formación y títulos",
            languages="Idiomas",
            formats="Atiende a",
            fee="Una sesión",
            fee_range="de {low} a {high} {currency}",
            fee_from="desde {low} {currency}",
            fee_up_to="hasta {high} {currency}",
            sliding_scale="puede haber una tarifa reducida: pregunte",
            insurances="Seguros",
            no_insurance="ninguno",
            free_talk="Se puede hablar antes por teléfono, sin coste.",
            meets="Atiende",
            in_person="en persona",
            online="en línea",
            phone="Teléfono",
            email="Correo electrónico",
            website="Web",
            address="Dirección",
            contact="Cómo ponerse en contacto",
        ),
        formats={
            EpisodeFormat.INDIVIDUAL: "una persona",
            EpisodeFormat.COUPLE: "parejas",
            EpisodeFormat.FAMILY: "familias",
            EpisodeFormat.GROUP: "grupos",
        },
        accepting={
            Accepting.ACCEPTING: "Tenía sitio para nuevos clientes el {day}.",
            Accepting.NOT_KNOWN: "Pregunte si hay sitio para nuevos clientes.",
            Accepting.NOT_ACCEPTING: "No tenía sitio para nuevos clientes el {day}: pregunte cuándo habrá.",
        },
        and_word="y",
    ),
}
