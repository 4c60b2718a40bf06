"""The page that says why: reasons with their records, what would change it, and why it is not further on."""

import re
from html import unescape

from api.services import snoozes
from schemas.vocabulary import SnoozeReason, Stage
from schemas.wire.snoozes import SnoozeIn
from tests.support import numbers
from tests.support.house import Case, House
from tests.web.conftest import BOOKED, HOSTILE, NOT_KEPT, Scene, Visitor, weekly


def shown(house: House, visitor: Visitor, case: Case) -> str:
    answer = visitor(house.clinician).get(f"/episodes/{case.episode_id}/why")
    assert answer.status_code == 200
    return answer.text


def words_of(html: str) -> str:
    main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def test_each_reason_stands_with_its_records_and_a_way_to_put_them_right(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    case = drifting.people["Jonas Weber"]
    html = shown(house, visitor, case)
    missed = next(one for one in drifting.appointments_of(case) if one.status is NOT_KEPT)
    assert "<h1>Why this shows as drifting</h1>" in html
    assert "The time on 27 February did not take place." in html
    assert f'href="/appointments/{missed.id}/outcome"' in html
    assert "If nothing more is learned, this shows as quiet from" in html
    assert "this is engaged again." in html
    assert 'href="/help/noticing"' in html


def test_what_was_put_off_is_told_and_what_is_not_so_can_be_said_there(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    case = drifting.people["Jonas Weber"]
    assert f'href="/episodes/{case.episode_id}/corrections"' in shown(house, visitor, case)
    with house.work(house.clinician) as work:
        given = SnoozeIn(reason=SnoozeReason.WILL_BOOK, words="After the <move>.")
        snoozes.put_off(work, case.episode_id, given)
    html = shown(house, visitor, case)
    assert "put off until" in html
    assert "The client wants to book a time. <bdi>After the &lt;move&gt;.</bdi>" in html


def test_it_says_why_somebody_is_not_drifting(house: House, visitor: Visitor) -> None:
    made = Scene(house, house.clinician)
    case = made.add("Ana Moreno", *weekly(until=-12, weeks=5), (-5, NOT_KEPT), (4, BOOKED))
    told = words_of(shown(house, visitor, case))
    assert "Why it is not drifting" in told
    assert "The time on 8 March holds the calendar. Without it, this would show as" in told
    assert "The time on 27 February did not take place." in told


def test_it_is_reached_from_the_caseload_and_from_the_client(house: House, visitor: Visitor, scene: Scene) -> None:
    browser = visitor(house.clinician)
    caseload = browser.get("/caseload").text
    for case in scene.people.values():
        assert f'href="/episodes/{case.episode_id}/why"' in caseload
        assert f'href="/episodes/{case.episode_id}/why"' in browser.get(f"/clients/{case.client_id}").text


def test_nothing_on_it_is_a_number_of_a_person(house: House, visitor: Visitor, scene: Scene) -> None:
    for case in scene.people.values():
        told = words_of(shown(house, visitor, case))
        told = re.sub(r"Worked out by version .*", "", told)
        assert list(numbers.of_a_person(told)) == []
        assert "!" not in told


def test_a_name_that_means_mischief_is_shown_as_it_is(house: House, visitor: Visitor, scene: Scene) -> None:
    html = shown(house, visitor, scene.people[HOSTILE])
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_supervisor_reads_it_and_is_offered_nothing_to_record(
    house: House, visitor: Visitor, drifting: Scene
) -> None:
    case = drifting.people["Jonas Weber"]
    html = visitor(house.supervisor).get(f"/episodes/{case.episode_id}/why").text
    assert "What it rests on" in html
    assert "/outcome" not in html
    assert "/contacts" not in html


def test_the_help_page_explains_every_stage(house: House, visitor: Visitor) -> None:
    told = words_of(visitor(house.clinician).get("/help/noticing").text)
    assert all(f" {stage.capitalize()} " in told for stage in Stage)
    assert "It never answers with a number" in told
