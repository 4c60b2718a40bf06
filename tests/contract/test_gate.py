"""No use case without the gate, and none that reads about a client without a trace."""

import importlib
import inspect
import pkgutil
import textwrap
from types import ModuleType

import pytest

import api.services
from api.domain.access import ROLE_GRANTS, Permission
from api.services.gate import Rule
from schemas.vocabulary import Role

NOT_USE_CASES = {"gate", "work"}
# To see or change anything under these is to learn something about a client.
CLIENT_LEVEL = {
    permission
    for permission in Permission
    if permission.value.split(":")[0]
    in {
        "client",
        "episode",
        "appointment",
        "contact",
        "absence",
        "score",
        "engagement",
        "import",
        "note",
        "goal",
        "transfer",
        "flag",
        "check_in",
        "reply",
        "concern",
        "task",
        "cover",
    }
}


def modules() -> list[ModuleType]:
    found = pkgutil.iter_modules(api.services.__path__)
    return [importlib.import_module(f"api.services.{info.name}") for info in found if info.name not in NOT_USE_CASES]


def public_functions(module: ModuleType) -> dict[str, Rule | None]:
    return {
        f"{module.__name__}.{name}": getattr(function, "__gate__", None)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }


def ungated(module: ModuleType) -> set[str]:
    return {name for name, rule in public_functions(module).items() if rule is None}


def untraced(module: ModuleType) -> set[str]:
    return {
        name
        for name, rule in public_functions(module).items()
        if rule is not None and rule.permission in CLIENT_LEVEL and (rule.action is None or rule.noun is None)
    }


def planted(source: str) -> ModuleType:
    module = ModuleType("api.services.planted")
    exec(compile(textwrap.dedent(source), "planted", "exec"), module.__dict__)  # noqa: S102  # our own few lines
    return module


def test_every_use_case_stands_behind_the_gate() -> None:
    assert set().union(*(ungated(module) for module in modules())) == set()
    assert sum(len(public_functions(module)) for module in modules()) > 50


def test_every_use_case_about_clients_leaves_a_trace() -> None:
    assert set().union(*(untraced(module) for module in modules())) == set()
    rules = [rule for module in modules() for rule in public_functions(module).values() if rule is not None]
    assert len([rule for rule in rules if rule.permission in CLIENT_LEVEL]) > 25


@pytest.mark.parametrize(
    ("source", "check", "found"),
    [
        ("def peek(work, client_id): return client_id", ungated, {"api.services.planted.peek"}),
        (
            """
            from api.domain.access import Permission
            from api.services.gate import use_case

            @use_case(Permission.CLIENT_READ, audit=None)
            def peek(work): return work
            """,
            untraced,
            {"api.services.planted.peek"},
        ),
        (
            """
            from api.domain.access import Permission
            from api.domain.audit import Action
            from api.services.gate import use_case

            @use_case(Permission.ENGAGEMENT_READ, audit=Action.CASELOAD_READ)
            def peek(work): return work
            """,
            untraced,
            {"api.services.planted.peek"},
        ),
    ],
    ids=["no gate", "no audit", "no noun"],
)
def test_a_planted_violation_is_found(source: str, check: object, found: set[str]) -> None:
    assert callable(check)
    assert check(planted(source)) == found


def test_an_admin_holds_no_right_to_anything_about_a_client() -> None:
    held = ROLE_GRANTS[Role.ADMIN] & CLIENT_LEVEL
    assert held == set()


def test_every_permission_opens_something() -> None:
    """A right that no use case asks for is a right somebody will be granted by mistake."""
    asked = {rule.permission for module in modules() for rule in public_functions(module).values() if rule is not None}
    assert asked == set(Permission)
