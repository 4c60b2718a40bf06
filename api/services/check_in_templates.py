"""Use cases about templates of messages: the practice's own, and those that ship with the product."""

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from api.domain import check_in_templates as rules
from api.domain import tone
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.check_in_templates import EVERY, Only
from api.domain.errors import NotFound, VersionMismatch
from api.formats.tone_checks import finding_out
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import check_in_templates as template_store
from api.store.sealing import DataKey, Place
from schemas.tables import CheckInTemplate
from schemas.tables.base import new_id
from schemas.vocabulary import ToneFamily
from schemas.wire.check_in_templates import BuiltInTemplateOut, CheckInTemplateIn, CheckInTemplateOut, PassageOut
from schemas.wire.common import Page


@use_case(Permission.TEMPLATE_READ, audit=None)
def page(work: Work, *, after: UUID | None, limit: int, only: Only = EVERY) -> Page[CheckInTemplateOut]:
    found = template_store.page(work.session, after=after, limit=limit + 1, only=only)
    key = work.practice_key()
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[CheckInTemplateOut](items=[_shown(row, key) for row in found[:limit]], next_cursor=cursor)


@use_case(Permission.TEMPLATE_READ, audit=None)
def built_in(work: Work, only: Only = EVERY) -> list[BuiltInTemplateOut]:  # noqa: ARG001  # the gate asks the unit for the right
    return [
        BuiltInTemplateOut(
            code=one.code,
            name=one.name,
            kind=one.wording.kind,
            locale=one.wording.locale,
            situation=one.situation,
            channel=one.wording.channel,
            subject=one.wording.subject,
            body=one.wording.body,
        )
        for one in rules.built_in()
        if only.admits(one.situation, one.wording.channel, one.wording.locale)
    ]


@use_case(Permission.TEMPLATE_READ, audit=None)
def read(work: Work, template_id: UUID) -> CheckInTemplateOut:
    return _shown(_required(work, template_id), work.practice_key())


@use_case(Permission.TEMPLATE_EDIT, audit=None)
def review(work: Work, given: CheckInTemplateIn) -> list[PassageOut]:  # noqa: ARG001  # the gate asks the unit for the right
    """What the review says of it, filled in with examples. Keeps nothing. Raises Invalid for a merge field there is none of."""
    reviewed = rules.review(_wording(given))
    return [
        *_passages("subject", reviewed.subject, reviewed.of_subject),
        *_passages("body", reviewed.body, reviewed.of_body),
    ]


@use_case(Permission.TEMPLATE_EDIT, audit=Action.TEMPLATE_ADD, noun=Noun.TEMPLATE)
def add(work: Work, given: CheckInTemplateIn) -> CheckInTemplateOut:
    """Raises Invalid for a merge field there is none of, for wording that blocks, and for other findings without a reason."""
    kept = rules.overridden(_wording(given), given.override_reason)
    row = CheckInTemplate(
        id=new_id(),
        kind=given.kind,
        locale=given.locale,
        name_sealed=b"",
        subject_sealed=b"",
        body_sealed=b"",
        written_by=work.actor_id,
        created_at=work.now,
        updated_at=work.now,
    )
    _apply(work, row, given, kept)
    template_store.add(work.session, row)
    work.about(row.id)
    work.mention(findings=row.findings)
    return _shown(row, work.practice_key())


@use_case(Permission.TEMPLATE_EDIT, audit=Action.TEMPLATE_EDIT, noun=Noun.TEMPLATE, subject="template_id")
def change(work: Work, template_id: UUID, given: CheckInTemplateIn, *, version: int) -> CheckInTemplateOut:
    """Reviewed anew, so a reason given for former words has to be given again."""
    row = _required(work, template_id)
    if row.version != version:
        raise VersionMismatch
    _apply(work, row, given, rules.overridden(_wording(given), given.override_reason))
    row.written_by, row.updated_at, row.version = work.actor_id, work.now, row.version + 1
    work.mention(findings=row.findings)
    return _shown(row, work.practice_key())


@use_case(Permission.TEMPLATE_EDIT, audit=Action.TEMPLATE_REMOVE, noun=Noun.TEMPLATE, subject="template_id")
def remove(work: Work, template_id: UUID) -> None:
    """Messages made from it stay as they are: they hold their own words."""
    template_store.delete(work.session, _required(work, template_id))


def _passages(part: Literal["subject", "body"], text: str, review: tone.Review) -> Iterator[PassageOut]:
    for finding in review.findings:
        shown = finding_out(finding).model_dump()
        yield PassageOut(**shown, part=part, passage=text[finding.start : finding.end])


def _required(work: Work, template_id: UUID) -> CheckInTemplate:
    row = template_store.get(work.session, template_id)
    if row is None:
        raise NotFound
    return row


def _wording(given: CheckInTemplateIn) -> rules.Wording:
    return rules.Wording(given.kind, given.locale, given.subject, given.body, given.may_mention_therapy, given.channel)


def _apply(work: Work, row: CheckInTemplate, given: CheckInTemplateIn, kept: list[ToneFamily]) -> None:
    """A reason is kept only where there was something to give it for."""
    key = work.practice_key()
    row.situation, row.channel = given.situation, given.channel
    row.kind, row.locale, row.may_mention_therapy = given.kind, given.locale, given.may_mention_therapy
    row.name_sealed = key.seal(given.name, _place("name", row))
    row.subject_sealed = key.seal(given.subject, _place("subject", row))
    row.body_sealed = key.seal(given.body, _place("body", row))
    row.findings = [family.value for family in kept]
    reason = given.override_reason if kept else None
    row.override_sealed = key.seal(reason, _place("override", row)) if reason else None


def _place(column: str, row: CheckInTemplate) -> Place:
    return Place("check_in_templates", column, row.id)


def _shown(row: CheckInTemplate, key: DataKey) -> CheckInTemplateOut:
    sealed = row.override_sealed
    return CheckInTemplateOut(
        id=row.id,
        name=key.open(row.name_sealed, _place("name", row)),
        kind=row.kind,
        locale=row.locale,
        situation=row.situation,
        channel=row.channel,
        subject=key.open(row.subject_sealed, _place("subject", row)),
        body=key.open(row.body_sealed, _place("body", row)),
        may_mention_therapy=row.may_mention_therapy,
        findings=[ToneFamily(code) for code in row.findings],
        override_reason=None if sealed is None else key.open(sealed, _place("override", row)),
        written_by=row.written_by,
        updated_at=row.updated_at,
        version=row.version,
    )
