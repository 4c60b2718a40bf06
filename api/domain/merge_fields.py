"""The few places in a template that are filled in for each message, such as `{sender_name}`.

A closed set. A value is put in as it is and never read as a template itself. Whatever is reviewed and approved is the
text after this, because a name or a time can say more than the template did.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from api.domain.errors import FieldProblem, Invalid
from schemas.vocabulary import Locale


class MergeField(StrEnum):
    """What a template can ask for. Written in braces; stored in templates for ever: a former name stays readable (`FORMER`)."""

    CLIENT_FIRST_NAME = "client_first_name"
    SENDER_NAME = "sender_name"
    CLINICIAN_NAME = "clinician_name"
    PRACTICE_NAME = "practice_name"
    REPLY_READ_WHEN = "reply_read_when"
    OFFERED_TIMES = "offered_times"
    GROWTH_GOALS = "growth_goals"
    RETURN_PATH = "return_path"
    REFERRALS = "referrals"
    WAY_BACK = "way_back"


MEANS = {
    MergeField.CLIENT_FIRST_NAME: "The client's first name; only in the body, since a subject is read over a shoulder.",
    MergeField.SENDER_NAME: "The name the client wants to see as sender; otherwise the clinician's.",
    MergeField.CLINICIAN_NAME: "The name of the responsible clinician.",
    MergeField.PRACTICE_NAME: "The practice's name. Where it tells what the practice is for, the review says so.",
    MergeField.REPLY_READ_WHEN: "A whole sentence that says when replies are read.",
    MergeField.OFFERED_TIMES: "Two or three times that the clinician offers.",
    MergeField.GROWTH_GOALS: "In a closing letter: the goals of its note, each with the next small step.",
    MergeField.RETURN_PATH: "In a closing letter: how to come back, as its note says it for this client (formerly {ways_back}).",
    MergeField.REFERRALS: "In a closing letter: what its note says of who can help further.",
    MergeField.WAY_BACK: "How to come back and who answers, in the practice's words, the same for everybody.",
}
FORMER: Mapping[str, MergeField] = MappingProxyType({"ways_back": MergeField.RETURN_PATH})
"""`{ways_back}` and `{way_back}` were one letter apart. Templates and letters that have the former name are filled in all the same."""
_KNOWN: Mapping[str, MergeField] = MappingProxyType({**{field.value: field for field in MergeField}, **FORMER})
IN_A_SUBJECT = frozenset({MergeField.SENDER_NAME, MergeField.CLINICIAN_NAME, MergeField.PRACTICE_NAME})
IN_A_BODY = frozenset(MergeField)

# What a template is reviewed with before there is a message: as plain as such values ever are.
EXAMPLES: Mapping[Locale, Mapping[MergeField, str]] = MappingProxyType(
    {
        Locale.EN: {
            MergeField.CLIENT_FIRST_NAME: "Ana",
            MergeField.SENDER_NAME: "Marta",
            MergeField.CLINICIAN_NAME: "Marta Ruiz",
            MergeField.PRACTICE_NAME: "Riverside",
            MergeField.REPLY_READ_WHEN: "I read replies on weekdays.",
            MergeField.OFFERED_TIMES: "Tuesday at 10 or Thursday at 4",
            MergeField.GROWTH_GOALS: "- Walk to the sea on Sundays",
            MergeField.RETURN_PATH: "A call to the desk is enough.",
            MergeField.REFERRALS: "Bo Lind, Sea Road 4",
            MergeField.WAY_BACK: "A short message is enough. I read it and answer you.",
        },
        Locale.ES: {
            MergeField.CLIENT_FIRST_NAME: "Ana",
            MergeField.SENDER_NAME: "Marta",
            MergeField.CLINICIAN_NAME: "Marta Ruiz",
            MergeField.PRACTICE_NAME: "Riverside",
            MergeField.REPLY_READ_WHEN: "Leo las respuestas de lunes a viernes.",
            MergeField.OFFERED_TIMES: "el martes a las diez o el jueves a las cuatro",
            MergeField.GROWTH_GOALS: "- Caminar hasta el mar los domingos",
            MergeField.RETURN_PATH: "Basta una llamada.",
            MergeField.REFERRALS: "Bo Lind, calle del Mar 4",
            MergeField.WAY_BACK: "Basta un mensaje corto. Lo leo y te contesto.",
        },
    }
)

_BRACES = re.compile(r"\{(?P<name>[^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class _Place:
    """A pair of braces, or one that stands alone, and the field it means; None: no field there is."""

    start: int
    field: MergeField | None


def fields_in(text: str) -> frozenset[MergeField]:
    """The fields a text asks for. Whatever else stands in braces is left out here; `problems` tells it."""
    return frozenset(place.field for place in _places(text) if place.field is not None)


def problems(text: str, allowed: frozenset[MergeField], pointer: str) -> Iterator[FieldProblem]:
    """What in braces cannot be filled in here. What was typed there is not repeated."""
    known = ", ".join(f"{{{field}}}" for field in MergeField if field in allowed)
    for place in _places(text):
        if place.field not in allowed:
            detail = (
                f"What stands in braces at character {place.start + 1} cannot be filled in here. Known are: {known}."
            )
            yield FieldProblem(pointer, detail)


def expand(text: str, values: Mapping[MergeField, str], *, allowed: frozenset[MergeField], pointer: str) -> str:
    """The text a client will read. Raises Invalid for a field that is unknown, not meant for this place, or has no value."""
    found = list(problems(text, allowed, pointer))
    missing = [field for field in MergeField if field in fields_in(text) and not values.get(field)]
    found += [FieldProblem(pointer, f"There is nothing to put in place of {{{field}}}.") for field in missing]
    if found:
        raise Invalid(*found, code="merge_field")
    return _BRACES.sub(lambda brace: values[_KNOWN[brace["name"].strip()]], text)


def _places(text: str) -> Iterator[_Place]:
    for brace in _BRACES.finditer(text):
        yield _Place(brace.start(), _KNOWN.get((brace["name"] or "").strip()))
