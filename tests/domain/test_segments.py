"""Parts of a text message, against the tables of 3GPP TS 23.038 and TS 23.040."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import Conflict
from api.domain.segments import LONGEST, Alphabet, Size, require_carried, size

# TS 23.038, 6.2.1: the default alphabet by its codes, 0x1B (the escape) left out; and 6.2.1.1, its extension.
DEFAULT = {
    **dict(enumerate("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ")),
    **dict(zip(range(0x1C, 0x20), "ÆæßÉ", strict=True)),
    **{code: chr(code) for code in range(0x20, 0x40) if code != 0x24},
    0x24: "¤",
    0x40: "¡",
    **{code: chr(code) for code in range(0x41, 0x5B)},
    **dict(zip(range(0x5B, 0x61), "ÄÖÑÜ§¿", strict=True)),
    **{code: chr(code) for code in range(0x61, 0x7B)},
    **dict(zip(range(0x7B, 0x80), "äöñüà", strict=True)),
}
EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|"} | {
    0x65: "€"
}


def test_the_default_alphabet_is_that_of_the_standard() -> None:
    assert sorted(DEFAULT) == [code for code in range(0x80) if code != 0x1B]
    assert len(set(DEFAULT.values())) == 127
    for character in DEFAULT.values():
        assert size(character) == Size(Alphabet.GSM_7, 1, 1, 160), character


def test_the_extension_takes_two_places_each() -> None:
    for character in EXTENSION.values():
        assert size(character) == Size(Alphabet.GSM_7, 2, 1, 160), character


def test_no_other_character_of_latin_and_greek_is_taken_for_one_of_them() -> None:
    ours = {*DEFAULT.values(), *EXTENSION.values()}
    for code in range(0x20, 0x400):
        character = chr(code)
        assert (size(character).alphabet is Alphabet.GSM_7) == (character in ours), hex(code)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        # An escape is not parted from its character: 76 of them fill 152 of 153 places.
        ("€" * 152, 304, 2),
        ("€" * 153, 306, 3),
        ("a" + "€" * 152, 305, 2),
        ("a\r\nb", 3, 1),
    ],
)
def test_parts_of_the_default_alphabet(text: str, units: int, parts: int) -> None:
    found = size(text)
    assert (found.alphabet, found.units, found.parts, found.wide) == (Alphabet.GSM_7, units, parts, ())


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("á" * 70, 70, 1),
        ("á" * 71, 71, 2),
        ("á" * 134, 134, 2),
        ("á" * 135, 135, 3),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
        # The halves of one character stay together: 33 of them fill 66 of 67 places.
        ("😀" * 66, 132, 2),
        ("😀" * 67, 134, 3),
        ("\u2019" + "a" * 69, 70, 1),
        ("\u2019" + "€" * 69, 70, 1),
    ],
)
def test_parts_of_ucs_2(text: str, units: int, parts: int) -> None:
    found = size(text)
    assert (found.alphabet, found.units, found.parts) == (Alphabet.UCS_2, units, parts)


def test_what_makes_it_wide_is_named_once_each() -> None:
    assert size("it\u2019s “so” it\u2019s á").wide == ("\u2019", "“", "”", "á")


@given(st.text(max_size=700))
def test_more_text_never_takes_fewer_parts(text: str) -> None:
    whole, less = size(text), size(text[:-1])
    if whole.alphabet is less.alphabet:
        assert (whole.parts, whole.units) >= (less.parts, less.units)
    assert whole.parts * whole.per_part >= whole.units


def test_what_no_provider_carries_is_refused() -> None:
    require_carried("a" * LONGEST)
    with pytest.raises(Conflict) as refused:
        require_carried("a" * (LONGEST + 1))
    assert refused.value.code == "too_long_for_a_text"
