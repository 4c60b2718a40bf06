"""Any reasonable way of asking not to be written to is understood, and what merely sounds like it is left alone."""

import pytest

from api.domain.optout import OptOut, read

PLAIN = [
    "UNSUBSCRIBE", "Quit", "revoke", "OPT OUT", "opt-out", "opt out please", "Please unsubscribe me.",
    "Please don't contact me", "Please don\u2019t write to me again", "Do not email me anymore.", "do not e-mail me",
    "Stop emailing me", "stop texting me!!", "Please stop sending these emails", "Stop these messages",
    "no more emails please", "I don't want any more messages", "Take me off your list", "remove me from this",
    "I do not want to be contacted", "I withdraw my consent", "never contact me", "leave me alone",
    "STOPALL", "please stop writing to me",
    "BAJA", "Quiero darme de baja", "No me escriban más", "Por favor, no me contacten", "No me vuelvan a escribir",
    "Dejen de escribirme", "dejad de mandarme correos", "No quiero recibir más mensajes", "no quiero que me contacten",
    "Retiro mi consentimiento", "No más correos", "\uff35\uff2e\uff33\uff35\uff22\uff33\uff23\uff32\uff29\uff22\uff25",
]  # fmt: skip
UNCLEAR = [
    "STOP", "stop.", "Stop!", "END", "End", "CANCEL", "cancel", "Please stop", "STOP thanks, Ana",
    "Hi, please CANCEL", "Cancelar", "ALTO", "para", "¡Basta!", "fin",
]  # fmt: skip
NOTHING = [
    "I would like to come back in May.", "I had to stop for a while, sorry.", "In the end I moved to Sevilla.",
    "Can we cancel Thursday and meet on Friday?", "I quit my job, so mornings are fine now.",
    "Please call me.", "Please don't call me, a mail is better.", "No me llamen, prefiero un correo", "You can write to me here.", "I don't mind if you email me", "No need to call, I am fine",
    "Do contact me in June", "thank you for stopping by", "para el lunes me viene bien", "Al fin estoy mejor",
    "Pueden escribirme aquí", "PLEASE CALL ME ABOUT THE END OF MAY", "",
]  # fmt: skip


@pytest.mark.parametrize("words", PLAIN)
def test_whoever_asks_not_to_be_written_to_is_understood(words: str) -> None:
    assert read(words) is OptOut.PLAIN


@pytest.mark.parametrize("words", UNCLEAR)
def test_a_keyword_that_may_mean_the_appointment_or_the_therapy_binds_and_asks_for_a_person(words: str) -> None:
    assert read(words) is OptOut.UNCLEAR


@pytest.mark.parametrize("words", NOTHING)
def test_ordinary_sentences_are_left_alone(words: str) -> None:
    assert read(words) is None
