"""Collects the caseload as of a moment, slice by slice, and prints it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.commands import choosing, console
from api.commands.refusals import Refused
from api.domain.access import Principal, operator_principal
from api.services import caseload_as_of
from api.services.work import Runtime, unit
from schemas.vocabulary import Stage
from schemas.wire.episodes import CaseloadItem

# Whoever needs somebody first is on top.
_ORDER = (Stage.QUIET, Stage.DRIFTING, Stage.PAUSED, Stage.ENGAGED, Stage.ENDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted, as it was typed."""

    practice: str | None
    as_of: str | None
    stage: Stage | None


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A day stands for its end. Raises Refused."""
    try:
        if len(text) == len("2019-03-01"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Refused("--as-of is a day or a moment, such as 2019-03-01 or 2019-03-01T09:30.") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def print_table(runtime: Runtime, asked: Asked) -> None:
    principal, as_of, zone = _settle(runtime, asked)
    items = sorted(_items(runtime, principal, as_of, asked.stage), key=_urgency)
    console.say(f"As of {as_of.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})")
    console.table(
        ["stage", "since", "client", "clinician", "next kind act", "due", "why"],
        [
            (
                item.stage,
                f"{item.since.astimezone(zone):%Y-%m-%d}" if item.since else "",
                ", ".join(client.name for client in item.clients),
                item.episode.responsible.name if item.episode.responsible else "",
                item.next_step.kind,
                item.next_step.due_on.isoformat(),
                " ".join(reason.text for reason in item.reasons),
            )
            for item in items
        ],
    )
    console.say(", ".join(f"{sum(item.stage is stage for item in items)} {stage}" for stage in _ORDER))


def print_lines(runtime: Runtime, asked: Asked, *, names: bool) -> None:
    """One JSON object per episode, as they come: programs sort for themselves. People by id alone, unless asked for."""
    principal, as_of, _ = _settle(runtime, asked)
    for item in _items(runtime, principal, as_of, asked.stage):
        told = item.model_dump(mode="json")
        console.say(json.dumps(told if names else _without_names(told), ensure_ascii=False))


def _settle(runtime: Runtime, asked: Asked) -> tuple[Principal, datetime, ZoneInfo]:
    practice = choosing.practice(runtime, asked.practice)
    zone = ZoneInfo(practice.time_zone)
    now = runtime.now()
    as_of = now if asked.as_of is None else min(moment(asked.as_of, zone), now)
    return operator_principal(practice.id), as_of, zone


def _items(runtime: Runtime, principal: Principal, as_of: datetime, stage: Stage | None) -> Iterator[CaseloadItem]:
    after: UUID | None = None
    with console.progress() as bar:
        task = bar.add_task("Episodes", total=None)
        while True:
            with unit(runtime, principal) as work:
                found = caseload_as_of.look_back(work, as_of=as_of, stage=stage, after=after)
            bar.advance(task, found.looked_at)
            yield from found.items
            after = found.next_after
            if after is None:
                return


def _urgency(item: CaseloadItem) -> tuple[int, date, str]:
    return _ORDER.index(item.stage), item.next_step.due_on, item.client.name


def _without_names(told: Any) -> Any:  # noqa: ANN401  # parts of a JSON document
    if isinstance(told, dict):
        return {key: _without_names(value) for key, value in told.items() if key != "name"}
    return [_without_names(one) for one in told] if isinstance(told, list) else told
