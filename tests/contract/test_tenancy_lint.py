"""What goes past the tenancy of sessions is counted by name. Whoever adds to these lists says why in the function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.tree import ROOT

STORE = Path("api/store")
_SQL_MAKERS = ("text", "literal_column")
# These name the practice themselves, or belong to no practice.
TABLES_BY_HAND = {
    "answers.claim",
    "bulk.count_anew",
    "bulk.insert",
    "bulk.update",
    "caseload._episodes",
    "caseload._statement",
    "concerns._readers",
    "consents.refuse",
    "deliveries._OUTBOX",
    "limits.take",
    "sign_ins.brake_to_count",
    "tenancy._CLINICIANS",
    "tenancy._NOTES",
    "tenancy._OPENED",
    "tenancy._OPENED_PARTS",
    "tenancy._PARTS",
    "tenancy._TOLD",
    "tenancy._by_appointment",
    "terminations.doubles_of",
    "terminations.merged_into",
}
# These write or read past the session's hooks, on its connection, and name the practice themselves.
ON_THE_CONNECTION = {
    "audit.add_all",
    "bulk._copy",
    "bulk.count_anew",
    "bulk.insert",
    "bulk.update",
    "caseload.page",
    "deliveries.announce",
    "engine._begin_sqlite",
    "engine.begin_read_only",
    "engine.commit_each",
    "migrations.migrating_connection",
}
PLAIN_SQL = {"migrations.is_current"}
# Before a practice is known, or for all of them.
BEFORE_TENANT = {
    "answers.claim",
    "answers.forget_before",
    "bounces.find",
    "deliveries.claim",
    "imports.expire_dry_runs",
    "installation.practices",
    "jobs.claim",
    "jobs.practices_with_work",
    "keys.lookup_key",
    "keys.of_practice",
    "keys.rewrap_installation",
    "keys.rewrap_practice",
    "limits.forget_before",
    "limits.take",
    "paces.full",
    "paces.hold",
    "paces.take",
    "replies.link_by_token",
    "sign_ins.account_by_email",
    "sign_ins.brake",
    "sign_ins.brake_to_count",
    "sign_ins.forget_brakes_before",
    "sign_ins.key_by_token",
    "sign_ins.release",
    "sign_ins.roles_of",
    "sign_ins.sign_in_by_token",
    "sign_ins.supervisees_of",
    "standings.claim_look_up",
    "standings.reported",
    "texts.practices_reached",
}
# For acts that touch every caseload and show nobody's.
WHOLE_PRACTICE = {
    "api.services.clients.upsert",
    "api.services.concerns._hold_around",
    "api.services.concerns._pass_on",
    "api.services.concerns.confide",
    "api.services.episodes.add",
    "api.services.episodes.change",
    "api.services.handovers._note_tasks",
    "api.services.handovers.hand_over",
    "api.services.flags._stop",
    "api.services.consents._keep_answer",
    "api.services.consents.remove",
    "api.services.flags.at_hand",
    "api.services.flags.clear",
    "api.services.flags.reached",
    "api.services.item_answers.assess_for_task",
    "api.services.leave._assess_again",
    "api.services.practices._assess_everybody_again",
    "api.services.practices._progress",
    "api.services.replies.answer",
    "api.services.replies.open_link",
    "api.services.signatures._finish_task",
    "api.services.standings.report",
    "api.services.texts.refuse",
    "api.services.texts.take",
    "api.services.unclear_texts._reader",
    "api.store.answerers.of_episodes",
    "api.store.bounces.mark_address",
    "api.store.checkins.forget_address",
    "api.store.checkins.stop_for_another",
    "api.store.checkins.stop_pending",
    "api.store.concerns.closed_to_reader",
    "api.store.concerns.pass_on",
    "api.store.contactability.facts_of",
    "api.store.covering.bound_by_others",
    "api.store.deaths.ask_nothing_more",
    "api.store.deaths.follow",
    "api.store.first_word.follow_all",
    "api.store.episodes.former",
    "api.store.follow_ups.finish_task",
    "api.store.follow_ups.finish_tasks_of",
    "api.store.follow_ups.reopen",
    "api.store.follow_ups.written_by",
    "api.store.goals.former",
    "api.store.goals.is_taken_up",
    "api.store.goals.of_former",
    "api.store.inbox.finish_tasks",
    "api.store.intake.appointments._taken_elsewhere",
    "api.store.item_answers.ask_today",
    "api.store.item_answers.finish",
    "api.store.item_answers.waiting",
    "api.store.members.hand_over",
    "api.store.members.has_running_episodes",
    "api.store.members.responsible_for",
    "api.store.offered_times.answered",
    "api.store.offered_times.held_for_others",
    "api.store.offered_times.hold",
    "api.store.offered_times.keep",
    "api.store.offered_times.offer",
    "api.store.offered_times.tap",
    "api.store.offered_times.to_tap",
    "api.store.referrals.are_open_of",
    "api.store.referrals.ask_on",
    "api.store.referrals.clients_of",
    "api.store.referrals.close",
    "api.store.referrals.close_of",
    "api.store.referrals.give_up_unseen",
    "api.store.referrals.hand_over",
    "api.store.risk_tasks.asked_of",
    "api.store.risk_tasks.owner_today",
    "api.store.risk_tasks.owners",
    "api.store.risk_tasks.responsible_today",
    "api.store.statistics.counts",
    "api.store.statistics.first_start",
    "api.store.stops._by_rows",
    "api.store.stops.by_absence",
    "api.store.stops.by_hand_over",
    "api.store.stops.by_leaving",
    "api.store.stops.by_refusal",
    "api.store.stops.by_return",
    "api.store.stops.by_unsafe_address",
    "api.store.stops.hold_around",
    "api.store.stops.hold_those_of",
    "api.store.transfers.are_asked_by",
    "api.store.transfers.ask_on",
    "api.store.transfers.clients_of",
    "api.store.transfers.end_part",
    "api.store.transfers.follow",
    "api.store.transfers.give_up_unseen",
    "api.store.transfers.hand_over",
    "api.store.transfers.read_by_somebody",
    "api.store.transfers.readers",
    "api.store.transfers.reopen_of",
    "api.store.transfers.settle",
    "api.store.transfers.settle_earlier",
    "api.store.transfers.settle_of",
    "api.store.transfers.to_read",
    "api.store.transfers.withdraw_drafts",
    "api.store.unclear_texts.pass_on",
}
# Into the caseload of somebody who is away, once their cover was found to run.
COVERING = {
    "api.services.cover_acts._standing_in",
    "api.services.covering._standing_in",
    "api.store.covering.risk_task",
}
WHO_ASKS_WHO_IS_THERE = {
    "account_by_email": {
        "members._set_email",
        "members.let_in",
        "practices.create",
        "sign_ins._look_up",
        "sign_ins.sign_in",
    },
    "key_by_token": {"sign_ins._key_holder"},
    "link_by_token": {"replies.open_link"},
    "roles_of": {"sign_ins._member"},
    "sign_in_by_token": {"sign_ins._member_holder"},
    "supervisees_of": {"sign_ins._supervisees"},
    "reported": {"texts.recognise_report"},
    "claim_look_up": {"standings.claim"},
    "practices_reached": {"texts.recognise"},
}


def uses(name: str, source: str) -> Iterator[str]:
    """The functions, and the names outside of them, in which a name is used, called bare or as an attribute."""
    if name not in source:
        return
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != name:
            yield from [function.name] * _count(name, function)
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            yield from [getattr(targets[0], "id", "<module>")] * _count(name, statement)


def _count(name: str, within: ast.AST) -> int:
    attributes = [node for node in ast.walk(within) if isinstance(node, ast.Attribute) and node.attr == name]
    bare = [
        node
        for node in ast.walk(within)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    return len(attributes) + len(bare)


def plain_sql(source: str) -> Iterator[str]:
    """Functions that make a statement of text: `sa.text(...)` or `text(...)` of SQLAlchemy."""
    if not any(maker in source for maker in _SQL_MAKERS):
        return
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in _SQL_MAKERS
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _makes_sql(node.func, imported):
                    yield function.name


def _makes_sql(called: ast.expr, imported: set[str]) -> bool:
    if isinstance(called, ast.Name):
        return called.id in imported
    if not isinstance(called, ast.Attribute) or not isinstance(called.value, ast.Name):
        return False
    return called.value.id in ("sa", "sqlalchemy") and called.attr in _SQL_MAKERS


def files(*, store: bool) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "api").rglob("*.py")):
        relative = path.relative_to(ROOT)
        if relative.is_relative_to(STORE) == store:
            yield ".".join(relative.with_suffix("").parts), path.read_text(encoding="utf-8")


def named(name: str, *, store: bool, prefix: str = "") -> set[str]:
    return {
        f"{module}.{user}".removeprefix(prefix) for module, source in files(store=store) for user in uses(name, source)
    }


def test_tables_are_named_by_hand_in_known_places_only() -> None:
    assert named("__table__", store=True, prefix="api.store.") == TABLES_BY_HAND
    assert named("__table__", store=False) == set()


def test_plain_sql_is_written_in_known_places_only() -> None:
    in_store = {f"{module}.{user}" for module, source in files(store=True) for user in plain_sql(source)}
    elsewhere = {f"{module}.{user}" for module, source in files(store=False) for user in plain_sql(source)}
    assert {name.removeprefix("api.store.") for name in in_store} - {"engine._begin_sqlite"} == PLAIN_SQL
    assert elsewhere == set()


def test_statements_run_on_the_connection_in_known_places_only() -> None:
    assert named("connection", store=True, prefix="api.store.") == ON_THE_CONNECTION
    assert named("connection", store=False) == {"api.services.health.schema_is_current"}


def test_bulk_methods_of_sessions_are_not_used() -> None:
    for name in ("bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings"):
        assert named(name, store=True) | named(name, store=False) == set()


def test_the_statements_that_run_before_a_practice_is_known_are_these() -> None:
    assert named("before_tenant", store=True, prefix="api.store.") == BEFORE_TENANT
    assert named("before_tenant", store=False) == set()


def test_the_acts_that_reach_over_every_caseload_are_these() -> None:
    assert named("whole_practice", store=True) | named("whole_practice", store=False) == WHOLE_PRACTICE


def test_who_may_step_into_the_caseload_of_a_colleague() -> None:
    assert named("standing_in_for", store=True) | named("standing_in_for", store=False) == COVERING


@pytest.mark.parametrize("lookup", WHO_ASKS_WHO_IS_THERE)
def test_who_may_ask_who_is_there(lookup: str) -> None:
    assert named(lookup, store=False, prefix="api.services.") == WHO_ASKS_WHO_IS_THERE[lookup]
    assert named(lookup, store=True) == set()


@pytest.mark.parametrize(
    "source",
    [
        "def peek(session): return session.execute(sa.select(Client.__table__))",
        "def peek(session): return session.execute(tenancy.before_tenant(sa.select(Client)))",
        "def peek(session):\n    with whole_practice(session): pass",
        "peek = sa.select(Client.__table__)",
    ],
)
def test_a_planted_way_around_is_found(source: str) -> None:
    assert {user for name in ("__table__", "before_tenant", "whole_practice") for user in uses(name, source)} == {
        "peek"
    }


@pytest.mark.parametrize(
    "source",
    [
        "import sqlalchemy as sa\ndef peek(session): return session.execute(sa.text('SELECT 1'))",
        "from sqlalchemy import text\ndef peek(session): return session.execute(text('SELECT 1'))",
        "from sqlalchemy.sql import text as t\ndef peek(session): return session.execute(t('SELECT 1'))",
    ],
)
def test_planted_sql_is_found(source: str) -> None:
    assert set(plain_sql(source)) == {"peek"}
