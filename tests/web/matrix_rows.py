"""Rows that the page matrix needs under its addresses, and nobody else."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

from api.services import follow_ups, goals, scores
from api.services.imports import Upload
from api.services.work import Work
from api.store import snoozes as snooze_store
from schemas.tables import Snooze
from schemas.vocabulary import Locale, NextStepKind, SnoozeReason, Stage
from schemas.wire.check_in_templates import CheckInTemplateIn
from schemas.wire.follow_ups import FollowUpIn
from schemas.wire.goals import GoalIn
from schemas.wire.outreach_plans import OutreachPlanIn
from schemas.wire.scores import ScoreIn
from tests.support.house import Case, House

A_SCORE = ScoreIn(measure="PHQ-9", value=14.0, higher_is_better=False)
A_TEMPLATE = CheckInTemplateIn(name="Hello", locale=Locale.EN, subject="Hello", body="Hello, this is {sender_name}.")


def native_clients() -> Upload:
    header = "client_external_id,clinician_external_id,time_zone,format,agreed_cadence_days,first_seen_at"
    return Upload(BytesIO(f"{header}\nc1,k1,,,,\n".encode()), "clients.csv", "native", None, None, dry_run=True)


def put_off(work: Work, case: Case) -> UUID:
    """Put there past the rules: a risk of harm stands in the same episode."""
    row = Snooze(
        episode_id=case.episode_id,
        act=NextStepKind.CHECK_IN,
        stage=Stage.DRIFTING,
        reason=SnoozeReason.OTHER,
        until_on=work.now.date(),
        made_at=work.now,
    )
    snooze_store.begin(work.session, row)
    return row.id


def a_plan(case: Case, house: House) -> OutreachPlanIn:
    steps = [{"due_on": house.now.date().isoformat(), "template": "hello-en"}]
    return OutreachPlanIn.model_validate({"episode_id": case.episode_id, "steps": steps})


def of_the_work(work: Work, case: Case) -> dict[str, UUID]:
    wish = FollowUpIn(due_on=work.now.date() + timedelta(days=60), words="A line in summer.")
    return {
        "score_id": scores.record(work, case.episode_id, A_SCORE).id,
        "goal_id": goals.add(work, case.episode_id, GoalIn(goal="Travel alone.")).id,
        "follow_up_id": follow_ups.add(work, case.episode_id, wish).id,
    }
