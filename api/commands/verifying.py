"""What `verify` found, in words and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import typer

from api.commands import choosing
from api.domain.access import operator_principal
from api.services import audit_chain
from api.services.audit_chain import ChainReport, Link
from api.services.work import Runtime, unit


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of one practice."""

    practice_id: UUID
    name: str
    report: ChainReport

    def told(self) -> dict[str, object]:
        report = self.report
        return {
            "practice_id": self.practice_id,
            "broken_at": report.broken_at,
            "why": report.why,
            "waiting": report.waiting,
            "last_link": None if report.last is None else str(report.last),
            "notes_checked": report.notes_checked,
            "notes_changed": [{"note_id": one.note_id, "why": one.why} for one in report.tampered],
        }

    def sentence(self) -> str:
        return " ".join([self._of_the_chain(), *self._of_notes()])

    def _of_notes(self) -> Iterator[str]:
        checked = self.report.notes_checked
        if self.report.tampered:
            for one in self.report.tampered:
                yield f"Note {one.note_id}: {one.why}."
        elif checked:
            yield (
                "1 signed note is what was signed." if checked == 1 else f"{checked} signed notes are what was signed."
            )

    def _of_the_chain(self) -> str:
        report = self.report
        if report.broken_at is not None:
            return f"{self.name}: the chain breaks at position {report.broken_at}: {report.why}."
        last = "Nothing is sealed yet." if report.last is None else f"Last link: {report.last}"
        return f"{self.name}: the chain holds; {report.waiting} entries wait to be sealed. {last}"


@dataclass(frozen=True, slots=True)
class Verified:
    """`missing`: links that were expected and that no chain has."""

    chains: Sequence[Chain]
    missing: Sequence[Link]

    @property
    def is_broken(self) -> bool:
        return bool(self.missing) or any(not chain.report.holds for chain in self.chains)


def read(expected: Sequence[str]) -> list[Link]:
    """Raises typer's BadParameter, like any option that does not fit."""
    try:
        return [Link.read(text) for text in expected]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--expect") from error


def check(runtime: Runtime, expected: Sequence[Link]) -> Verified:
    chains = []
    for practice in choosing.trails(runtime):
        with unit(runtime, operator_principal(practice.id), read_only=True) as work:
            chains.append(Chain(practice.id, practice.name, audit_chain.verify(work, expected)))
    found = frozenset().union(*(chain.report.found for chain in chains))
    return Verified(chains, [link for link in expected if link not in found])
