"""What a person typed into a form, kept as typed, so that a refused form comes back as it was with what to put right."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, BinaryIO, TypedDict, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from api.domain.errors import Conflict, DomainError, FieldProblem, Invalid, VersionMismatch

Shape = TypeVar("Shape", bound=BaseModel)


class Fault(TypedDict):
    """What pydantic says of one field, as far as a page needs it."""

    type: str
    loc: tuple[int | str, ...]
    msg: str


# What a person can put right in the form itself. Anything else is answered with a page of its own.
TO_PUT_RIGHT = (Invalid, Conflict, VersionMismatch)
_MOST_FIELDS = 400
_MOST_FILES = 2
_LONGEST_VERSION = 9
# In the words of a person; whatever is not here is said as the shape says it.
_IN_WORDS = {
    "missing": "Fill this in.",
    "string_too_short": "Fill this in.",
    "string_too_long": "This is too long.",
    "date_from_datetime_parsing": "Give a day, such as 2026-03-10.",
    "date_parsing": "Give a day, such as 2026-03-10.",
    "date_type": "Give a day.",
    "time_parsing": "Give a time, such as 09:00.",
    "float_type": "Give a number.",
    "int_type": "Give a whole number.",
    "enum": "Choose one of these.",
    "literal_error": "Choose one of these.",
    "too_short": "Choose at least one.",
    "uuid_parsing": "Choose one of these.",
    "string_pattern_mismatch": "This is not written as it has to be.",
}
_EXPLAINED = "value_error"
# Rules about several fields together: the field beside which they are said, and the words for people.
_TOGETHER = {
    "to_on comes before from_on": ("to_on", "The last day comes before the first."),
    "to_on must not be before from_on": ("to_on", "The last day comes before the first."),
    "cadence_days goes with cadence_change, and only with it": (
        "cadence_days",
        "Say how many days, from one to a year.",
    ),
    "assessed goes with item_nine": ("item_nine", "Say first what the answer was."),
    "safe_from and safe_until belong together": ("safe_until", "Give both times, or neither."),
    "an episode's absence is a pause or the client away": ("kind", "Choose one of these."),
    "consents are for e-mail, sms, phone and letter": ("channel", "Choose one of these."),
    "an episode is ended, not agreed to be discharged, here": ("kind", "Choose one of these."),
}


@dataclass(frozen=True, slots=True)
class SentFile:
    stream: BinaryIO
    name: str | None


@dataclass
class Form:
    """`faults` says per field what to put right; `remarks` is what concerns the form as a whole."""

    typed: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, SentFile] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    repeated_files: frozenset[str] = frozenset()

    def only(self, *names: str) -> None:
        """For a form of which no part may be left unread: each of these at most once, and no other. Raises Invalid."""
        sent = dict.fromkeys((*self.typed, *self.files))
        strange = [
            FieldProblem("", "The form has a part that does not belong to it.") for name in sent if name not in names
        ]
        twice = [name for name in names if len(self.several(name)) > 1 or name in self.repeated_files]
        if strange or twice:
            raise Invalid(*strange[:1], *(FieldProblem(f"/{name}", "Send this once.") for name in twice))

    def only_known(self, *names: str) -> None:
        """For a form in which a field may come several times. Raises Invalid for one that does not belong to it."""
        if any(name not in names for name in (*self.typed, *self.files)):
            raise Invalid(FieldProblem("", "The form has a part that does not belong to it."))

    def text(self, name: str) -> str:
        return next(iter(self.typed.get(name, [])), "")

    def given(self, name: str) -> str | None:
        """None where nothing was typed."""
        return self.text(name).strip() or None

    def several(self, name: str) -> list[str]:
        return list(self.typed.get(name, []))

    def ticked(self, name: str) -> bool:
        return name in self.typed

    def present(self, *names: str) -> dict[str, str]:
        """Those of the fields in which something was typed."""
        return {name: value for name in names if (value := self.given(name)) is not None}

    def numbers(self, *names: str) -> dict[str, object]:
        """Those in which something was typed, as numbers where they are: the shapes take no text for one."""
        return {name: _number(value) for name, value in self.present(*names).items()}

    def now_at(self, version: int) -> None:
        """What is sent next is meant for this version: its author has seen it."""
        self.typed = {**self.typed, "version": [str(version)]}

    def slow_down(self, seconds: int) -> None:
        """After several wrong passwords."""
        minutes = -(-seconds // 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        self.remarks.append(f"There have been several attempts. Wait {wait}, then try again.")

    def blame(self, error: DomainError) -> None:
        """Puts each problem beside its field, or above the form where no field is meant."""
        if not isinstance(error, Invalid):
            self.remarks.append(error.message)
            return
        for problem in error.problems:
            name = problem.pointer.strip("/").partition("/")[0]
            if name:
                self.faults.setdefault(name, problem.detail)
            else:
                self.remarks.append(problem.detail)
        if not error.problems:
            self.remarks.append(error.message)


def as_shape(shape: type[Shape], **values: object) -> Shape:
    """The wire shape that the same act has in the API, so that both accept the same. Raises Invalid."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise Invalid(*(_problem(item) for item in error.errors(include_url=False, include_input=False))) from None


def beside(error: DomainError, fields: Mapping[str, str]) -> DomainError:
    """A problem of a part of a part, said of the field in which a person typed it. `fields` by pointer."""
    if not isinstance(error, Invalid):
        return error
    problems = [
        FieldProblem(f"/{fields[one.pointer]}", one.detail) if one.pointer in fields else one for one in error.problems
    ]
    return Invalid(*problems, code=error.code)


def prefilled(**values: object) -> Form:
    """A form that shows what is stored. None is an empty field; False is a box that is not ticked."""
    typed: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, list | tuple | set | frozenset):
            typed[name] = [str(item) for item in value]
        elif value is not None and value is not False:
            typed[name] = ["on" if value is True else str(value)]
    return Form(typed)


def _number(typed: str) -> object:
    for kind in (int, float):
        with suppress(ValueError):
            return kind(typed)
    return typed


def version_of(form: Form) -> int:
    """Which version the form was made from. Raises VersionMismatch for one that we never gave out."""
    typed = form.text("version")
    if not typed.isdecimal() or len(typed) > _LONGEST_VERSION:
        raise VersionMismatch
    return int(typed)


def _problem(found: Fault) -> FieldProblem:
    message = found["msg"].removeprefix("Value error, ")
    if not found["loc"] and message in _TOGETHER:
        name, said = _TOGETHER[message]
        return FieldProblem(f"/{name}", said)
    return FieldProblem(_pointer(found["loc"]), _words(found["type"], message))


def _words(kind: str, message: str) -> str:
    if kind == _EXPLAINED:
        return message[:1].upper() + message[1:].rstrip(".") + "."
    return _IN_WORDS.get(kind, message.rstrip(".") + ".")


def _pointer(location: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in location)


async def _filled_in(request: Request) -> AsyncIterator[Form]:
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as sent:
        typed: dict[str, list[str]] = {}
        files: dict[str, SentFile] = {}
        repeated: set[str] = set()
        for name, value in sent.multi_items():
            if not isinstance(value, UploadFile):
                typed.setdefault(name, []).append(value)
            elif value.filename:
                if name in files:
                    repeated.add(name)
                files[name] = SentFile(value.file, value.filename)
        yield Form(typed, files, repeated_files=frozenset(repeated))


Sent = Annotated[Form, Depends(_filled_in)]
