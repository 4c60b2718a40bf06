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


# As the whole of what was written, but for politeness around it.
_PLAIN_WORDS = frozenset(
    {
        "quit", "revoke", "opt out", "optout", "unsubscribe", "stop all", "stopall", "remove me", "leave me alone",
        "do not contact", "dont contact", "do not reply", "dont reply", "do not write", "dont write", "revoke consent",
        "baja", "darme de baja", "no contactar", "no escribir", "revocar",
    }
)  # fmt: skip
_UNCLEAR_WORDS = frozenset(
    {
        "stop", "end", "cancel", "stop it", "cancel it", "end it",
        "alto", "parar", "para", "basta", "detener", "terminar", "fin", "cancelar", "cancela",
    }
)  # fmt: skip
_POLITE = r"(?:please|just|now|thanks|thank you|sorry|por favor|gracias|ya)"
_POLITENESS = re.compile(rf"^(?:{_POLITE} )+(?=\S)|(?: {_POLITE})+$")

# Whoever asks us not to stop asks for the opposite.
_NOT_TO_STOP = re.compile(
    r"\b(?:dont|do not|never|cant|cannot|wont|not|didnt) (?:ever |want (?:you )?to )?(?:stop|quit|cease)(?: \w+ing)? (?:to )?(?:me|us)?\b"
    r"|\bno (?:me )?(?:dejes|dejen|deje|dejeis|dejar|pares|paren|pare|pareis) de \w+"
)
_WANT = r"(?:(?:do not|dont|no longer|not) (?:want|wish|need|like))"
_SEND = r"(?:contact|writ|write|e ?mail|mail|message|text|messag|send|bother|reach|get|follow)"
_ING = r"(?:contacting|writing|e ?mailing|mailing|messaging|texting|sending|bothering|reaching out|getting in touch)"
_TO_ME = r"(?: out| in touch| up)?(?: to| with)? (?:me|us|this address|here|any|anything)\b"
_POST = r"(?:messages?|e ?mails?|mails?|texts?|contact|check ins?)"
_WITH_US = r"(?! with (?!you\b))(?! (?:before|this|since|until|came|at)\b)"
_MINE = r"(?:address|e ?mail(?: address)?|number|name|contact|details)"
_QUIERO = r"(?:no (?:quiero|deseo|quisiera|autorizo)|prefiero que no|pido que no|ya no quiero)"
_CORREO = r"(?:mensajes?|correos?|emails?|mails?|contacto)"
_CON_NOSOTROS = r"(?! con (?!usted|ustedes|vosotros|ti\b))(?! suyos)"
_PLAIN_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:do not|dont|never|please no|no longer want you to|dont want you to|want you to not|not to|you didnt|you did not) (?:ever )?{_SEND}{_TO_ME}",
        r"\b(?:do not|dont) (?:ever )?(?:get in touch|reach out|reply to me|follow up)\b",
        rf"\b(?:{_WANT} you to|wish you would not|wish you wouldnt) {_SEND}\b",
        rf"\b(?:stop|quit|cease) (?:all |with |these |this |the |your |sending )*(?:{_ING}|{_POST})\b{_WITH_US}",
        rf"^(?:please )?no (?:more |further )?{_POST}(?: please| from you| thanks| any more)*$",
        rf"\bno (?:more|further) {_POST}\b{_WITH_US}",
        rf"\b(?:{_WANT}|want no)(?: to (?:receive|get))? (?:any |more |further |these |your |such )*{_POST}\b{_WITH_US}",
        rf"\b{_WANT} to hear from you\b",
        r"\b(?:unsubscribe|opt(?:ing)? out|opt me out|remove me from|take me off|lose my number)\b",
        rf"\b(?:remove|delete|erase|take) my {_MINE}\b",
        rf"\b(?:{_WANT}|(?:prefer|rather|wish|like|ask|asked) not) to be (?:contacted|written to|e ?mailed|messaged|texted|reached)\b",
        r"\b(?:revok(?:e|ing)|withdraw(?:ing)?) (?:my )?(?:consent|permission)\b",
        rf"\b(?:do not|dont) consent to (?:these |this |your |any )*(?:{_POST}|{_ING})\b",
        r"^(?:please |just )*leave me alone\b(?! with)|\b(?:and|so) leave me alone$",
        r"\bno me (?:vuelva[ns]?|vuelvas|volvais) a (?:escribir|contactar|mandar|enviar)\b",
        r"\bno (?:vuelva[ns]?|vuelvas|volvais) a (?:escribir|contactar|mandar|enviar)(?:me|nos)\b",
        r"\bno me (?:escriba[ns]?|escribas|escribais|contacte[ns]?|contacteis|mande[ns]?|envie[ns]?|envieis|moleste[ns]?)\b",
        r"\bni me (?:escriba[ns]?|escribas|escribais|contacte[ns]?)\b|\bno (?:escriban|escribas|escriba|escribais) mas\b",
        (
            r"\b(?:deje[ns]?|deja|dejad|dejar|paren|pare|para) de (?:escribirme|contactarme|mandarme|enviarme|molestarme"
            r"|enviar|mandar|escribir|contactar)\b"
        ),
        rf"\b{_QUIERO} (?:que )?me (?:escriban|escribas|escriba|escribais|contacten|contactes|manden|envien)\b",
        rf"\b{_QUIERO} (?:recibir )?(?:mas |ningun |otro |estos |sus )*{_CORREO}\b{_CON_NOSOTROS}",
        rf"\b(?:ni un|ningun|basta de|sin mas)(?: otro)? {_CORREO}\b|^no (?:mas|otro) {_CORREO}\b",
        r"\bno quiero saber (?:nada|mas)(?: mas)?(?: de (?:ustedes|usted|vosotros|ti)\b|$)",
        r"^(?:dejame|dejeme|dejenme|dejadme) en paz\b|\b(?:dejame|dejeme|dejenme|dejadme) en paz$",
        r"\b(?:darme de baja|dadme de baja|denme de baja|deme de baja|quiero la baja|me doy de baja)\b",
        r"\b(?:borre[ns]?|borra|borrad|elimine[ns]?|elimina|quite[ns]?|quita) mi (?:correo|direccion|numero|email|nombre)\b",
        r"\b(?:eliminenme|eliminadme|quitenme|quitame|quitadme|saquenme|sacame|sacadme|borrenme) de\b",
        r"\b(?:retiro|revoco) (?:mi )?(?:consentimiento|permiso|autorizacion)\b",
    )
)
# A keyword of its own in a line, as people answer text messages, with something after it.
_LOUD_WORD = re.compile(r"\b(?:STOP|STOPALL|UNSUBSCRIBE|QUIT|REVOKE|CANCEL|END|BAJA|ALTO|CANCELAR)\b")
_LOUD_PLAIN = frozenset({"STOPALL", "UNSUBSCRIBE", "QUIT", "REVOKE", "BAJA"})
# Where everything is written in capitals they set nothing apart, except in a few words.
_FEW_WORDS = 4


_APOSTROPHES = frozenset("'`\u2019\u00b4")


def read(words: str) -> OptOut | None:
    """None: nothing in them asks for it. In doubt it does, since the next message is what cannot be taken back."""
    plain = _NOT_TO_STOP.sub("", _plain(words)).strip()
    bare = _POLITENESS.sub("", _POLITENESS.sub("", plain))
    if bare in _PLAIN_WORDS or any(pattern.search(plain) for pattern in _PLAIN_PHRASES):
        return OptOut.PLAIN
    if bare in _UNCLEAR_WORDS:
        return OptOut.UNCLEAR
    loud = _LOUD_WORD.search(words) if words != words.upper() or len(words.split()) <= _FEW_WORDS else None
    if loud is None:
        return None
    return OptOut.PLAIN if loud[0] in _LOUD_PLAIN else OptOut.UNCLEAR


def _plain(words: str) -> str:
    """Lower case, without accents and punctuation, one space between words; what looks like a letter is that letter."""
    letters = unicodedata.normalize("NFKD", words).casefold()
    kept = "".join(one for one in letters if not unicodedata.combining(one) and one not in _APOSTROPHES)
    return " ".join(re.sub(r"[^\w]+", " ", kept).split())


_RESUMING = frozenset(
    {
        "start", "unstop", "resume", "subscribe", "opt in", "start again", "restart",
        "empezar", "reanudar", "continuar", "comenzar", "alta", "empezar de nuevo",
    }
)  # fmt: skip


def asks_to_resume(words: str) -> bool:
    """A word, as the whole of what was written, that says messages may come again. A person asks whether they may.

    It gives no permission back by itself: whoever holds the link may not be the client, and START may mean the therapy.
    """
    plain = _plain(words)
    return _POLITENESS.sub("", _POLITENESS.sub("", plain)) in _RESUMING
