"""Setting a practice up, and its settings."""

import pytest
import sqlalchemy as sa

from api.domain.access import OPERATOR
from api.domain.errors import AccessDenied, Conflict, NotSignedIn, VersionMismatch
from api.services import members, practices, sign_ins
from api.services.work import unit
from schemas.vocabulary import Role
from schemas.wire.practices import PracticePatch
from tests.support.house import PASSWORD, House

INES = practices.Founder("Ines Founder", "ines@example.org", PASSWORD)


def found(house: House, founder: practices.Founder = INES) -> None:
    with unit(house.runtime, OPERATOR) as work:
        practices.create(work, name="First of all", time_zone="Europe/Berlin", founder=founder)


def test_a_founder_signs_in_at_once_and_may_be_everything_a_person_may(both_houses: House) -> None:
    found(both_houses)
    with unit(both_houses.runtime) as work:
        started = sign_ins.sign_in(work, INES.email, PASSWORD, "192.0.2.7")
    assert not started.must_change_password
    with unit(both_houses.runtime) as work:
        sign_ins.recognise(work, started.token)
        founder = members.read(work, started.member_id)
        practice = practices.read(work)
    assert set(founder.roles) == {Role.CLINICIAN, Role.PRACTICE_LEAD, Role.ADMIN}
    assert (practice.name, practice.time_zone, practice.version) == ("First of all", "Europe/Berlin", 1)


def test_one_address_founds_one_practice(both_houses: House) -> None:
    found(both_houses)
    with pytest.raises(Conflict) as refused:
        found(both_houses, practices.Founder("Ines again", " INES@example.org ", PASSWORD))
    assert refused.value.code == "account_exists"
    with both_houses.runtime.sessions() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM practices")) == 1


def test_only_whoever_runs_the_installation_sets_practices_up(house: House) -> None:
    with pytest.raises(NotSignedIn), unit(house.runtime) as work:
        practices.create(work, name="Mine", time_zone="Europe/Berlin", founder=INES)
    with pytest.raises(AccessDenied), house.work(house.founder) as work:
        practices.create(work, name="Mine", time_zone="Europe/Berlin", founder=INES)


def test_settings_change_one_version_at_a_time(both_houses: House) -> None:
    with both_houses.work(both_houses.admin) as work:
        changed = practices.change(work, PracticePatch(locale="es"), version=1)
    assert (changed.locale, changed.version) == ("es", 2)
    with both_houses.work(both_houses.admin) as work:
        assert practices.change(work, PracticePatch(locale="es"), version=2).version == 2
    with pytest.raises(VersionMismatch), both_houses.work(both_houses.admin) as work:
        practices.change(work, PracticePatch(locale="en"), version=1)


def test_every_member_reads_the_settings_and_clinicians_change_none(house: House) -> None:
    with house.work(house.clinician) as work:
        assert practices.read(work).id == house.practice.id
    with pytest.raises(AccessDenied), house.work(house.clinician) as work:
        practices.change(work, PracticePatch(locale="es"), version=1)
