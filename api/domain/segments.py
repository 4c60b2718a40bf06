"""How a text message is cut up on its way: which alphabet it takes, and into how many parts it goes.

The GSM 7-bit alphabet and its extension are those of 3GPP TS 23.038, the lengths of parts those of TS 23.040: 160 characters in
one part, 153 in each of several; with any other character in it the whole message goes as UCS-2, 70 and 67. Information for
whoever writes, never a reason to refuse: only what no provider carries is too long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from api.domain.errors import Conflict

LONGEST = 1600
"""Characters that a provider takes in one message, the line with the link included."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each is sent as an escape and a character, which stay together.
_EXTENDED = frozenset("\f^{}\\[~]|€")
_BEYOND_THE_PLANE = 0xFFFF


class Alphabet(StrEnum):
    GSM_7 = "gsm_7"
    UCS_2 = "ucs_2"


_ALONE = {Alphabet.GSM_7: 160, Alphabet.UCS_2: 70}
_EACH = {Alphabet.GSM_7: 153, Alphabet.UCS_2: 67}


@dataclass(frozen=True, slots=True)
class Size:
    """`units` is what the message takes of its alphabet, `per_part` what one part holds. `wide`: the characters, each once
    and as they come, because of which it goes as UCS-2.
    """

    alphabet: Alphabet
    units: int
    parts: int
    per_part: int
    wide: tuple[str, ...] = ()


def size(text: str) -> Size:
    """An empty text is one empty part, as it would be sent."""
    text = text.replace("\r\n", "\n")
    wide = tuple(dict.fromkeys(one for one in text if one not in _BASIC and one not in _EXTENDED))
    alphabet = Alphabet.UCS_2 if wide else Alphabet.GSM_7
    widths = list(_widths(text, alphabet))
    if sum(widths) <= _ALONE[alphabet]:
        return Size(alphabet, sum(widths), 1, _ALONE[alphabet], wide)
    return Size(alphabet, sum(widths), _parts(widths, _EACH[alphabet]), _EACH[alphabet], wide)


def require_carried(text: str) -> None:
    """Raises Conflict for what the provider would refuse whole."""
    if len(text) > LONGEST:
        raise Conflict(
            f"With the link it is longer than the {LONGEST} characters that a text message can have.",
            code="too_long_for_a_text",
        )


def _widths(text: str, alphabet: Alphabet) -> Iterator[int]:
    for one in text:
        if alphabet is Alphabet.GSM_7:
            yield 2 if one in _EXTENDED else 1
        else:
            yield 2 if ord(one) > _BEYOND_THE_PLANE else 1


def _parts(widths: list[int], room: int) -> int:
    """Neither an escape and its character nor the two halves of a character are parted, so a part may stay one short."""
    parts, left = 1, room
    for width in widths:
        if width > left:
            parts, left = parts + 1, room
        left -= width
    return parts
