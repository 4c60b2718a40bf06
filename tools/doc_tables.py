"""The tables of the documents that the code knows better: sign-ins, permissions, audited acts, codes, reasons, next acts.

A table stands between `<!-- table: name -->` and `<!-- end -->`. `python -m tools.doc_tables` writes them all anew;
tests/docs/test_tables.py fails when one is out of step.
"""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from api import services
from api.domain import (
    access,
    contact_reasons,
    corrections,
    definitions,
    errors,
    merge_fields,
    next_step,
    reasons,
    terminations,
)
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact_changes import would_change
from api.domain.contact_reasons import ContactCode, Unread
from api.domain.reasons import Reason, ReasonCode
from api.domain.tone import families
from api.formats import directory_csv
from api.rest import problems
from api.sample import staff
from api.services.gate import Rule
from schemas.vocabulary import ChangeKind, EndingKind, NextStepKind, NoteForm, Role, ToneFamily
from tools import changes
from tools.tree import ROOT, project_files

_TABLE = re.compile(r"(?P<head><!-- table: (?P<name>[\w-]+) -->\n\n)(?P<rows>(?:\|[^\n]*\n)*)(?P<foot>\n<!-- end -->)")
_PEOPLE = (Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD, Role.ADMIN)
_TODAY = date(2026, 3, 4)
_YES = "yes"
_SOME_PRACTICE = UUID(int=1)


@dataclass(frozen=True, slots=True)
class UseCase:
    """`name` is `module.function`."""

    name: str
    rule: Rule


def use_cases() -> list[UseCase]:
    """Every function behind the gate."""
    found = []
    for module in pkgutil.iter_modules(services.__path__, f"{services.__name__}."):
        for name, function in vars(importlib.import_module(module.name)).items():
            rule = getattr(function, "__gate__", None)
            if rule is not None and function.__module__ == module.name:
                found.append(UseCase(f"{module.name.rpartition('.')[2]}.{name}", rule))
    return sorted(found, key=lambda one: one.name)


def sign_ins() -> str:
    """Who can sign in to the sample practice."""
    rows = [
        (one.name, f"`{one.email}`", ", ".join(sorted(one.roles)).replace("_", " "), one.looks_at)
        for one in staff.COLLEAGUES
    ]
    return _drawn(("name", "e-mail", "role", "look at"), rows)


def permissions() -> str:
    opens = {one: [case.name for case in use_cases() if case.rule.permission is one] for one in Permission}
    granted = [access.ROLE_GRANTS[role] for role in _PEOPLE]
    rows = [
        (
            f"`{one}`",
            *(_YES if one in grants else "" for grants in granted),
            _YES if one in access.KEY_SCOPES else "",
            _codes(opens[one]),
        )
        for one in Permission
        if any(one in grants for grants in (*granted, access.KEY_SCOPES))
    ]
    return _drawn(("permission", "clinician", "supervisor", "practice lead", "admin", "key scope", "opens"), rows)


def processes() -> str:
    """What runs without a person or key behind it."""
    some = access.system_principal(_SOME_PRACTICE)
    operator = access.operator_principal(_SOME_PRACTICE)
    rows = [
        ("whoever has not signed in", _codes(sorted(access.ANONYMOUS.permissions))),
        ("whoever holds the link of a message", _codes(sorted(access.link_principal(_SOME_PRACTICE).permissions))),
        ("the worker, before it knows whose job it does", _codes(sorted(access.WORKER.permissions))),
        ("the worker, for one practice", _codes(sorted(some.permissions))),
        ("the command line, for the installation", _codes(sorted(access.OPERATOR.permissions))),
        ("the command line, for one practice", _codes(sorted(operator.permissions))),
    ]
    return _drawn(("who", "may"), rows)


def actions() -> str:
    cases = [case for case in use_cases() if case.rule.action is not None]
    rows = []
    for action in Action:
        mine = [case for case in cases if case.rule.action is action]
        about = sorted({str(case.rule.noun) for case in mine if case.rule.noun is not None})
        rows.append((f"`{action}`", _codes(about), _codes(case.name for case in mine) or "nothing yet"))
    return _drawn(("act", "about a", "left by"), rows)


def refusals() -> str:
    rows = [
        (f"`{kind.code}`", str(int(problems.STATUS[kind])), kind.message)
        for kind in sorted(problems.STATUS, key=lambda one: (problems.STATUS[one], one.code))
    ]
    return _drawn(("code", "status", "says"), rows)


def particular_refusals() -> str:
    """Codes given where an error is raised, found by reading the code."""
    found: dict[tuple[str, int], str] = {}
    for path in project_files(ROOT, ".py"):
        if path.parts[0] == "api":
            for code, kind, words in _raised(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
                found.setdefault((code, int(problems.STATUS[kind])), words or kind.message)
    rows = [(f"`{code}`", str(status), words) for (code, status), words in sorted(found.items())]
    return _drawn(("code", "status", "says"), rows)


def reasons_for_drifting() -> str:
    days = (date(2026, 2, 19), date(2026, 2, 26))
    return _reasons(
        reasons.longer_than_usual(date(2026, 2, 12), 7, _TODAY),
        reasons.plain(ReasonCode.NOTHING_BOOKED),
        reasons.not_kept(days, _TODAY),
        reasons.cancelled_not_rebooked(date(2026, 2, 26), _TODAY),
        reasons.series_cancelled(date(2026, 3, 2), _TODAY),
        reasons.plain(ReasonCode.NOT_ANSWERED_YET),
        reasons.plain(ReasonCode.RECENT_TIMES_NOT_KEPT),
        reasons.plain(ReasonCode.JUST_BEGUN),
        reasons.scores_sliding("PHQ-9", date(2026, 3, 4), _TODAY, higher_is_better=False),
        reasons.not_recorded(date(2026, 3, 3), _TODAY),
    )


def reasons_for_staying() -> str:
    return _reasons(
        reasons.plain(ReasonCode.BOOKED_BY_CLIENT),
        reasons.plain(ReasonCode.BOOKED_AHEAD),
        reasons.plain(ReasonCode.STANDING_TIME),
        reasons.came_recently(date(2026, 2, 26), _TODAY),
        reasons.in_touch(date(2026, 3, 3), _TODAY),
        reasons.plain(ReasonCode.NO_SESSION_YET),
    )


def reasons_for_waiting() -> str:
    return _reasons(
        reasons.absence(ReasonCode.PAUSE_AGREED, date(2026, 4, 6), _TODAY),
        reasons.absence(ReasonCode.CLIENT_AWAY, None, _TODAY),
        reasons.absence(ReasonCode.CLINICIAN_LEAVE, date(2026, 3, 13), _TODAY),
        reasons.absence(ReasonCode.PRACTICE_CLOSED, date(2026, 3, 8), _TODAY),
        reasons.plain(ReasonCode.END_AGREED),
        reasons.plain(ReasonCode.AS_NEEDED),
        reasons.plain(ReasonCode.CONSULTATION),
        reasons.plain(ReasonCode.CLIENT_DIED),
        reasons.plain(ReasonCode.ENDED),
        reasons.plain(ReasonCode.NOT_WORKED_OUT),
    )


def what_would_change_it() -> str:
    """What is asked, whatever the weights answer."""
    asked = {one.kind: one.condition for one in changes.asked()} | {
        ChangeKind.NOTHING_LEARNED: "If nothing more is learned"
    }
    return _drawn(("code", "asked, for instance"), [(f"`{kind}`", f"{asked[kind]} …") for kind in ChangeKind])


def next_acts() -> str:
    said = next_step._WHY  # noqa: SLF001  # the words stand there and nowhere else
    return _drawn(("act", "says"), [(f"`{kind}`", said[kind]) for kind in NextStepKind])


def what_forbids() -> str:
    unread = contact_reasons.unreadable(Unread.TIME_ZONE)
    plain = [contact_reasons.plain(code) for code in ContactCode if code is not unread.code]
    rows = [(f"`{one.code}`", one.text, would_change(one)) for one in (unread, *plain)]
    return _drawn(("code", "says, for instance", "what would change it"), rows)


def tone_families() -> str:
    rows = [(f"`{family}`", families.severity(family).value, families.WHY[family]) for family in ToneFamily]
    return _drawn(("family", "severity", "why"), rows)


def merge_field_table() -> str:
    rows = [(f"`{{{field}}}`", merge_fields.MEANS[field]) for field in merge_fields.MergeField]
    return _drawn(("field", "stands for"), rows)


def statistics_definitions() -> str:
    rows = [
        (one.label, f"`{one.figure}`", str(one.version), f"`{one.of}`", one.says) for one in definitions.DEFINITIONS
    ]
    return _drawn(("", "figure", "version", "counted in", "counts clients of whom this is true"), rows)


def statistics_groups() -> str:
    return _drawn(("group", "clients"), [(f"`{figure}`", says) for figure, says in definitions.GROUPS.items()])


def note_parts() -> str:
    """Part by part: for which endings, in which of the two forms, and why."""
    asked: dict[tuple[str, str], set[tuple[NoteForm, EndingKind]]] = {}
    for form in NoteForm:
        for how in EndingKind:
            for part, why in terminations.required_parts(form, how).items():
                asked.setdefault((part, why), set()).add((form, how))
    rows = []
    for (part, why), cases in asked.items():
        forms = [form for form in NoteForm if any(case[0] is form for case in cases)]
        kinds = [how for how in EndingKind if any(case[1] is how for case in cases)]
        where = "both" if len(forms) == len(NoteForm) else _codes(forms)
        rows.append((f"`{part}`", where, "every" if len(kinds) == len(EndingKind) else _codes(kinds), why))
    return _drawn(("part", "form", "ending", "why"), rows)


def correction_table() -> str:
    """What may be said is so, and the facts each is written as."""
    rows = []
    for kind, means in corrections.MEANINGS.items():
        written = ["contact"] if means.contact else []
        written += [f"absence `{means.absence}`"] if means.absence else []
        written += [f"agreement `{means.agreement}`"] if means.agreement else []
        written += [f"outcome `{means.outcome}`{', excused' if means.excused else ''}"] if means.outcome else []
        written += ["the episode's kind, with since when"] if means.as_needed else []
        written += ["a snooze, where something is still next"] if means.puts_off else []
        beside = [f"**`{part}`**" if part in means.needs else f"`{part}`" for part in sorted(means.takes)]
        rows.append((f"`{kind}`", means.says, "; ".join(written), ", ".join(beside)))
    return _drawn(("kind", "says", "is written as", "with"), rows)


def directory_columns() -> str:
    columns = [(f"`{name}`", what) for name, (_, what) in directory_csv.COLUMNS.items()]
    return _drawn(("column", "what stands in it"), columns)


TABLES: dict[str, Callable[[], str]] = {
    "sign-ins": sign_ins,
    "permissions": permissions,
    "processes": processes,
    "actions": actions,
    "refusals": refusals,
    "particular-refusals": particular_refusals,
    "reasons-for-drifting": reasons_for_drifting,
    "reasons-for-staying": reasons_for_staying,
    "reasons-for-waiting": reasons_for_waiting,
    "what-would-change-it": what_would_change_it,
    "next-acts": next_acts,
    "what-forbids": what_forbids,
    "tone-families": tone_families,
    "merge-fields": merge_field_table,
    "statistics-definitions": statistics_definitions,
    "statistics-groups": statistics_groups,
    "note-parts": note_parts,
    "corrections": correction_table,
    "directory-columns": directory_columns,
}


def renewed(text: str) -> str:
    """The same document with its tables as the code says. Raises KeyError for a table nobody makes."""
    return _TABLE.sub(lambda found: found["head"] + TABLES[found["name"]]() + found["foot"], text)


def documents(root: Path) -> Iterator[Path]:
    for path in project_files(root, ".md"):
        if _TABLE.search((root / path).read_text(encoding="utf-8")):
            yield root / path


def tables_in(text: str) -> list[str]:
    return [found["name"] for found in _TABLE.finditer(text)]


def _raised(tree: ast.AST) -> Iterator[tuple[str, type[errors.DomainError], str | None]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        kind = getattr(errors, name, None)
        if not (isinstance(kind, type) and issubclass(kind, errors.DomainError)):
            continue
        given = {one.arg: one.value.value for one in node.keywords if isinstance(one.value, ast.Constant)}
        first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if isinstance(given.get("code"), str):
            words = given.get("message", first)
            yield str(given["code"]), kind, words if isinstance(words, str) else None


def _reasons(*shown: Reason) -> str:
    return _drawn(("code", "says, for instance"), [(f"`{one.code}`", one.text) for one in shown])


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _drawn(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("|  |", "| |").replace("|  |", "| |")


def main() -> int:
    for path in documents(ROOT):
        text = path.read_text(encoding="utf-8")
        if renewed(text) != text:
            path.write_text(renewed(text), encoding="utf-8")
            print(f"{path.relative_to(ROOT)}: written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
