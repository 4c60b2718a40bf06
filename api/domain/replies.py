"""What a client can answer to a message, and to whom it goes. Pure.

A tap is a message to a person and never by itself ends or changes care. What speaks of harm done in the room, and the
wish to see somebody else, goes to one named person who is not the client's clinician; where there is none, nothing
of the kind is taken in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from api.domain import optout
from api.domain.optout import OptOut
from schemas.vocabulary import GivenReason, Recipient, ReplyAnswer

SHOWN_FIRST = (ReplyAnswer.COME_BACK, ReplyAnswer.ANOTHER_TIME, ReplyAnswer.CALL_ME, ReplyAnswer.FINISHED_FOR_NOW)
UNDER_MORE = (
    ReplyAnswer.TAKE_A_BREAK,
    ReplyAnswer.CLOSING_SESSION,
    ReplyAnswer.WRITTEN_GOODBYE,
    ReplyAnswer.BETTER_FIT,
    ReplyAnswer.DO_NOT_CONTACT,
)
TO_THE_READER = frozenset({ReplyAnswer.ANOTHER_PERSON})
SEALED_REASONS = (
    GivenReason.BIAS_OR_MICROAGGRESSION,
    GivenReason.SPOKEN_TO_HARSHLY,
    GivenReason.EXPLOITED_OR_ABUSED,
)
REASONS = tuple(reason for reason in GivenReason if reason not in SEALED_REASONS)
# Nobody answers the same twice within a minute; a hurried finger sends the same form twice.
SAME_TAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What came with one form. `words` are whoever's who wrote them; `offered_time_id` is the time that was tapped.

    `spoken_by` is who held the address that was written to. Of a guardian it is never taken for the child's own voice.
    """

    answer: ReplyAnswer | None = None
    reasons: tuple[GivenReason, ...] = ()
    words: str | None = None
    offered_time_id: UUID | None = None
    spoken_by: Recipient | None = None

    @property
    def is_empty(self) -> bool:
        return self.answer is None and not self.reasons and self.words is None

    @property
    def is_confidential(self) -> bool:
        """Whether the clinician must not know that it was said, words included: they go where the reason goes."""
        return self.answer in TO_THE_READER or any(reason in SEALED_REASONS for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Parts:
    """`openly` goes to the clinician, `in_confidence` to the reader."""

    openly: Told | None
    in_confidence: Told | None


def parted(told: Told, *, in_confidence: bool) -> Parts:
    """To whom it goes. `in_confidence`: it was written where the page says that the clinician does not read it.

    What is confidential goes to the reader whole, for words beside such a reason are about it. Only the wish not to be
    written to is carried out all the same, without a word of why.
    """
    if told.is_empty:
        return Parts(None, None)
    if not (in_confidence or told.is_confidential):
        return Parts(told, None)
    if told.answer is ReplyAnswer.DO_NOT_CONTACT:
        rest = replace(told, answer=None)
        return Parts(Told(told.answer), None if rest.is_empty else rest)
    return Parts(None, told)


def asks_to_stop(told: Told) -> OptOut | None:
    """Whether it asks that the address is not written to any more, by the answer or in words."""
    if told.answer is ReplyAnswer.DO_NOT_CONTACT:
        return OptOut.PLAIN
    return optout.read(told.words) if told.words else None


def reader(leads: Sequence[UUID], clinicians: Collection[UUID]) -> UUID | None:
    """The first practice lead who is no clinician of any of the client's episodes, those that ended included.

    None: nobody here is independent, as where one person works alone.
    """
    return next((lead for lead in leads if lead not in clinicians), None)
