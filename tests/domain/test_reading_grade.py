import pytest

from api.domain.tone import grade, reading
from schemas.vocabulary import Locale

ENGLISH = {
    "cat": 1, "the": 1, "table": 2, "people": 2, "make": 1, "made": 1, "makes": 1, "called": 1, "wanted": 2, "needed": 2,
    "time": 1, "times": 1, "houses": 2, "being": 2, "going": 2, "idea": 3, "create": 2, "video": 3, "quiet": 2, "science": 2,
    "nation": 2, "special": 2, "because": 2, "question": 2, "appointment": 3, "therapy": 3, "conversation": 4, "responsibility": 6,
    "welcome": 2, "whenever": 3, "another": 3, "message": 2, "answer": 2, "tuesday": 2, "thursday": 2, "finished": 2, "would": 1,
    "somebody": 3, "colleague": 2, "beautiful": 3, "eye": 1, "you": 1, "through": 1, "quite": 1, "little": 2, "simple": 2,
    "family": 3, "every": 3, "easier": 3, "area": 3, "different": 3, "sorry": 2, "letter": 2, "closing": 2, "explain": 2,
}  # fmt: skip
SPANISH = {
    "casa": 2, "bien": 1, "dia": 1, "día": 2, "leer": 2, "poeta": 3, "cuando": 2, "quieras": 2, "guitarra": 3, "pingüino": 3,
    "oír": 2, "caer": 2, "ciudad": 2, "viernes": 2, "miércoles": 3, "respuesta": 3, "hoy": 1, "rey": 1, "yo": 1, "averiguáis": 4,
    "psicología": 5, "conversación": 4, "aeropuerto": 5, "construir": 2, "país": 2, "también": 2, "y": 1, "estoy": 2,
}  # fmt: skip


def test_english_syllables_are_right_for_nine_words_in_ten() -> None:
    wrong = {word: grade.syllables_en(word) for word, count in ENGLISH.items() if grade.syllables_en(word) != count}
    assert len(wrong) <= len(ENGLISH) // 10, wrong


def test_spanish_syllables_follow_its_spelling() -> None:
    wrong = {word: grade.syllables_es(word) for word, count in SPANISH.items() if grade.syllables_es(word) != count}
    assert wrong == {}


def _grade(text: str, locale: Locale = Locale.EN) -> float | None:
    return grade.grade(text, reading.read(text), locale)


def test_the_formula_is_the_published_one() -> None:
    """Ten words of one syllable in each of three sentences: 0.39 x 10 + 11.8 x 1 - 15.59."""
    sentence = "The cat sat on the mat and the dog slept. "
    assert _grade(sentence * 3) == pytest.approx(0.1, abs=0.05)


def test_long_words_and_sentences_take_more_schooling() -> None:
    hard = "Responsibility for administrative conversation necessitates considerable organisational sophistication " * 4
    easy = "We can meet on a day that is good for you. " * 4
    assert (_grade(hard) or 0) > grade.HARD_FROM > (_grade(easy) or 0)


def test_a_few_words_have_no_grade() -> None:
    assert _grade("We can meet on a day that is good for you.") is None
    assert _grade("") is None


def test_spanish_goes_by_its_own_scale() -> None:
    easy = "Nos vemos el lunes si te va bien. " * 5
    hard = (
        "La responsabilidad administrativa correspondiente determinará consideraciones organizativas adicionales " * 5
    )
    assert _grade(easy, Locale.ES) == 4
    assert (_grade(hard, Locale.ES) or 0) >= grade.HARD_FROM


def test_a_contraction_is_one_word_and_an_abbreviation_ends_no_sentence() -> None:
    read = reading.read("Don't write to Dr. Ruiz. She is away.", contractions={"nt": "not"})
    assert grade.word_count(read) == 8
    assert read.sentence_count == 2
