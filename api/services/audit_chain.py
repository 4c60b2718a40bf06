"""Checking the sealed chain of a practice's audit trail, and signed notes against it, for the operator and whoever asks them to."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api.domain.access import Permission
from api.services.gate import use_case
from api.services.work import Work
from api.store import audit as audit_store
from api.store import note_checks
from api.store.note_checks import Tampered

NO_PRACTICE = audit_store.NO_PRACTICE
_LINK = re.compile(r"(\d{1,9}):([0-9a-f]{64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain, written `POSITION:DIGEST`. A digest of SHA-256 is in one chain only."""

    position: int
    digest: bytes

    @classmethod
    def read(cls, text: str) -> "Link":
        """Raises ValueError."""
        found = _LINK.fullmatch(text.strip())
        if found is None:
            raise ValueError("A link is written POSITION:DIGEST, as `verify` prints it.")
        return cls(int(found[1]), bytes.fromhex(found[2]))

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`broken_at` is the first position at which the chain does not hold. Entries of the last moments wait to be sealed.

    `notes_checked` signed notes were held against their fingerprints and the trail; `tampered` are those that do not fit.
    A chain that was calculated anew from its beginning holds. `last` kept elsewhere, and looked for later, shows it.
    """

    broken_at: int | None
    why: str | None
    waiting: int
    last: Link | None
    found: frozenset[Link]
    notes_checked: int
    tampered: Sequence[Tampered]

    @property
    def holds(self) -> bool:
        return self.broken_at is None and not self.tampered


@use_case(Permission.AUDIT_VERIFY, audit=None)
def verify(work: Work, expected: Collection[Link] = ()) -> ChainReport:
    """`found`: which of the links that are expected somewhere this chain has."""
    broken = audit_store.first_break(work.session)
    last = audit_store.last_link(work.session)
    notes = note_checks.check(work.session)
    return ChainReport(
        broken_at=broken.position if broken else None,
        why=broken.why if broken else None,
        waiting=audit_store.unsealed_count(work.session),
        last=Link(*last) if last else None,
        found=frozenset(link for link in expected if audit_store.has_link(work.session, link.position, link.digest)),
        notes_checked=notes.count,
        tampered=notes.tampered,
    )
