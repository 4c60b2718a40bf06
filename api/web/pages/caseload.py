"""Today: one card for each episode, with where it stands, why, and the one next kind act."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.domain import snoozes as snooze_rules
from api.domain.access import Permission
from api.domain.next_step import NOTHING_NEEDED
from api.services import caseload, concerns, tasks
from api.services.work import Work
from api.web import acts, attendance, covering, everybody, worklist
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import CaseloadFilter, NextStepKind, Stage
from schemas.wire.appointments import AppointmentOut
from schemas.wire.episodes import CaseloadItem, PersonOut

router = APIRouter(prefix="/caseload")

_CARDS = 25
_TASKS = 3
_NOBODYS = 3
_STAGES = (Stage.DRIFTING, Stage.QUIET, Stage.PAUSED, Stage.ENGAGED)


@dataclass(frozen=True, slots=True)
class Card:
    """`unrecorded` is the time whose outcome is asked for, where that is the next act."""

    item: CaseloadItem
    unrecorded: AppointmentOut | None
    may_record: bool

    @property
    def waits(self) -> bool:
        return self.item.next_step.put_off is not None

    @property
    def needs_somebody(self) -> bool:
        return self.item.next_step.kind is not NextStepKind.NOTHING and not self.waits

    @property
    def may_wait(self) -> bool:
        return self.may_record and snooze_rules.may_wait(self.item.next_step.kind)


@router.get("")
def read(
    visit: SignedIn,
    stage: Annotated[str, Query(max_length=40)] = "",
    clinician: Annotated[str, Query(max_length=40)] = "",
    only: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """An empty choice in the filter is no choice; one that does not exist shows everybody."""
    wanted = next((one for one in _STAGES if one == stage), None)
    whose = _id(clinician)
    with visit.work() as work:
        filters = _filters(work)
        narrowed = next((one for one in filters if one == only), None)
        found = caseload.page(work, stage=wanted, clinician_id=whose, cursor=cursor, limit=_CARDS, only=narrowed)
        cards = [_card(visit, work, item) for item in found.items]
        clinicians = _clinicians(visit, work)
        covered = covering.sections(visit, work) if not cursor else []
        confided = visit.may(Permission.CONCERN_READ) and not cursor and concerns.waits(work)
        nobodys = _nobodys(visit, work) if not cursor and narrowed is not CaseloadFilter.WITHOUT_OWNER else []
        mine = tasks.page(work, cursor=None, limit=_TASKS) if visit.may(Permission.TASK_READ) and not cursor else None
    chosen = {"stage": wanted or "", "clinician": str(whose or ""), "only": narrowed or ""}
    path = _path(chosen)
    return visit.page(
        "caseload.html",
        due=[card for card in cards if card.needs_somebody],
        waiting=[card for card in cards if card.waits],
        resting=[card for card in cards if not card.needs_somebody and not card.waits],
        nobodys=nobodys,
        filters=filters,
        may_name_owners=_names_owners(visit, work),
        worklist=worklist,
        clinicians=clinicians,
        covered=covered,
        confided=confided,
        tasks=mine.items if mine else [],
        more_tasks=bool(mine and mine.next_cursor),
        stages=_STAGES,
        chosen=chosen,
        is_narrowed=any(chosen.values()),
        path=path,
        back=path,
        is_first_page=cursor is None,
        next_cursor=found.next_cursor,
        contact_taps=acts.CONTACT_TAPS,
        outcome_taps=acts.OUTCOME_TAPS,
        nothing_needed=NOTHING_NEEDED,
    )


def _names_owners(visit: Visit, work: Work) -> bool:
    return work.principal.sees is None and visit.may(Permission.EPISODE_EDIT)


def _filters(work: Work) -> list[CaseloadFilter]:
    """What nobody has is in sight of those alone who see the whole practice."""
    return [one for one in CaseloadFilter if one is not CaseloadFilter.WITHOUT_OWNER or work.principal.sees is None]


def _nobodys(visit: Visit, work: Work) -> list[CaseloadItem]:
    """On top of everything, for whoever can give them to somebody."""
    if not _names_owners(visit, work):
        return []
    return caseload.page(
        work, stage=None, clinician_id=None, cursor=None, limit=_NOBODYS, only=CaseloadFilter.WITHOUT_OWNER
    ).items


def _id(chosen: str) -> UUID | None:
    try:
        return UUID(chosen)
    except ValueError:
        return None


def _path(chosen: dict[str, str]) -> str:
    given = {name: value for name, value in chosen.items() if value}
    return f"/caseload?{urlencode(given)}" if given else "/caseload"


def _card(visit: Visit, work: Work, item: CaseloadItem) -> Card:
    asked = item.next_step.kind is NextStepKind.RECORD_OUTCOME
    responsible = [item.episode.responsible] if item.episode.responsible else []
    may_record = visit.may(Permission.CONTACT_RECORD) and acts.may_change(work.principal, responsible)
    return Card(item, attendance.to_record(work, item.episode.id) if asked and may_record else None, may_record)


def _clinicians(visit: Visit, work: Work) -> list[PersonOut]:
    """To choose from: nobody whose caseload the visitor does not see, and no choice where there is only oneself."""
    sees = work.principal.sees
    if not visit.may(Permission.MEMBER_READ) or (sees is not None and sees <= {work.principal.id}):
        return []
    return [one for one in everybody.clinicians(work) if sees is None or one.id in sees]
