"""The page for a last meeting on record: proposed by what was held, put in own words, sealed, and the client's."""

import pytest
import sqlalchemy as sa

from api.domain.errors import AccessDenied, NotFound, VersionMismatch
from api.services import clients, closing_agendas
from schemas.tables import ClosingAgenda
from schemas.vocabulary import AgendaForm, AgendaPart, Locale
from schemas.wire.closing_agendas import AgendaPartIn, ClosingAgendaIn, ClosingAgendaOut
from tests.services import records
from tests.support.house import Case, House, Person


def see(house: House, case: Case, who: Person | None = None) -> ClosingAgendaOut:
    with house.work(who or house.clinician) as work:
        return closing_agendas.read(work, case.episode_id)


def put(house: House, case: Case, words: str, version: int, who: Person | None = None) -> ClosingAgendaOut:
    given = ClosingAgendaIn(
        locale=Locale.EN, form=AgendaForm.SHORT, parts=[AgendaPartIn(part=AgendaPart.REVIEW, words=words)]
    )
    with house.work(who or house.clinician) as work:
        return closing_agendas.change(work, case.episode_id, given, version=version)


def test_it_is_proposed_by_how_many_sessions_were_held(shared_house: House) -> None:
    house = shared_house
    new, old = house.client("Bea", house.clinician), records.weekly(house, house.clinician, last=3)
    assert (see(house, new).form, see(house, new).session_count) == (AgendaForm.SHORT, 0)
    assert (see(house, old).form, see(house, old).session_count, see(house, old).edited) == (AgendaForm.FULL, 6, False)


def test_ones_own_words_stand_until_they_are_given_up(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician)
    words = "You must <b>come</b> \u202e{sender_name}"
    kept = put(house, ana, words, 0)
    assert (kept.edited, kept.version, [one.words for one in kept.parts]) == (True, 1, [words])
    assert kept.review.findings
    with pytest.raises(VersionMismatch):
        put(house, ana, "Other.", 0)
    assert put(house, ana, "Other.", 1).version == 2
    with house.work(house.clinician) as work:
        other = closing_agendas.read(work, ana.episode_id, locale=Locale.ES)
    assert (other.edited, other.title) == (False, "Nuestro último encuentro")
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(ClosingAgenda)).all()
        assert b"Other." not in row.parts_sealed
    with house.work(house.clinician) as work:
        closing_agendas.discard(work, ana.episode_id)
    assert (see(house, ana).edited, see(house, ana).version) == (False, 0)


def test_whose_it_is(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    assert see(house, ana, house.supervisor).parts
    with pytest.raises(AccessDenied):
        put(house, ana, "Words.", 0, house.supervisor)
    with pytest.raises(NotFound):
        see(house, ana, house.practice.elena)


def test_a_doubles_page_is_the_clients(shared_house: House) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.clinician)
    put(house, double, "Kept.", 0)
    with house.work(house.founder) as work:
        clients.merge(work, ana.client_id, double_id=double.client_id)
    found = see(house, double)
    assert (found.client.id, [one.words for one in found.parts]) == (ana.client_id, ["Kept."])
