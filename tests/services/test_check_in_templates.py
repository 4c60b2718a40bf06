"""Templates: reviewed before they are kept, the practice's own, sealed."""

import pytest
import sqlalchemy as sa

from api.domain.errors import AccessDenied, Invalid, NotFound, VersionMismatch
from api.services import check_in_templates
from schemas.tables.base import new_id
from schemas.vocabulary import Locale, Role, ToneFamily
from schemas.wire.check_in_templates import CheckInTemplateIn, CheckInTemplateOut
from tests.support.house import House

BODY = "Hello {client_first_name}, this is {sender_name}. No answer is fine too."
LATE = "Please reply by Friday. {sender_name}"


def given(body: str = BODY, *, reason: str | None = None, subject: str = "A short hello") -> CheckInTemplateIn:
    return CheckInTemplateIn(name="Ours", locale=Locale.EN, subject=subject, body=body, override_reason=reason)


def added(house: House, wanted: CheckInTemplateIn) -> CheckInTemplateOut:
    with house.work(house.lead) as work:
        return check_in_templates.add(work, wanted)


def test_a_template_is_kept_read_changed_and_removed(both_houses: House) -> None:
    house = both_houses
    made = added(house, given())
    assert (made.body, made.findings, made.override_reason, made.version) == (BODY, [], None, 1)
    with house.work(house.clinician) as work:
        assert check_in_templates.read(work, made.id) == made
        assert check_in_templates.page(work, after=None, limit=5).items == [made]
    house.wait(minutes=1)
    with house.work(house.lead) as work:
        changed = check_in_templates.change(work, made.id, given(f"{BODY} So is a short one."), version=1)
    assert (changed.version, changed.updated_at, changed.written_by) == (2, house.now, house.lead.id)
    with pytest.raises(VersionMismatch), house.work(house.lead) as work:
        check_in_templates.change(work, made.id, given(), version=1)
    with house.work(house.lead) as work:
        check_in_templates.remove(work, made.id)
    with pytest.raises(NotFound), house.work(house.lead) as work:
        check_in_templates.read(work, made.id)


def test_what_blocks_is_never_kept(both_houses: House) -> None:
    made = added(both_houses, given())
    for bad in (given("Your invoice is open.", reason="because"), given(subject="Your therapy", reason="because")):
        with pytest.raises(Invalid, match="wording_blocks"):
            added(both_houses, bad)
        with pytest.raises(Invalid, match="wording_blocks"), both_houses.work(both_houses.lead) as work:
            check_in_templates.change(work, made.id, bad, version=1)
    with both_houses.work(both_houses.lead) as work:
        assert check_in_templates.page(work, after=None, limit=5).items == [made]


def test_a_reason_keeps_what_is_advised_against_and_is_asked_for_again(both_houses: House) -> None:
    with pytest.raises(Invalid, match="reason_needed"):
        added(both_houses, given(LATE))
    made = added(both_houses, given(LATE, reason="The room has to be booked"))
    assert ToneFamily.PRESSURE in made.findings
    assert made.override_reason == "The room has to be booked"
    with pytest.raises(Invalid, match="reason_needed"), both_houses.work(both_houses.lead) as work:
        check_in_templates.change(work, made.id, given(LATE), version=1)
    with both_houses.work(both_houses.lead) as work:
        plain = check_in_templates.change(work, made.id, given(reason="no longer needed"), version=1)
    assert (plain.findings, plain.override_reason) == ([], None)


def test_only_a_practice_lead_writes_templates(house: House) -> None:
    made = added(house, given())
    for person in (house.clinician, house.supervisor):
        with pytest.raises(AccessDenied), house.work(person) as work:
            check_in_templates.add(work, given())
    with pytest.raises(AccessDenied), house.work(house.practice.of_role(Role.ADMIN)) as work:
        check_in_templates.read(work, made.id)


def test_another_practice_finds_none_of_ours(both_houses: House) -> None:
    made = added(both_houses, given())
    next_door = both_houses.found("Next door")
    with both_houses.work(next_door.founder) as work:
        assert check_in_templates.page(work, after=None, limit=5).items == []
    with pytest.raises(NotFound), both_houses.work(next_door.founder) as work:
        check_in_templates.remove(work, made.id)
    with pytest.raises(NotFound), both_houses.work(both_houses.lead) as work:
        check_in_templates.read(work, new_id())


def test_pages_of_templates_follow_one_another(both_houses: House) -> None:
    made = [added(both_houses, given()).id for _ in range(3)]
    with both_houses.work(both_houses.clinician) as work:
        first = check_in_templates.page(work, after=None, limit=2)
        assert [one.id for one in first.items] == made[:2]
        assert first.next_cursor == str(made[1])
        rest = check_in_templates.page(work, after=made[1], limit=2)
    assert ([one.id for one in rest.items], rest.next_cursor) == (made[2:], None)


def test_words_and_reasons_are_sealed_and_the_trail_holds_codes(both_houses: House) -> None:
    added(both_houses, given(LATE, reason="The room has to be booked"))
    with both_houses.rows() as work:
        rows = str(work.session.execute(sa.text("SELECT * FROM check_in_templates")).all())
        trail = str(work.session.execute(sa.text("SELECT * FROM audit_entries")).all())
    for secret in ("Friday", "room has to be", "Ours", "short hello"):
        assert secret not in rows + trail
    assert "template.add" in trail
    assert "pressure" in trail
