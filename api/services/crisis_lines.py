"""Use cases about where help is now, on the page behind a reply link: what ships, and what the practice has checked."""

from zoneinfo import ZoneInfo

from api.domain import crisis_lines as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.crisis_lines import Country, CrisisLine
from api.domain.errors import VersionMismatch, invalid_field
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import practices as practice_store
from schemas.tables import Practice
from schemas.wire.crisis_lines import CountryOut, CrisisLineOut, CrisisLinesIn, CrisisLinesOut


@use_case(Permission.PRACTICE_READ, audit=None)
def read(work: Work) -> CrisisLinesOut:
    return _shown(practice_store.current(work.session))


@use_case(Permission.PRACTICE_EDIT, audit=Action.PRACTICE_CRISIS_LINES, noun=Noun.PRACTICE)
def change(work: Work, given: CrisisLinesIn, *, version: int) -> CrisisLinesOut:
    """Whoever sends lines says that they have checked each of them today; the day and who did stay with them.

    Lines are of a country: without one there are none.
    """
    practice = practice_store.current(work.session)
    work.about(practice.id)
    if practice.version != version:
        raise VersionMismatch
    if given.country is not None and given.country not in rules.countries():
        raise invalid_field("/country", "This country is not in the list. Say in your own words where help is.")
    if given.country is None and given.lines:
        raise invalid_field("/country", "Choose the country first.")
    practice.country = given.country
    if given.lines is None:
        practice.crisis_lines, practice.crisis_lines_checked_on, practice.crisis_lines_checked_by = None, None, None
    else:
        practice.crisis_lines = [line.model_dump() for line in given.lines]
        practice.crisis_lines_checked_on = work.now.astimezone(ZoneInfo(practice.time_zone)).date()
        practice.crisis_lines_checked_by = work.actor_id
    practice.version += 1
    work.mention(country=given.country or "", count=len(given.lines or ()))
    return _shown(practice)


def _shown(practice: Practice) -> CrisisLinesOut:
    lines = practice.crisis_lines
    return CrisisLinesOut(
        country=practice.country,
        lines=None if lines is None else [CrisisLineOut.model_validate(line) for line in lines],
        checked_on=practice.crisis_lines_checked_on,
        checked_by=practice.crisis_lines_checked_by,
        countries=[_country(one) for one in rules.countries().values()],
        version=practice.version,
    )


def _country(one: Country) -> CountryOut:
    return CountryOut(
        code=one.code,
        name=one.name,
        emergency=list(one.emergency),
        lines=[_line(line) for line in one.lines],
        entered_on=one.entered_on,
    )


def _line(line: CrisisLine) -> CrisisLineOut:
    return CrisisLineOut(name=line.name, number=line.number, source=line.source, address=line.address)
