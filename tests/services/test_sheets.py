"""The sheet to take along: goals, early signs, the way back, checked crisis lines alone; in the client's language, without a name."""

from typing import Any

import pytest

from api.domain.errors import AccessDenied, Invalid, NotFound, VersionMismatch
from api.services import checkins, clients, crisis_lines, episodes, goals, sheets, way_back
from schemas.vocabulary import EpisodeFormat, GoalState, Locale
from schemas.wire.checkins import CheckInIn
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.crisis_lines import CrisisLinesIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.goals import GoalIn, GoalStateIn
from schemas.wire.sheets import SheetOut
from schemas.wire.way_back import WayBackIn
from tests.support import notes
from tests.support.house import Case, House, Person

HOSTILE = "\u202e\u0645\u0631\u062d\u0628\u0627\u202c <script>alert('x')</script> 🌱\nSecond line"
SAID = {"early_signs": "Staying in for days.\nThen: call Bo.", "supports": "Bo, on weekdays."}


def sheet(house: House, case: Case, who: Person | None = None, **asked: Any) -> SheetOut:  # noqa: ANN401  # whose, which language
    with house.work(who or house.founder) as work:
        return sheets.read(work, case.episode_id, **{"client_id": None, "locale": None, **asked})


def say(house: House, version: int = 0, **words: str) -> int:
    with house.work(house.admin) as work:
        return way_back.change(work, WayBackIn(**words), version=version).version


def test_everything_that_a_client_takes_along_stands_on_one_page(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana Moreno", house.founder)
    with house.work(house.founder) as work:
        goals.add(work, case.episode_id, GoalIn(goal=HOSTILE, next_step="Two stops.", how_known="No map."))
        gone = goals.add(work, case.episode_id, GoalIn(goal="Run."))
        goals.settle(work, gone.id, GoalStateIn(state=GoalState.LET_GO), version=1)
        lines = {"name": "024", "number": "024", "source": "Sanidad", "address": "https://www.sanidad.gob.es"}
        given = CrisisLinesIn.model_validate({"country": "ES", "lines": [lines]})
        crisis_lines.change(work, given, version=1)
    notes.draft(house, house.founder, case, form="with_conversation", **SAID)
    found = sheet(house, case)
    assert [one.goal for one in found.goals] == [HOSTILE]
    assert (found.early_signs, found.supports) == (SAID["early_signs"], SAID["supports"])
    assert (found.emergency, [one.number for one in found.crisis_lines]) == (["112"], ["024"])
    with house.work(house.founder) as work:
        text = sheets.text(work, case.episode_id, client_id=None, locale=Locale.ES)
    assert "Ana" not in text
    assert f"- {HOSTILE}\n  Mi próximo paso pequeño: Two stops." in text
    assert "El camino de vuelta\nPuedes pedir volver" in text
    assert "En una emergencia: 112\n024: 024\n" in text
    assert "Run." not in text


def test_no_line_that_nobody_has_checked_is_on_it(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    with house.work(house.founder) as work:
        crisis_lines.change(work, CrisisLinesIn.model_validate({"country": "ES"}), version=1)
    found = sheet(house, case)
    assert (found.emergency, found.crisis_lines) == (["112"], [])


def test_the_way_back_is_the_note_s_else_the_practice_s_else_ours(both_houses: House) -> None:
    house = both_houses
    case, other = (house.client(name, house.founder) for name in ("Ana", "Bea"))
    assert sheet(house, case).way_back[0].startswith("You can ask to come back")
    say(house, how_en="Ring the desk.", who_en="Marta answers.", how_es="Llama a recepción.")
    assert sheet(house, case).way_back == ["Ring the desk.", "Marta answers."]
    assert sheet(house, case, locale=Locale.ES).way_back[0] == "Llama a recepción."
    assert (
        notes.draft(house, house.founder, case, **notes.TALKED).content.return_path == "Ring the desk. Marta answers."
    )
    notes.draft(house, house.founder, other, **{**notes.TALKED, "return_path": "Write to me."})
    assert sheet(house, other).way_back == ["Write to me."]


def test_it_speaks_the_client_s_language(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    with house.work(house.founder) as work:
        clients.change(work, case.client_id, ClientPatch(locale=Locale.ES), version=1)
    assert sheet(house, case).locale is Locale.ES
    assert sheet(house, case, locale=Locale.EN).locale is Locale.EN


def test_each_of_a_couple_has_their_own(shared_house: House) -> None:
    house = shared_house
    with house.work(house.founder) as work:
        pair = [clients.add(work, ClientIn(name=name, time_zone="Europe/Madrid")).id for name in ("Ana", "Bo")]
        couple = episodes.add(work, EpisodeIn(client_ids=pair, format=EpisodeFormat.COUPLE))
        goals.add(work, couple.id, GoalIn(goal="Hers.", client_id=pair[0]))
    case = Case(pair[0], couple.id)
    with pytest.raises(Invalid):
        sheet(house, case)
    notes.draft(house, house.founder, case, form="with_conversation", **SAID)
    his = sheet(house, case, client_id=pair[1])
    assert (his.goals, his.early_signs) == ([], None)
    assert [one.goal for one in sheet(house, case, client_id=pair[0]).goals] == ["Hers."]


def test_who_sees_it_and_who_words_the_way_back(shared_house: House) -> None:
    house, case = shared_house, shared_house.client("Ana", shared_house.clinician)
    assert sheet(house, case, house.supervisor).goals == []
    for who, refusal in ((house.admin, AccessDenied), (house.practice.elena, NotFound)):
        with pytest.raises(refusal):
            sheet(house, case, who)
    with pytest.raises(AccessDenied), house.work(house.clinician) as work:
        way_back.change(work, WayBackIn(), version=0)
    version = say(house, how_en="Ring.")
    with pytest.raises(VersionMismatch):
        say(house, how_en="Write.")
    assert say(house, version, how_en="Write.") == version + 1
    next_door = house.found("Next door")
    with house.work(next_door.founder) as work:
        assert way_back.read(work).how_en is None


def test_a_letter_can_draw_in_the_way_back(shared_house: House) -> None:
    """In the language of the message, after which it is looked over like any other words."""
    house, case = shared_house, shared_house.client("Ana", shared_house.founder)
    body = "Hello {client_first_name}. {way_back}"
    with house.work(house.founder) as work:
        drafted = checkins.draft(work, CheckInIn(episode_id=case.episode_id, body=body, locale=Locale.ES))
    assert drafted.body.startswith("Hello Ana. Puedes pedir volver cuando quieras.")
    say(house, how_es="Llama a recepción.", who_es="Contesta Marta.")
    with house.work(house.founder) as work:
        drafted = checkins.draft(work, CheckInIn(episode_id=case.episode_id, body=body, locale=Locale.ES))
    assert drafted.body == "Hello Ana. Llama a recepción. Contesta Marta."
