"""Use cases about the practice's own directory of those who may be a better fit, and about matching it with somebody's wishes.

No client stands here: whoever matches says wishes and no name, and nothing of them is kept. So the trail tells who changed the
directory, and not who looked into it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import referral_matching as matching
from api.domain import referral_providers as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, Invalid, NotFound, VersionMismatch, invalid_field
from api.domain.facts import RowProblem
from api.domain.referral_providers import Facts
from api.formats import directory_csv, provider_shapes
from api.formats.directory_csv import Row
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import practices as practice_store
from api.store import referral_providers as provider_store
from schemas.tables import ReferralProvider
from schemas.tables.base import new_id
from schemas.vocabulary import RowOutcome
from schemas.wire.common import Page
from schemas.wire.referral_providers import (
    DirectoryImportOut,
    DirectoryProblemOut,
    ReferralMatchOut,
    ReferralProviderIn,
    ReferralProviderOut,
    ReferralProviderPatch,
    WishesIn,
)

_MOST_TOLD = 200


@use_case(Permission.PROVIDER_READ, audit=None)
def page(work: Work, *, search: str | None, after: UUID | None, limit: int) -> Page[ReferralProviderOut]:
    """By name. `search`: every word of it begins a word of what the directory says."""
    found = [one for one in _opened(work) if search is None or rules.holds(one[1], search)]
    found.sort(key=lambda one: (rules.by_name(one[1]), one[0].id))
    begin = 0 if after is None else _beyond(work, found, after)
    shown = found[begin : begin + limit]
    cursor = str(shown[-1][0].id) if begin + limit < len(found) else None
    return Page[ReferralProviderOut](items=[provider_shapes.shown(*one) for one in shown], next_cursor=cursor)


@use_case(Permission.PROVIDER_READ, audit=None)
def read(work: Work, provider_id: UUID) -> ReferralProviderOut:
    """Also one that was removed, for the referrals that name them."""
    row = _required(work, provider_id)
    return provider_shapes.shown(row, provider_store.opened(work.practice_key(), row))


@use_case(Permission.PROVIDER_READ, audit=None)
def match(work: Work, given: WishesIn, *, after: UUID | None, limit: int) -> Page[ReferralMatchOut]:
    """The whole directory, in words and in an order that is always the same. Nothing of the wishes is kept."""
    wishes = provider_shapes.wishes(given)
    matching.require_sound(wishes)
    today = _today(work)
    key = work.practice_key()
    entries = {row.id: provider_store.entry(key, row) for row in provider_store.every(work.session)}
    found = matching.match([(one.id, one.facts) for one in entries.values()], wishes, today)
    begin = matching.beyond(found, after)
    shown = found[begin : begin + limit]
    cursor = str(shown[-1].id) if begin + limit < len(found) else None
    items = [provider_shapes.matched(entries[one.id], one, today) for one in shown]
    return Page[ReferralMatchOut](items=items, next_cursor=cursor)


@use_case(Permission.PROVIDER_EDIT, audit=Action.PROVIDER_ADD, noun=Noun.PROVIDER)
def add(work: Work, given: ReferralProviderIn) -> ReferralProviderOut:
    """Raises Invalid, and Conflict for a key of another list that stands for somebody else, or where the directory is full."""
    provider_store.lock(work.session)
    rules.require_room(provider_store.count(work.session))
    facts = provider_shapes.changed(None, given, _today(work))
    rules.require_sound(facts, _today(work))
    row = _new(work, facts, _by_external(_opened(work)))
    work.about(row.id)
    return provider_shapes.shown(row, facts)


@use_case(Permission.PROVIDER_EDIT, audit=Action.PROVIDER_EDIT, noun=Noun.PROVIDER, subject="provider_id")
def change(work: Work, provider_id: UUID, given: ReferralProviderPatch, *, version: int) -> ReferralProviderOut:
    """Only what was sent. Raises Invalid, VersionMismatch, and Conflict for one that was removed."""
    provider_store.lock(work.session)
    row = _required(work, provider_id)
    if row.version != version:
        raise VersionMismatch
    _require_there(row)
    if "name" in given.model_fields_set and given.name is None:
        raise invalid_field("/name", "Everybody in the directory has a name.")
    facts = provider_shapes.changed(provider_store.opened(work.practice_key(), row), given, _today(work))
    rules.require_sound(facts, _today(work))
    _write(work, row, facts, _by_external(_opened(work)))
    return provider_shapes.shown(row, facts)


@use_case(Permission.PROVIDER_EDIT, audit=Action.PROVIDER_REMOVE, noun=Noun.PROVIDER, subject="provider_id")
def remove(work: Work, provider_id: UUID) -> None:
    """Nobody is matched with them any more. What referrals refer to stays."""
    provider_store.lock(work.session)
    row = _required(work, provider_id)
    _require_there(row)
    row.removed_at, row.external_digest = work.now, None
    row.changed_by, row.updated_at, row.version = work.principal.id, work.now, row.version + 1


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """A file as it comes in, and whether it is only tried."""

    stream: BinaryIO
    dry_run: bool


@use_case(Permission.PROVIDER_EDIT, audit=Action.PROVIDER_IMPORT, noun=Noun.PROVIDER)
def take_in(work: Work, given: DirectoryFile) -> DirectoryImportOut:
    """Row by row; what one row lacks keeps no other back. The same file again changes nothing.

    Raises UnreadableFile where the file as a whole cannot be read, and then nothing of it is taken.
    """
    provider_store.lock(work.session)
    intake = _Intake(work, dry_run=given.dry_run)
    for one in directory_csv.read(given.stream):
        intake.take(one)
    work.mention(dry_run=given.dry_run, counts=dict(intake.counts))
    return DirectoryImportOut(
        dry_run=given.dry_run,
        rows_read=sum(intake.counts.values()),
        counts=dict(intake.counts),
        problems=intake.problems[:_MOST_TOLD],
        problem_count=intake.counts[RowOutcome.REJECTED],
    )


class _Intake:
    """One file on its way into the directory: whom its rows mean, and what became of each."""

    def __init__(self, work: Work, *, dry_run: bool) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[DirectoryProblemOut] = []
        self._work, self._dry_run, self._today = work, dry_run, _today(work)
        self._held: dict[UUID, tuple[ReferralProvider, Facts]] = {}
        self._external: dict[str, UUID] = {}
        self._named: dict[str, list[UUID]] = {}
        self._seen: set[UUID] = set()
        for row, facts in _opened(work):
            self._keep(row, facts)

    def take(self, one: Row | RowProblem) -> None:
        if isinstance(one, RowProblem):
            self._refuse(one.line, one.code, one.column, one.detail)
            return
        try:
            self.counts[self._taken(one)] += 1
        except Invalid as error:
            problem = error.problems[0]
            self._refuse(one.line, error.code, problem.pointer.strip("/") or None, problem.detail)
        except Conflict as error:
            self._refuse(one.line, error.code, None, error.message)

    def _taken(self, one: Row) -> RowOutcome:
        known_id = self._known(one.given)
        if known_id in self._seen:
            raise Conflict("An earlier row of the file is about the same provider.", code="same_twice")
        row, before = self._held[known_id] if known_id else (None, None)
        facts = provider_shapes.changed(before, one.given, self._today)
        if before is not None and before.accepting == facts.accepting and one.given.accepting_checked_on is None:
            # The same file on another day says nothing new of the day on which somebody asked.
            facts = replace(facts, accepting_checked_on=before.accepting_checked_on)
        rules.require_sound(facts, self._today)
        if row is not None and facts == before:
            self._seen.add(row.id)
            return RowOutcome.UNCHANGED
        if row is None:
            rules.require_room(len(self._held))
            row = _new(self._work, facts, self._external, dry_run=self._dry_run)
        elif not self._dry_run:
            _write(self._work, row, facts, self._external)
        self._seen.add(row.id)
        self._keep(row, facts)
        return RowOutcome.UPDATED if before is not None else RowOutcome.CREATED

    def _known(self, given: ReferralProviderPatch) -> UUID | None:
        """By the key of the other list; else by name and organisation, whoever has no other key."""
        if given.external_id is not None and given.external_id in self._external:
            return self._external[given.external_id]
        same = self._named.get(rules.same_as(Facts(name=given.name or "", organisation=given.organisation)), [])
        fitting = [one for one in same if given.external_id is None or self._held[one][1].external_id is None]
        if len(fitting) > 1:
            raise Conflict("Several in the directory are called this. Give an external_id.", code="several_known")
        return fitting[0] if fitting else None

    def _keep(self, row: ReferralProvider, facts: Facts) -> None:
        former = self._held.get(row.id)
        if former is not None:
            self._named[rules.same_as(former[1])].remove(row.id)
        self._held[row.id] = (row, facts)
        self._named.setdefault(rules.same_as(facts), []).append(row.id)
        if facts.external_id is not None:
            self._external[facts.external_id] = row.id

    def _refuse(self, line: int, code: str, column: str | None, detail: str) -> None:
        self.counts[RowOutcome.REJECTED] += 1
        if len(self.problems) < _MOST_TOLD:
            pointer = f"/rows/{line}" + (f"/{column}" if column else "")
            self.problems.append(DirectoryProblemOut(line=line, code=code, pointer=pointer, detail=detail))


def _new(work: Work, facts: Facts, known: dict[str, UUID], *, dry_run: bool = False) -> ReferralProvider:
    row = ReferralProvider(id=new_id(), facts_sealed=b"", created_at=work.now, updated_at=work.now, version=0)
    if not dry_run:
        _write(work, row, facts, known)
        provider_store.add(work.session, row)
    return row


def _write(work: Work, row: ReferralProvider, facts: Facts, known: dict[str, UUID]) -> None:
    external_id = facts.external_id
    if external_id is not None and known.get(external_id, row.id) != row.id:
        raise Conflict("This external id stands for somebody else in the directory.", code="external_id_taken")
    provider_store.seal(work.practice_key(), row, facts)
    row.external_digest = None if external_id is None else work.digest("referral provider", external_id)
    row.changed_by, row.updated_at, row.version = work.principal.id, work.now, row.version + 1


def _by_external(opened: Iterable[tuple[ReferralProvider, Facts]]) -> dict[str, UUID]:
    return {facts.external_id: row.id for row, facts in opened if facts.external_id is not None}


def _opened(work: Work) -> list[tuple[ReferralProvider, Facts]]:
    key = work.practice_key()
    return [(row, provider_store.opened(key, row)) for row in provider_store.every(work.session)]


def _beyond(work: Work, found: Sequence[tuple[ReferralProvider, Facts]], after: UUID) -> int:
    """Where the next page begins. Whoever was last may have been removed or renamed meanwhile: their name still has its place."""
    row = provider_store.get(work.session, after)
    if row is None:
        raise invalid_field("/query/cursor", "This is not a cursor that was given out.")
    last = (rules.by_name(provider_store.opened(work.practice_key(), row)), row.id)
    return sum((rules.by_name(facts), one.id) <= last for one, facts in found)


def _required(work: Work, provider_id: UUID) -> ReferralProvider:
    row = provider_store.get(work.session, provider_id)
    if row is None:
        raise NotFound
    return row


def _require_there(row: ReferralProvider) -> None:
    if row.removed_at is not None:
        raise Conflict("This provider was removed from the directory.", code="provider_removed")


def _today(work: Work) -> date:
    return work.now.astimezone(ZoneInfo(practice_store.current(work.session).time_zone)).date()
