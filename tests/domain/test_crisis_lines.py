"""What ships of crisis lines: each with its source, none shown unchecked, and numbers that a telephone can dial."""

from datetime import date

from api.domain import crisis_lines
from api.domain.crisis_lines import CrisisLine, Help


def test_every_country_has_an_emergency_number_and_every_line_its_source() -> None:
    known = crisis_lines.countries()
    assert {"US", "GB", "IE", "CA", "AU", "NZ", "ES", "MX", "AR", "CL", "CO", "DE", "AT", "CH"} <= set(known)
    for country in known.values():
        assert country.emergency
        assert all(number.isdigit() for number in country.emergency)
        assert country.entered_on <= date(2026, 12, 31)
        for line in country.lines:
            assert line.address.startswith("https://")
            assert line.name
            assert line.number
            assert line.source
            assert line.dial or line.number.startswith("text ")


def test_what_ships_is_shown_to_nobody_before_it_was_checked() -> None:
    assert crisis_lines.shown("ES", None) == Help(("112",), ())
    assert crisis_lines.shown(None, None) == crisis_lines.shown("XX", None) == Help()
    one = {"name": "024", "number": "024", "source": "Sanidad", "address": "https://www.sanidad.gob.es"}
    assert crisis_lines.shown("ES", [one]).lines == (CrisisLine(**one),)


def test_only_what_is_a_number_is_dialled() -> None:
    dialled = [CrisisLine("", number, "", "").dial for number in ("0800 111 0 111", "*4141", "text HOME to 741741")]
    assert dialled == ["08001110111", "*4141", None]
