"""One bad row or one practice in trouble holds up nobody else: assessments, sealing, pruning and imports go on."""

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.access import operator_principal
from api.domain.reasons import ReasonCode
from api.jobs.worker import Worker
from api.services import caseload_as_of, engagement
from api.store import audit as audit_store
from api.store import tenancy
from api.store.engine import make_sessions
from schemas.tables import AuditUnsealed, Client, Episode
from schemas.vocabulary import Stage
from tests.services import records
from tests.services.imports import files
from tests.support.house import Case, House

NOWHERE = ["Mars/Base", "localtime", "Factory"]


def spoil(house: House, episode_id: UUID, zone: str) -> None:
    """As a row restored from elsewhere may be: what is stored is of an older form, and the zone is none."""
    with house.rows() as work:
        spoilt = {"time_zone": zone, "evidence": {}, "assessment_due": True}
        work.session.execute(sa.update(Episode).where(col(Episode.id) == episode_id).values(spoilt))


def due(house: House) -> int:
    with house.rows() as work:
        statement = sa.select(sa.func.count()).select_from(Episode).where(col(Episode.assessment_due))
        return work.session.scalar(statement) or 0


def mark_all(house: House) -> None:
    with house.rows() as work:
        work.session.execute(sa.update(Episode).values(assessment_due=True))


def three(house: House) -> list[Case]:
    return [records.weekly(house, house.clinician, last=last, days=days) for last, days in ((1, 0), (6, 0), (1, 2))]


@pytest.mark.parametrize("zone", NOWHERE)
def test_an_episode_that_cannot_be_assessed_is_put_aside_and_the_others_are_assessed(
    both_houses: House, zone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    house = both_houses
    bad, *_ = three(house)
    mark_all(house)
    spoil(house, bad.episode_id, zone)
    Worker(house.runtime).until_idle(most=20)
    assert due(house) == 0
    shown = records.items(house, house.clinician)
    assert [item.stage for item in shown if item.episode.id != bad.episode_id] == [Stage.QUIET, Stage.DRIFTING]
    said = next(item for item in shown if item.episode.id == bad.episode_id)
    assert [reason.code for reason in said.reasons] == [ReasonCode.NOT_WORKED_OUT]
    assert "time zone" in said.next_step.why
    printed = capsys.readouterr().out
    assert "put_aside" in printed
    assert str(bad.episode_id) in printed
    assert zone not in printed


def test_an_episode_put_aside_is_assessed_once_its_zone_is_put_right(both_houses: House) -> None:
    house = both_houses
    bad, *_ = three(house)
    spoil(house, bad.episode_id, "Mars/Base")
    worker = Worker(house.runtime)
    worker.until_idle(most=20)
    with house.rows() as work:
        zone = work.session.scalar(sa.select(col(Client.time_zone)).limit(1))
        work.session.execute(sa.update(Episode).values(time_zone=zone, assessment_due=True))
    worker.until_idle(most=20)
    with house.work(house.clinician) as work:
        assert ReasonCode.NOT_WORKED_OUT not in [one.code for one in engagement.read(work, bad.episode_id).reasons]


def test_the_caseload_shows_the_others_and_that_one_cannot_be_told_before_the_worker_came(both_houses: House) -> None:
    house = both_houses
    bad, *others = three(house)
    spoil(house, bad.episode_id, "Mars/Base")
    answer = house.api(house.clinician).get("/v1/caseload")
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert {item["episode"]["id"] for item in items} == {str(one.episode_id) for one in (bad, *others)}
    reasons = {item["episode"]["id"]: [one["code"] for one in item["reasons"]] for item in items}
    assert reasons[str(bad.episode_id)] == ["not_worked_out"]
    read = house.api(house.clinician).get(f"/v1/episodes/{bad.episode_id}/engagement")
    assert (read.status_code, read.json()["stage"]) == (200, "engaged")


def test_looking_back_shows_the_others_and_that_one_cannot_be_told(both_houses: House) -> None:
    house = both_houses
    bad, *others = three(house)
    spoil(house, bad.episode_id, "Mars/Base")
    with house.work(operator_principal(house.practice.id)) as work:
        found = caseload_as_of.look_back(work, as_of=house.now, stage=None, after=None).items
    assert {item.episode.id for item in found} == {one.episode_id for one in (bad, *others)}
    said = next(item for item in found if item.episode.id == bad.episode_id)
    assert [reason.code for reason in said.reasons] == [ReasonCode.NOT_WORKED_OUT]


def test_an_import_goes_on_beside_an_episode_that_cannot_be_assessed(both_houses: House) -> None:
    house = both_houses
    bad, *_ = three(house)
    spoil(house, bad.episode_id, "Mars/Base")
    files.take_in(house, files.appointments(files.kept("ana", 3)))
    assert due(house) == 0


def test_a_practice_in_trouble_holds_up_no_other_and_no_pruning(both_houses: House) -> None:
    house = both_houses
    for name in ("Before", "After"):
        practice = house.found(name)
        practice.client("Ana", practice.founder)
    troubled = house.practice.id
    house.client("Bea", house.clinician)

    def about_to_commit(session: Session) -> None:
        scopes = [one for one in session.info.values() if isinstance(one, tenancy.Scope)]
        if any(scope.practice_id == troubled for scope in scopes):
            raise OSError("the disk has a hole")

    sessions = make_sessions(house.runtime.sessions.kw["bind"])
    sa_event.listen(sessions, "before_commit", about_to_commit)
    Worker(replace(house.runtime, sessions=sessions)).until_idle(most=20)
    with house.rows() as work:
        waiting = work.session.connection().execute(sa.select(col(AuditUnsealed.practice_id)).distinct())
        assert set(waiting.scalars()) == {troubled}
    Worker(house.runtime).until_idle(most=20)
    with house.rows() as work:
        assert audit_store.unsealed_count(work.session) == 0
