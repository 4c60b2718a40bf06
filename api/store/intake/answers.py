"""Answers beside imported results: kept with the result they came with, and told to somebody today where they are news."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain import measures
from api.domain.facts import ScoreFact
from api.store import item_answers
from api.store import keys as key_store
from api.store.intake.context import Intake, Outcome
from schemas.tables import Score


def keep(intake: Intake, facts: Sequence[ScoreFact], outcomes: Sequence[Outcome]) -> None:
    """Also of a result that is on record already, where the answer is news: the other system sends it since. The first one told stands."""
    told = {
        outcome.row_id: fact.item_nine
        for fact, outcome in reversed(list(zip(facts, outcomes, strict=True)))
        if fact.item_nine is not None and outcome.row_id is not None
    }
    if not told:
        return
    intake.session.flush()
    known = item_answers.of_scores(intake.session, told)
    new = {score_id: answer for score_id, answer in told.items() if score_id not in known}
    rows = intake.session.scalars(sa.select(Score).where(col(Score.id).in_(new))).all()
    whose = {row.client_id for row in rows if row.client_id is not None}
    keys = key_store.left_of_clients(intake.session, intake.keyring, whose)
    for row in sorted(rows, key=lambda one: one.at, reverse=True):
        if row.client_id in keys:
            _keep(intake, row, row.client_id, new[row.id])


def _keep(intake: Intake, row: Score, client_id: UUID, answer: int) -> None:
    key = key_store.of_client(intake.session, intake.keyring, client_id)
    kept = item_answers.keep(intake.session, key, row, client_id, answer)
    if measures.asks_for_a_look(answer, row.at, intake.now):
        item_answers.ask_today(intake.session, kept, intake.recorded_by, intake.now)
