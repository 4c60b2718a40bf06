"""Whether somebody's own words ask us not to write any more (47 CFR 64.1200(a)(10): any reasonable way of saying so counts).

A single word of the kind that stops text messages may mean something else here: CANCEL the appointment, STOP or END the
therapy. Then nothing more is sent to that address either, and a person finds out what was meant. Not to be called is not
among it: whoever says so on this page may well prefer to be written to.
"""

import re
import unicodedata
from enum import StrEnum


class OptOut(StrEnum):
    """`plain`: they ask not to be written to. `unclear`: it may be about something else, and binds all the same."""

    PLAIN = "plain"
    UNCLEAR = "unclear"


# As the whole of what was written.
_PLAIN_WORDS = frozenset(
    {
        "quit", "revoke", "opt out", "optout", "unsubscribe", "stop all", "stopall", "remove me", "no more messages",
        "no more emails", "no more mails", "leave me alone", "do not contact", "dont contact", "no contact",
        "baja", "darme de baja", "no contactar", "no mas mensajes", "no mas correos", "dejadme en paz",
        "dejenme en paz", "no escribir", "revocar",
    }
)  # fmt: skip
_UNCLEAR_WORDS = frozenset(
    {
        "stop", "end", "cancel", "stop it", "please stop", "stop please", "stop now", "cancel it", "end it",
        "alto", "parar", "para", "basta", "detener", "terminar", "fin", "cancelar", "cancela", "por favor para",
    }
)  # fmt: skip

_SEND = r"(?:contact|writ|write|e ?mail|mail|message|text|messag|send|bother|reach out|get in touch)"
_PLAIN_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"\b(?:do not|dont|never|stop|quit|cease|please no|no longer want you to) (?:ever )?{_SEND}(?:ing|ting)?"
            r" (?:to )?(?:me|us|this address|here|with me)\b"
        ),
        rf"\b(?:stop|quit|cease) (?:all )?(?:these |this |the |your |sending )*(?:{_SEND}(?:ing|ting)|messages?|e ?mails?|mails?|texts?|contact)\b",
        (
            r"\b(?:no more |no further |do not want (?:any )?(?:more )?|dont want (?:any )?(?:more )?)"
            r"(?:messages?|e ?mails?|mails?|texts?|contact)\b"
        ),
        r"\b(?:unsubscribe|opt(?:ing)? out|opt me out|remove me from|take me off|delete my (?:address|e ?mail|number))\b",
        r"\b(?:do not|dont) (?:want|wish) to be (?:contacted|written to|e ?mailed|messaged|texted|reached)\b",
        r"\bi (?:revoke|withdraw) (?:my )?(?:consent|permission)\b",
        r"\bno me (?:vuelva[ns]?|vuelvas|volvais) a (?:escribir|contactar|mandar|enviar)\b",
        r"\bno me (?:escriba[ns]?|escribas|escribais|contacte[ns]?|contacteis|mande[ns]?|envie[ns]?|envieis|moleste[ns]?)\b",
        (
            r"\b(?:deje[ns]?|deja|dejad|dejar|paren|pare|para) de (?:escribirme|contactarme|mandarme|enviarme|molestarme"
            r"|enviar|mandar|escribir|contactar)\b"
        ),
        (
            r"\bno quiero (?:que me (?:escriban|escribas|contacten|contactes|manden|envien)"
            r"|(?:recibir )?(?:mas |ningun |otro )*(?:mensajes?|correos?|contacto))\b"
        ),
        r"\b(?:darme de baja|dadme de baja|denme de baja|quiero la baja|me doy de baja|borren mi (?:correo|direccion|numero))\b",
        r"\b(?:retiro|revoco) (?:mi )?(?:consentimiento|permiso|autorizacion)\b",
    )
)
# A keyword of its own in a line, as people answer text messages, with something after it.
_LOUD_WORD = re.compile(r"\b(?:STOP|STOPALL|UNSUBSCRIBE|QUIT|REVOKE|CANCEL|END|BAJA|ALTO|CANCELAR)\b")
_LOUD_PLAIN = frozenset({"STOPALL", "UNSUBSCRIBE", "QUIT", "REVOKE", "BAJA"})


_APOSTROPHES = frozenset("'`\u2019\u00b4")


def read(words: str) -> OptOut | None:
    """None: nothing in them asks for it. In doubt it does, since the next message is what cannot be taken back."""
    plain = _plain(words)
    if plain in _PLAIN_WORDS or any(pattern.search(plain) for pattern in _PLAIN_PHRASES):
        return OptOut.PLAIN
    if plain in _UNCLEAR_WORDS:
        return OptOut.UNCLEAR
    loud = _LOUD_WORD.search(words) if words != words.upper() or len(words.split()) == 1 else None
    if loud is None:
        return None
    return OptOut.PLAIN if loud[0] in _LOUD_PLAIN else OptOut.UNCLEAR


def _plain(words: str) -> str:
    """Lower case, without accents and punctuation, one space between words; what looks like a letter is that letter."""
    letters = unicodedata.normalize("NFKD", words).casefold()
    kept = "".join(one for one in letters if not unicodedata.combining(one) and one not in _APOSTROPHES)
    return " ".join(re.sub(r"[^\w]+", " ", kept).split())
