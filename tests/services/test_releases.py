"""Releasing: who may, when, once, and what nobody learns on the way."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

import pytest

from api.domain.anonymise import Beside, NotEnoughClients
from api.domain.errors import AccessDenied, Busy, DomainError, NotFound
from api.domain.periods import Period
from api.domain.releases import Earlier, PeriodTaken, TooEarly, beside, digest
from api.services import releases, statistics
from api.store import audit as audit_store
from schemas.tables.base import new_id
from schemas.vocabulary import EndingKind, Figure, PeriodState, ReleaseAnswer, Role
from schemas.wire.releases import ReleaseIn
from tests.domain.courses import YEAR, at, booked, came, closing, course, ended, missed, said
from tests.support.house import House, open_house
from tests.support.releases import frozen
from tests.support.years import remember

IN_2025 = ReleaseIn(first_year=2025)


def settle(
    house: House, *, kept: int = 20, quiet: int = 15, day: str = "2025-03-04", now: datetime = YEAR.cut_off
) -> None:
    """Clients whose work had begun before: some still come, as many others missed the last time and never came again."""
    house.now = now
    year = int(day[:4])
    coming = [
        came(f"{year - 1}-11-05"),
        came(day),
        came(f"{year}-12-16"),
        came(f"{year + 1}-01-13"),
        booked(f"{year + 1}-05-05"),
    ]
    with house.rows() as work:
        remember(work, [[course(*coming)] for _ in range(kept)])
        remember(work, [[course(came(f"{year - 1}-11-05"), came(day), missed(f"{year}-03-11"))] for _ in range(quiet)])


@pytest.fixture
def settled(both_houses: House) -> House:
    settle(both_houses)
    return both_houses


def figures(house: House, given: ReleaseIn = IN_2025) -> dict[str, int | None]:
    with house.work(house.admin) as work:
        told = json.loads(releases.document(work, releases.release(work, given).id))
    return {one["figure"]: one["count"] for one in (*told["groups"], *told["definitions"])}


def entries(house: House) -> Iterator[tuple[str, str, dict[str, object]]]:
    with house.rows() as work:
        for entry in audit_store.page(work.session, before=None, subject_id=None, limit=50):
            yield entry.action, entry.outcome, entry.details


def test_a_release_shows_what_can_be_shown_and_withholds_the_rest(settled: House) -> None:
    assert figures(settled) == {
        Figure.AT_RISK: 35,
        Figure.BEGUN: None,
        Figure.BEGUN_180_DAYS: None,
        Figure.AGREED_ENDING: None,
        Figure.MISSED_LAST: 15,
        Figure.UNILATERAL: 15,
        Figure.CLINICIAN_JUDGED: None,
        Figure.INTAKE_ONLY: None,
        Figure.BELOW_K_SESSIONS: None,
        Figure.CLOSING_OFFERED: None,
        Figure.CLOSING_ACCEPTED: None,
        Figure.CLOSING_HELD: None,
    }


def test_steps_of_closing_sessions_are_released_as_far_as_they_count_nobody_small(both_houses: House) -> None:
    """26 offers, 15 accepted, 13 held: the two who accepted and held none would be counted."""
    settle(both_houses)
    goodbye = ended(course(came("2024-11-05"), came("2025-03-04")), EndingKind.AGREED, "2025-04-01")
    steps = [said("offered", "2025-03-05"), said("accepted", "2025-03-06"), said("held", "2025-03-20")]
    with both_houses.rows() as work:
        for count, clients in ((1, 11), (2, 2), (3, 13)):
            remember(work, [[closing(goodbye, *steps[:count])] for _ in range(clients)])
    found = figures(both_houses)
    assert (found["at_risk"], found["agreed_ending"]) == (61, 26)
    assert [found[one] for one in ("closing_offered", "closing_accepted", "closing_held")] == [26, 15, None]


def test_a_release_of_before_says_nothing_of_closing_sessions_and_is_checked_all_the_same(settled: House) -> None:
    """It was made by the former rule set, of 2025; the one of 2026 has to know what it shows."""
    with settled.rows() as work:
        document = {
            "groups": [{"figure": "at_risk", "count": 40}, {"figure": "begun", "count": None}],
            "definitions": [{"figure": "agreed_ending", "count": 12}],
        }
        text = json.dumps(document)
        kept = Earlier.read(new_id(), Period(2025, 2025), digest(text), text)
        assert beside(Period(2026, 2026), [kept]) == Beside(not_ended_before=28)
        assert beside(Period(2024, 2024), [kept]) == Beside()
        frozen_id = frozen(settled, year=2024)
    with settled.work(settled.admin) as work:
        before = releases.document(work, frozen_id), releases.sheet(work, frozen_id)
        made = releases.release(work, IN_2025)
        assert (releases.document(work, frozen_id), releases.sheet(work, frozen_id)) == before
        told = json.loads(releases.document(work, made.id))
    assert "closing" not in before[0]
    assert (told["format_version"], told["promise"]["rule_set"]) == (2, "leavetaking-2")
    assert [one["period"] for one in told["promise"]["checked_against"]] == ["2024"]


def test_the_same_period_again_is_the_same_release_whatever_was_recorded_since(settled: House) -> None:
    with settled.work(settled.admin) as work:
        first = releases.release(work, IN_2025)
        files = releases.document(work, first.id), releases.sheet(work, first.id)
    with settled.rows() as work:
        remember(work, [[course(came("2025-06-03"))] for _ in range(30)])
    settled.wait(days=400)
    with settled.work(settled.lead) as work:
        assert releases.release(work, ReleaseIn(first_year=2025, last_year=2025)) == first
        assert (releases.document(work, first.id), releases.sheet(work, first.id)) == files
        assert releases.page(work, before=None, limit=10).items == [first]
    assert [sha256(text.encode()).hexdigest() for text in files] == [first.document_sha256, first.sheet_sha256]


def test_a_year_of_a_release_is_in_no_other(settled: House) -> None:
    figures(settled)
    for first, last in ((2024, 2025), (2025, 2026), (2023, 2025)):
        settled.now = at("2028-01-01")
        with pytest.raises(PeriodTaken), settled.work(settled.admin) as work:
            releases.release(work, ReleaseIn(first_year=first, last_year=last))


def test_a_later_release_names_the_earlier_ones_it_was_checked_against(settled: House) -> None:
    with settled.work(settled.admin) as work:
        first = releases.release(work, IN_2025)
    settle(settled, day="2026-03-03", now=at("2027-05-01"))
    with settled.work(settled.admin) as work:
        second = releases.release(work, ReleaseIn(first_year=2026))
        told = json.loads(releases.document(work, second.id))
        assert [one.id for one in releases.page(work, before=None, limit=1).items] == [second.id]
        assert [one.id for one in releases.page(work, before=second.id, limit=5).items] == [first.id]
    assert told["promise"]["checked_against"] == [
        {"id": str(first.id), "period": "2025", "sha256": first.document_sha256}
    ]
    assert told["promise"]["proof"]["releases_without_a_common_year"] == 1


def test_years_that_are_too_small_alone_can_be_released_together(both_houses: House) -> None:
    settle(both_houses, kept=10, quiet=6)
    settle(both_houses, kept=10, quiet=6, day="2026-03-03", now=at("2027-05-01"))
    for given in (IN_2025, ReleaseIn(first_year=2026)):
        with pytest.raises(NotEnoughClients), both_houses.work(both_houses.admin) as work:
            releases.release(work, given)
    found = figures(both_houses, ReleaseIn(first_year=2025, last_year=2026))
    assert (found["at_risk"], found["missed_last"]) == (32, 12)


def test_nothing_is_released_before_the_facts_of_90_days_after_the_end_are_known(settled: House) -> None:
    settled.now = at("2026-03-31", hour=23)
    with pytest.raises(TooEarly), settled.work(settled.admin) as work:
        releases.release(work, IN_2025)
    settled.wait(hours=1)
    assert figures(settled)["at_risk"] == 35


@pytest.fixture
def five_did_not_go_on(both_houses: House) -> House:
    """40 clients begin in 2025, 35 of them come in 2026 too, when 30 more begin: each year alone could be released."""
    both_houses.now = at("2027-05-01")
    went_on = [came("2025-03-04"), came("2025-12-16"), came("2026-01-13"), came("2026-12-15"), missed("2026-12-29")]
    with both_houses.rows() as work:
        remember(work, [[course(*went_on)] for _ in range(20)])
        remember(work, [[course(came("2025-03-04"), came("2026-05-05"), came("2026-12-15"))] for _ in range(15)])
        remember(work, [[course(came("2025-03-04"))] for _ in range(5)])
        remember(work, [[course(came("2026-03-03"))] for _ in range(30)])
    return both_houses


def test_beside_the_year_before_those_who_did_not_go_on_are_not_counted(five_did_not_go_on: House) -> None:
    first, second = figures(five_did_not_go_on), figures(five_did_not_go_on, ReleaseIn(first_year=2026))
    assert (first["at_risk"], first["unilateral"]) == (40, 20)
    assert (second["at_risk"], second["begun"], second["missed_last"]) == (65, None, 20)


def test_nor_beside_the_year_after(five_did_not_go_on: House) -> None:
    with five_did_not_go_on.work(five_did_not_go_on.admin) as work:
        assert statistics.preview(work, "2025").can_be_released
    second = figures(five_did_not_go_on, ReleaseIn(first_year=2026))
    assert (second["at_risk"], second["begun"]) == (65, 30)
    with five_did_not_go_on.work(five_did_not_go_on.admin) as work:
        assert statistics.preview(work, "2025").why is ReleaseAnswer.NOT_ENOUGH_CLIENTS
    with pytest.raises(NotEnoughClients), five_did_not_go_on.work(five_did_not_go_on.admin) as work:
        releases.release(work, IN_2025)


@pytest.mark.postgresql
def test_two_releases_at_once_wait_for_each_other(database: Callable[[str], str]) -> None:
    with open_house(database("postgresql")) as house:
        settle(house)
        with house.work(house.admin) as work:
            releases.release(work, IN_2025)
            with pytest.raises(Busy), house.work(house.lead) as other:
                releases.release(other, ReleaseIn(first_year=2024))


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.SUPERVISOR])
def test_others_neither_read_nor_release(house: House, role: Role) -> None:
    who = house.practice.of_role(role)
    for act in (
        lambda work: releases.release(work, IN_2025),
        lambda work: releases.page(work, before=None, limit=5),
        lambda work: releases.document(work, new_id()),
        lambda work: releases.sheet(work, new_id()),
        statistics.tables,
        lambda work: statistics.preview(work, "2025"),
    ):
        with pytest.raises(AccessDenied), house.work(who) as work:
            act(work)


def test_another_practice_s_release_is_absent(settled: House) -> None:
    next_door = settled.found("Next door")
    with settled.work(settled.admin) as work:
        release_id = releases.release(work, IN_2025).id
    for read in (releases.read, releases.document, releases.sheet):
        with pytest.raises(NotFound), settled.work(next_door.founder) as work:
            read(work, release_id)
    with settled.work(next_door.founder) as work:
        assert releases.page(work, before=None, limit=5).items == []


class TestPreview:
    def answer(self, house: House, period: str) -> ReleaseAnswer:
        with house.work(house.admin) as work:
            return statistics.preview(work, period).why

    def test_says_yes_or_no_and_why_and_freezes_nothing(self, settled: House) -> None:
        assert self.answer(settled, "2025") is ReleaseAnswer.CAN_BE_RELEASED
        assert self.answer(settled, "2023") is ReleaseAnswer.NOT_ENOUGH_CLIENTS
        assert self.answer(settled, "2026") is ReleaseAnswer.TOO_EARLY
        with settled.work(settled.admin) as work:
            assert releases.page(work, before=None, limit=5).items == []
        figures(settled)
        assert self.answer(settled, "2025") is ReleaseAnswer.RELEASED
        assert self.answer(settled, "2024-2025") is ReleaseAnswer.PERIOD_TAKEN

    def test_shows_no_figure_however_it_is_read(self, settled: House) -> None:
        """Two practices of other sizes are answered alike, letter by letter, also in the trail."""
        with settled.work(settled.admin) as work:
            before = statistics.preview(work, "2025")
        settle(settled, kept=5, quiet=7)
        with settled.work(settled.admin) as work:
            assert statistics.preview(work, "2025") == before
        told = [details for action, _, details in entries(settled) if action == "statistics.preview"]
        assert told == [{"period": "2025", "why": "can_be_released"}] * 2


def test_the_trail_has_each_release_and_each_refusal_and_no_figure(settled: House) -> None:
    figures(settled)
    with pytest.raises(DomainError), settled.work(settled.admin) as work:
        releases.release(work, ReleaseIn(first_year=2022))
    told = [(outcome, details) for action, outcome, details in entries(settled) if action == "statistics.release"]
    assert told == [
        ("refused", {"period": "2022", "code": "not_enough_clients"}),
        ("allowed", {"period": "2025"}),
    ]


def test_years_are_listed_back_to_the_first_appointment_with_their_state(settled: House) -> None:
    with settled.work(settled.admin) as work:
        release_id = releases.release(work, IN_2025).id
        tables = statistics.tables(work)
    assert [(one.period, one.state) for one in tables.years] == [
        ("2026", PeriodState.TOO_EARLY),
        ("2025", PeriodState.RELEASED),
        ("2024", PeriodState.OPEN),
    ]
    assert tables.years[1].release_id == release_id
    assert [(one.label, one.version) for one in tables.definitions] == [
        (label, 1) for label in ("D0", "D1", "D2", "D3", "D4", "D5", "C1", "C2", "C3")
    ]
    assert [one.of for one in tables.definitions][-3:] == ["at_risk", "closing_offered", "closing_accepted"]


def test_a_practice_without_appointments_lists_the_present_year(house: House) -> None:
    with house.work(house.admin) as work:
        assert [one.period for one in statistics.tables(work).years] == [str(house.now.year)]
