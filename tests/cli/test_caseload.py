"""Looking back: the caseload as of a moment is what the facts known then amount to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from api.commands.looking_back import moment
from api.commands.refusals import Refused
from api.domain import engagement, weights
from api.domain.access import operator_principal
from api.domain.history import History, Rhythm
from api.formats.native_folder import FILES
from api.sample.cast import cast
from api.services.work import unit
from api.store import episodes as episode_store
from api.store import histories
from schemas.vocabulary import Stage
from tests.cli.conftest import Cli
from tests.support.house import open_house

DAY = date(2026, 3, 4)
LONG_AGO, A_WHILE_AGO, LATELY = "2024-09-10T12:00", "2025-11-20T08:15", "2026-03-03T23:00"
MADRID = ZoneInfo("Europe/Madrid")


class Known(Protocol):
    @property
    def known_at(self) -> datetime: ...


F = TypeVar("F", bound=Known)


@dataclass
class Fed:
    """A practice with some of the sample's past in it."""

    cli: Cli
    practice_id: UUID

    def at(self, as_of: str, *more: str) -> list[dict[str, object]]:
        answer = self.cli("caseload", "--as-of", as_of, "--json", *more)
        assert answer.code == 0, answer.err
        return [json.loads(line) for line in answer.out.splitlines()]

    def histories(self) -> dict[UUID, History]:
        """Everything, whenever it was learned."""
        with open_house(self.cli.url) as house, unit(house.runtime, operator_principal(self.practice_id)) as work:
            every = episode_store.page(work.session, client_id=None, after=None, limit=1000)
            return histories.load(work.session, [one.id for one in every], as_of=datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def fed(both_clis: Cli, tmp_path: Path) -> Fed:
    practice_id = UUID(json.loads(both_clis.found().out)["practice_id"])
    made = cast(DAY)
    # A life of every kind would take minutes on two engines; every sixth person shows as much.
    wanted = set(made.clients[::6])
    for kind, name in FILES.items():
        head, *rows = made.files.csv(kind).decode().splitlines(keepends=True)
        people = [row for row in rows if wanted & set(row.split(",")[:2])]
        if people:
            (tmp_path / name).write_text(head + "".join(people))
            assert both_clis("import", tmp_path / name, "--preset", "native").code == 0
    return Fed(both_clis, practice_id)


def only_known(history: History, as_of: datetime) -> History:
    def kept(facts: Iterable[F]) -> tuple[F, ...]:
        return tuple(fact for fact in facts if fact.known_at <= as_of)

    told = (replace(one, events=kept(one.events)) for one in history.appointments)
    return replace(
        history,
        appointments=tuple(one for one in told if one.events),
        contacts=kept(history.contacts),
        absences=kept(history.absences),
        agreements=kept(history.agreements),
    )


def is_empty(history: History) -> bool:
    return not (history.appointments or history.contacts or history.absences or history.agreements)


def test_a_moment_is_assessed_from_the_facts_known_by_then(fed: Fed) -> None:
    every = fed.histories()
    seen: set[str] = set()
    for text in (LONG_AGO, A_WHILE_AGO, LATELY):
        as_of = moment(text, MADRID)
        past = {key: only_known(history, as_of) for key, history in every.items()}
        wanted = {
            str(key): engagement.assess(history, Rhythm(), as_of, weights.load())
            for key, history in past.items()
            if not is_empty(history)
        }
        shown = {str(item["episode"]["id"]): item for item in fed.at(text)}  # type: ignore[index]  # what JSON holds is not typed
        assert set(shown) == set(wanted)
        for key, item in shown.items():
            assert item["stage"] == wanted[key].stage
            assert item["reasons"] == [{"code": one.code, "text": one.text} for one in wanted[key].reasons]
        seen |= {str(item["stage"]) for item in shown.values()}
    assert {Stage.ENGAGED, Stage.QUIET} <= seen


def test_whoever_was_not_known_yet_is_left_out_and_the_rest_can_be_narrowed(fed: Fed) -> None:
    counts = [len(fed.at(text)) for text in (LONG_AGO, A_WHILE_AGO, LATELY)]
    assert 0 < counts[0] < counts[1] < counts[2]
    quiet = fed.at(LATELY, "--stage", "quiet")
    assert quiet
    assert {item["stage"] for item in quiet} == {"quiet"}


def test_looking_back_is_audited_and_names_nobody_in_json_unless_asked(fed: Fed) -> None:
    assert '"name"' not in json.dumps(fed.at(LATELY))
    assert '"name"' in json.dumps(fed.at(LATELY, "--names"))
    engine = sa.create_engine(fed.cli.url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        acts = connection.execute(sa.text("SELECT action, actor_kind FROM audit_entries")).all()
    engine.dispose()
    assert acts.count(("caseload.look_back", "system")) == 2


def test_a_person_gets_a_table_with_names_reasons_and_the_next_act(fed: Fed) -> None:
    answer = fed.cli("caseload", "--as-of", "2026-03-03")
    assert "As of 2026-03-04 00:00 (Europe/Madrid)" in answer.out
    assert "Daniel Okafor" in answer.out
    assert "closing_session" in answer.out


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019-03-01", datetime(2019, 3, 2, tzinfo=MADRID)),
        ("2019-03-01T09:30", datetime(2019, 3, 1, 9, 30, tzinfo=MADRID)),
        ("2019-03-01T09:30:00+00:00", datetime(2019, 3, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_on_the_practices_clock(text: str, wanted: datetime) -> None:
    assert moment(text, MADRID) == wanted
    assert moment(text, MADRID).utcoffset() in (timedelta(), timedelta(hours=1))


@pytest.mark.parametrize("text", ["yesterday", "2019-02-30", "9999-12-31", "01.03.2019", ""])
def test_what_is_no_moment_is_refused(text: str) -> None:

    with pytest.raises(Refused):
        moment(text, MADRID)
