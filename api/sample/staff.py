"""Who works in the sample practice, and what each sign-in is good for."""

from dataclasses import dataclass

from schemas.vocabulary import Role

PRACTICE = "Riverside Practice (sample)"
PASSWORD = "a river runs through it"  # noqa: S105  # printed to whoever starts the demo; nobody real is behind it


@dataclass(frozen=True, slots=True)
class Colleague:
    """`looks_at` says what there is to see for somebody who signs in as them."""

    name: str
    email: str
    roles: frozenset[Role]
    looks_at: str


LEAD = Colleague(
    "Marta Oliveira",
    "marta@riverside.example",
    frozenset({Role.PRACTICE_LEAD}),
    "the whole practice's caseload; imports; who covers for whom",
)
ADMIN = Colleague(
    "Jonas Brandt",
    "jonas@riverside.example",
    frozenset({Role.ADMIN}),
    "members, keys, closed days, the audit trail, a year that was published; no client, ever",
)
DANIEL = Colleague(
    "Daniel Okafor",
    "daniel@riverside.example",
    frozenset({Role.CLINICIAN}),
    "a full caseload: who drifts, who went quiet, and why",
)
ELIF = Colleague(
    "Elif Demir",
    "elif@riverside.example",
    frozenset({Role.CLINICIAN}),
    "couples, a family, a group of six; leave next week",
)
YUKI = Colleague(
    "Yuki Tanabe",
    "yuki@riverside.example",
    frozenset({Role.CLINICIAN}),
    "a trainee who has just taken over another trainee's clients",
)
SUPERVISOR = Colleague(
    "Helena Vasile",
    "helena@riverside.example",
    frozenset({Role.SUPERVISOR}),
    "Yuki's caseload, to read and not to write in",
)
# Her rotation has ended: named in history, with no account.
FORMER_TRAINEE = "Pia Lindqvist"

CLINICIANS = (DANIEL, ELIF, YUKI)
COLLEAGUES = (LEAD, *CLINICIANS, SUPERVISOR, ADMIN)
