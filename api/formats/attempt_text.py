"""One message as plain text to paste into another record system: what was sent, when, by which way, and what was decided.

For people who keep one legal record elsewhere. Pure: names, times in words and sentences come in, lines go out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttemptTold:
    """`decisions` are (when, asked at what, whether it might go, why not). `instead`: why it did not go, where it did not."""

    kind: str
    way: str
    state: str
    when: str
    zone: str
    by: str
    subject: str
    body: str
    decisions: Sequence[tuple[str, str, bool, Sequence[str]]]
    instead: str | None = None
    kept_because: str | None = None


def as_text(told: AttemptTold) -> str:
    return "\n".join(_lines(told)) + "\n"


def _lines(told: AttemptTold) -> Iterator[str]:
    yield f"{told.kind}: {told.state.lower()}"
    yield f"When: {told.when} ({told.zone})"
    yield f"By which way: {told.way}"
    yield f"By whom: {told.by}"
    if told.instead:
        yield f"Why it did not go: {told.instead}"
    yield ""
    yield f"Subject: {told.subject}"
    yield told.body
    if told.kept_because:
        yield ""
        yield f"Wording kept as it is because: {told.kept_because}"
    yield ""
    yield "Whether it might go:"
    for when, asked, allowed, reasons in told.decisions:
        why = " ".join(reasons) or "Nothing on record spoke against it."
        yield f"- {when}, asked {asked}: {'yes' if allowed else 'no'}. {why}"
    if not told.decisions:
        yield "- It was not asked yet."
