"""Sentences with what they ask for, said by hand: what the reading of opt-outs is measured on.

A message too many cannot be taken back, so none that asks for it may be missed here; and what merely sounds like it
is left alone but for very few.
"""

import pytest

from api.domain.optout import OptOut, asks_to_resume, read

PLAIN_EN = [
    "please leave me alone",
    "Leave me alone!",
    "just leave me alone please",
    "no contact please",
    "please no contact",
    "no emails please",
    "No e-mails, please.",
    "please no emails",
    "please no more emails",
    "I do not want to hear from you",
    "I don't want to hear from you again",
    "do not want to hear from you any more",
    "please remove my email",
    "Please remove my e-mail address",
    "remove my number please",
    "delete my email from your list",
    "QUIT NOW",
    "quit please",
    "revoke my permission",
    "I revoke permission",
    "I am revoking my consent",
    "I withdraw permission",
    "please opt me out",
    "Opt-out please",
    "unsubscribe me",
    "stop emailing",
    "STOP EMAILING ME PLEASE",
    "I'd rather you didn't email me",
    "I would rather you did not write to me",
    "please take me off your list",
    "Take my name off your list",
    "not interested, no further contact please",
    "no further messages",
    "Do not reply to me",
    "Don't reply",
    "please don't send me anything else",
    "Do not send anything",
    "Stop sending me stuff",
    "I want no more contact with you",
    "I no longer want to receive these emails",
    "I don't want to receive messages",
    "please cease all contact",
    "I wish not to be contacted",
    "I'd prefer not to be contacted",
    "I don't want you to contact me",
    "I do not wish to receive further emails",
    "no more, please stop contacting me",
    "stop bothering me",
    "please stop reaching out",
    "quit writing me",
    "lose my number",
    "Never write to me again",
    "don't ever contact me again",
    "I asked you not to contact me",
    "please do not get in touch",
    "I want to unsubscribe",
    "please do not follow up with me",
    "I do not consent to these messages",
    "Stop the emails",
    "Stop with the messages",
    "I want you to stop writing",
    "UNSUBSCRIBE PLEASE",
    "REVOKE CONSENT",
]
UNCLEAR_EN = [
    "STOP PLEASE",
    "END THERAPY PLEASE",
    "END",
    "STOP NOW",
    "CANCEL PLEASE",
    "please cancel",
    "STOP THERAPY",
]
NOTHING_EN = [
    "Don't stop writing to me",
    "please don't stop emailing me",
    "never stop writing to me",
    "do not quit emailing me",
    "I want to stop therapy",
    "I want to end",
    "Please cancel my appointment",
    "Don't leave me alone with this",
    "I don't want to be left alone",
    "I feel left alone by everyone",
    "he told me to leave him alone",
    "My boss never writes to me, you did",
    "I do want to hear from you",
    "I don't want to stop hearing from you",
    "Did you remove my appointment?",
    "I have no email at work",
    "I had no contact with my brother this year",
    "No messages came through until today",
    "I never got your message, sorry",
    "Please don't write to my work address, this one is fine",
    "Nobody contacts me anymore",
    "I revoked my lease and moved",
    "I could not reply before",
    "Sorry, I did not reply",
    "can I quit smoking with you?",
    "I will stop by on Friday",
    "I can't stop crying",
    "please send me no bill, I paid",
    "I don't want any contact with my ex",
    "I want no contact with my father",
    "My mother left me alone as a child",
    "we have no further appointments, can I book?",
    "Please remove my Friday slot",
    "I would rather you emailed me than called",
]
PLAIN_ES = [
    "no más correos por favor",
    "No quiero más correos",
    "no quiero recibir más correos",
    "déjame en paz",
    "dejame en paz por favor",
    "por favor, déjenme en paz",
    "dejadme en paz ya",
    "déjeme en paz",
    "no me escriba",
    "por favor no me escribas más",
    "no me escribáis más",
    "No quiero saber nada de ustedes",
    "no quiero saber nada más",
    "no quiero saber más de vosotros",
    "No deseo recibir más mensajes",
    "no deseo que me contacten",
    "No más mensajes",
    "ni un correo más",
    "basta de correos",
    "basta de mensajes por favor",
    "paren de escribirme",
    "pare de enviarme correos",
    "deja de escribirme",
    "dejen de molestarme",
    "borre mi correo",
    "borrad mi dirección",
    "elimine mi correo de su lista",
    "elimínenme de la lista",
    "quítenme de la lista",
    "sáquenme de su lista",
    "quiero darme de baja",
    "denme de baja",
    "BAJA POR FAVOR",
    "no contactar",
    "no me contacten",
    "no me llamen ni me escriban",
    "no me manden nada",
    "no me envíe nada más",
    "retiro mi permiso",
    "revoco mi autorización",
    "Ya no quiero recibir mensajes",
    "ya no quiero que me escriban",
    "prefiero que no me escriban",
    "les pido que no me escriban",
    "no vuelvan a escribirme",
    "no vuelvas a contactarme",
    "sin más mensajes por favor",
    "no autorizo más mensajes",
    "no me interesa, no escriban más",
    "no quiero contacto",
]
NOTHING_ES = [
    "no dejen de escribirme",
    "no dejes de escribirme por favor",
    "no pares de escribirme",
    "quiero dejar de fumar",
    "Quiero saber cuándo puedo volver",
    "no quiero dejar la terapia",
    "me dejaron en paz al fin",
    "estoy en paz",
    "no recibí más correos suyos",
    "no me escribieron más",
    "nadie me escribe",
    "estoy de baja",
    "me dieron la baja en el trabajo",
    "tengo la baja médica hasta mayo",
    "no me llamen, prefiero un correo",
    "para el lunes me viene bien",
    "al fin estoy mejor",
    "no quiero saber nada de mi ex",
    "no quiero contacto con mi padre",
    "pueden escribirme aquí",
    "quiero que me escriban",
    "me gustaría parar un momento y pensar",
    "escríbanme cuando puedan",
    "por fin terminé el curso",
]
LISTS = {"en": (PLAIN_EN, UNCLEAR_EN, NOTHING_EN), "es": (PLAIN_ES, [], NOTHING_ES)}


@pytest.mark.parametrize("language", LISTS)
def test_whoever_asks_is_always_understood_and_hardly_anybody_else(language: str) -> None:
    plain, unclear, nothing = LISTS[language]
    missed = [words for words in plain if read(words) is not OptOut.PLAIN]
    missed += [words for words in unclear if read(words) is None]
    misread = [words for words in nothing if read(words) is not None]
    asked = len(plain) + len(unclear)
    assert asked + len(nothing) >= {"en": 100, "es": 70}[language]
    recall = (asked - len(missed)) / asked
    precision = (asked - len(missed)) / (asked - len(missed) + len(misread))
    assert recall >= 0.98, missed
    assert precision >= 0.98, misread


@pytest.mark.parametrize("words", ["START", "start", "Start again, please", "UNSTOP", "EMPEZAR", "Reanudar por favor"])
def test_a_word_that_says_messages_may_come_again_is_heard(words: str) -> None:
    assert asks_to_resume(words)
    assert read(words) is None


@pytest.mark.parametrize("words", ["I start on Monday", "When do we start?", "STOP", "", "quiero empezar el lunes"])
def test_a_sentence_with_such_a_word_is_none(words: str) -> None:
    assert not asks_to_resume(words)
