"""The page for a last meeting: one page, kind words, and after a few meetings no pretence of a long work."""

import pytest

from api.domain import closing_agenda as rules
from api.domain import tone
from api.domain.errors import Invalid
from schemas.vocabulary import AgendaForm, AgendaPart, Channel, Locale

BOTH = [(form, locale) for form in AgendaForm for locale in Locale]


@pytest.mark.parametrize(("form", "locale"), BOTH)
def test_what_is_proposed_passes_the_review(form: AgendaForm, locale: Locale) -> None:
    agenda = rules.proposed(form, locale)
    for words in ("\n\n".join(agenda.parts.values()), rules.text(agenda)):
        review = tone.review(words, channel=Channel.LETTER, locale=locale, may_mention_therapy=True)
        assert [(one.family, one.why) for one in review.findings] == []


@pytest.mark.parametrize(("form", "locale"), BOTH)
def test_it_fits_on_one_page(form: AgendaForm, locale: Locale) -> None:
    text = rules.text(rules.proposed(form, locale))
    assert len(text.splitlines()) < 30
    assert len(text) < 1200
    assert text.startswith(rules.TITLE[locale])


@pytest.mark.parametrize(("count", "form"), [(0, "short"), (1, "short"), (3, "short"), (4, "full"), (60, "full")])
def test_after_a_few_meetings_it_is_the_shorter_one(count: int, form: str) -> None:
    assert rules.usual_form(count) == form


@pytest.mark.parametrize("locale", list(Locale))
def test_the_shorter_one_celebrates_no_long_work_and_names_no_early_signs(locale: Locale) -> None:
    short, full = rules.proposed(AgendaForm.SHORT, locale).parts, rules.proposed(AgendaForm.FULL, locale).parts
    assert set(full) == set(AgendaPart)
    assert set(full) - set(short) == {AgendaPart.CELEBRATE, AgendaPart.EARLY_SIGNS}
    assert set(rules.HEADING[locale]) == set(AgendaPart)


def test_what_is_left_empty_is_left_out_and_the_order_stays() -> None:
    parts = [(AgendaPart.GOODBYE, "Bye."), (AgendaPart.REVIEW, " Then. "), (AgendaPart.HELPED, "  ")]
    agenda = rules.written(AgendaForm.FULL, Locale.EN, parts)
    assert list(agenda.parts.items()) == [(AgendaPart.REVIEW, "Then."), (AgendaPart.GOODBYE, "Bye.")]
    assert rules.text(agenda) == "Our last meeting\n\nLooking back\nThen.\n\nGoodbye\nBye.\n"
    for wrong in ([(AgendaPart.REVIEW, " ")], [(AgendaPart.REVIEW, "A"), (AgendaPart.REVIEW, "B")]):
        with pytest.raises(Invalid):
            rules.written(AgendaForm.FULL, Locale.EN, wrong)
