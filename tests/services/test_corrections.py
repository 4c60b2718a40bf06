"""What somebody says is so is written as ordinary facts; the stage follows at once, and nothing that was shown is rewritten."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain import corrections as rules
from api.domain.access import KEY_SCOPES, operator_principal
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import appointments, caseload_as_of, corrections, endings, episodes, snoozes
from schemas.tables import Absence, Agreement, AppointmentEvent, AuditEntry, Contact, Episode
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    CorrectionKind,
    EndingKind,
    EpisodeFormat,
    EpisodeKind,
    Initiator,
    NextStepKind,
    Role,
    SnoozeReason,
    Stage,
)
from schemas.wire.corrections import CorrectionIn, CorrectionOut
from schemas.wire.episodes import CaseloadItem, EpisodePatch
from schemas.wire.snoozes import SnoozeIn
from schemas.wire.terminations import EpisodeEndIn
from tests.services import records
from tests.services.imports.files import at
from tests.support.house import Case, House, Person

TODAY = date(2026, 3, 4)
OF_A_TIME = (CorrectionKind.TOOK_PLACE, CorrectionKind.EXCUSED, CorrectionKind.MOVED)


def needed(house: House, case: Case, kind: CorrectionKind) -> dict[str, Any]:
    """Beside the kind, what it cannot be said without."""
    found: dict[str, Any] = {"cadence_days": 60} if kind is CorrectionKind.CADENCE_AGREED else {}
    if kind in OF_A_TIME:
        found["appointment_id"] = last_time(house, case)
    if kind is CorrectionKind.MOVED:
        found["starts_at"] = at(5)
    return found


def last_time(house: House, case: Case) -> UUID:
    with house.work(house.clinician) as work:
        found = appointments.page(
            work, episode_id=case.episode_id, since=None, until=house.now, cursor=None, limit=50
        ).items
    return found[-1].id


def say(house: House, case: Case, kind: CorrectionKind, *, who: Person | None = None, **more: Any) -> CorrectionOut:  # noqa: ANN401  # any part of it
    with house.work(who or house.clinician) as work:
        return corrections.correct(work, case.episode_id, CorrectionIn(kind=kind, **more))


def quiet(house: House) -> Case:
    """Came every week, then twice not, and no word since."""
    case = records.weekly(house, house.clinician, last=6)
    for week in (5, 4):
        records.tell(house, house.clinician, case.episode_id, at(-7 * week), status=AppointmentStatus.NO_SHOW)
    assert shown(house, case).stage is Stage.QUIET
    return case


def shown(house: House, case: Case) -> CaseloadItem:
    return next(one for one in records.items(house, house.clinician) if one.episode.id == case.episode_id)


def then(house: House, case: Case) -> tuple[Stage, list[str]]:
    """Where it stood a minute before the correction, asked from today."""
    with house.work(operator_principal(house.practice.id)) as work:
        found = caseload_as_of.look_back(work, as_of=house.now - timedelta(minutes=1), stage=None, after=None).items
    item = next(one for one in found if one.episode.id == case.episode_id)
    return item.stage, [reason.code for reason in item.reasons]


def rows(house: House, model: Any, case: Case) -> list[Any]:  # noqa: ANN401  # any table of an episode
    with house.rows() as work:
        found = work.session.scalars(sa.select(model).where(col(model.episode_id) == case.episode_id)).all()
        return [row.model_dump() for row in found]


@pytest.mark.parametrize(
    ("kind", "stage", "reason"),
    [
        (CorrectionKind.PAUSE_AGREED, Stage.PAUSED, "pause_agreed"),
        (CorrectionKind.CLIENT_AWAY, Stage.PAUSED, "client_away"),
        (CorrectionKind.END_AGREED, Stage.ENGAGED, "end_agreed"),
        (CorrectionKind.AS_NEEDED, Stage.ENGAGED, "as_needed"),
        (CorrectionKind.TAKING_A_BREAK, Stage.PAUSED, "pause_agreed"),
        (CorrectionKind.HAS_ENDED, Stage.ENGAGED, "end_agreed"),
    ],
)
def test_the_stage_follows_at_once_and_names_its_reason(
    shared_house: House, kind: CorrectionKind, stage: Stage, reason: str
) -> None:
    house = shared_house
    case = quiet(house)
    before = shown(house, case)
    house.wait(minutes=10)
    answer = say(house, case, kind)
    after = shown(house, case)
    assert (answer.stage, answer.reasons[0].code) == (stage, reason)
    assert (after.stage, after.reasons) == (answer.stage, answer.reasons)
    assert then(house, case) == (before.stage, [one.code for one in before.reasons])
    records.assert_stored_is_computed(house)


@pytest.mark.parametrize("kind", CorrectionKind)
def test_whatever_is_said_looking_back_shows_what_was_shown(shared_house: House, kind: CorrectionKind) -> None:
    house = shared_house
    case = quiet(house)
    before = shown(house, case)
    house.wait(minutes=10)
    more = needed(house, case, kind)
    facts = say(house, case, kind, **more).facts
    assert facts
    assert then(house, case) == (before.stage, [one.code for one in before.reasons])
    house.wait(seconds=20)
    assert say(house, case, kind, **more).facts == [], "said again it changes nothing"


def test_a_pause_until_a_day_is_an_absence_with_its_author(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    [fact] = say(house, case, CorrectionKind.PAUSE_AGREED, until_on=TODAY + timedelta(days=30)).facts
    [row] = rows(house, Absence, case)
    assert (fact.noun, fact.id) == ("absence", row["id"])
    assert (row["kind"], row["from_on"], row["to_on"]) == (AbsenceKind.PAUSE, TODAY, TODAY + timedelta(days=30))
    assert (row["known_at"], row["recorded_by"]) == (house.now, house.clinician.id)
    with pytest.raises(Invalid):
        say(house, case, CorrectionKind.CLIENT_AWAY, until_on=TODAY - timedelta(days=1))


def test_another_rhythm_is_an_agreement_and_the_silence_fits_it(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=3)
    assert shown(house, case).stage in {Stage.DRIFTING, Stage.QUIET}
    say(house, case, CorrectionKind.CADENCE_AGREED, cadence_days=60)
    [row] = rows(house, Agreement, case)
    assert (row["kind"], row["cadence_days"], row["from_on"]) == (AgreementKind.CADENCE_CHANGE, 60, at(-21).date())
    assert shown(house, case).stage is Stage.ENGAGED


def test_a_pause_can_have_begun_before_it_was_said(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    first, last = TODAY - timedelta(days=40), TODAY + timedelta(days=20)
    say(house, case, CorrectionKind.PAUSE_AGREED, on=first, until_on=last)
    [row] = rows(house, Absence, case)
    assert (row["from_on"], row["to_on"], row["known_at"]) == (first, last, house.now)
    with pytest.raises(Invalid):
        say(house, case, CorrectionKind.CLIENT_AWAY, on=TODAY, until_on=TODAY - timedelta(days=1))


def test_what_the_client_said_is_a_sign_of_life_in_its_way_and_at_its_time(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    answer = say(house, case, CorrectionKind.IN_TOUCH, channel=Channel.PORTAL, at=at(-1))
    [row] = rows(house, Contact, case)
    assert (row["direction"], row["channel"]) == (ContactDirection.INBOUND, Channel.PORTAL)
    assert (row["outcome"], row["at"], row["known_at"]) == (ContactOutcome.RECEIVED, at(-1), house.now)
    assert (row["recorded_by"], row["client_id"]) == (house.clinician.id, case.client_id)
    assert answer.facts[0].id == row["id"]
    with pytest.raises(Invalid):
        say(house, case, CorrectionKind.IN_TOUCH, at=at(1))


def test_whoever_said_they_will_book_is_not_asked_about_it_tomorrow(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=9)
    house.wait(minutes=1)
    answer = say(house, case, CorrectionKind.WILL_BOOK, channel=Channel.PHONE)
    after = shown(house, case)
    if after.next_step.kind is NextStepKind.NOTHING:
        assert [fact.noun for fact in answer.facts] == ["contact"]
    else:
        assert [fact.noun for fact in answer.facts] == ["contact", "snooze"]
        assert after.next_step.put_off_until == TODAY + timedelta(days=7)
        assert after.next_step.put_off is not None
        assert after.next_step.put_off.reason is SnoozeReason.WILL_BOOK
        with house.work(house.clinician) as work:
            assert len(snoozes.page(work, case.episode_id)) == 1
    assert after.stage is answer.stage


def test_a_time_that_was_excused_speaks_for_nothing_any_more(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=1)
    told = records.tell(house, house.clinician, case.episode_id, at(-1), status=AppointmentStatus.NO_SHOW)
    assert "not_kept" in [one.code for one in shown(house, case).reasons] or shown(house, case).stage is Stage.ENGAGED
    house.wait(minutes=5)
    answer = say(house, case, CorrectionKind.EXCUSED, appointment_id=told.id)
    assert answer.facts[0].id == told.id
    assert "not_kept" not in [one.code for one in answer.reasons]
    with house.work(house.clinician) as work:
        row = appointments.read(work, told.id)
    assert (row.status, row.excused, row.status_known_at) == (AppointmentStatus.NO_SHOW, True, house.now)
    with house.rows() as work:
        events = sa.select(AppointmentEvent).where(col(AppointmentEvent.appointment_id) == told.id)
        said = sorted(work.session.scalars(events).all(), key=lambda one: one.position)
        assert [(one.status, one.excused) for one in said][-2:] == [
            (AppointmentStatus.NO_SHOW, False),
            (AppointmentStatus.NO_SHOW, True),
        ]
        assert said[-1].recorded_by == house.clinician.id


def test_a_cancelled_time_that_was_excused_stays_cancelled() -> None:
    kept = (AppointmentStatus.CANCELLED, Initiator.CLIENT)
    assert rules.excused_as(*kept) == kept
    assert rules.excused_as(AppointmentStatus.BOOKED, Initiator.CLIENT) == (AppointmentStatus.NO_SHOW, None)


def test_a_time_that_took_place_is_a_session(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    answer = say(house, case, CorrectionKind.TOOK_PLACE, appointment_id=last_time(house, case))
    with house.work(house.clinician) as work:
        row = appointments.read(work, answer.facts[0].id)
    assert (row.status, row.starts_at) == (AppointmentStatus.ATTENDED, at(-28))


def test_a_time_that_was_moved_is_one_event_with_its_new_time(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    answer = say(house, case, CorrectionKind.MOVED, **needed(house, case, CorrectionKind.MOVED))
    assert [fact.noun for fact in answer.facts] == ["appointment", "appointment"]
    with house.work(house.clinician) as work:
        moved, instead = (appointments.read(work, fact.id) for fact in answer.facts)
    assert (moved.status, instead.status) == (AppointmentStatus.RESCHEDULED, AppointmentStatus.BOOKED)
    assert (instead.starts_at, instead.clinician_id) == (at(5), moved.clinician_id)


def test_a_time_of_another_episode_or_one_to_come_cannot_be_meant(shared_house: House) -> None:
    house = shared_house
    case, other = quiet(house), quiet(house)
    theirs = records.tell(house, house.clinician, other.episode_id, at(-20), status=AppointmentStatus.NO_SHOW)
    ahead = records.tell(
        house, house.clinician, case.episode_id, at(4), status=AppointmentStatus.BOOKED, status_known_at=at(-1)
    )
    with pytest.raises(Invalid):
        say(house, case, CorrectionKind.EXCUSED, appointment_id=theirs.id)
    with pytest.raises(Conflict) as early:
        say(house, case, CorrectionKind.TOOK_PLACE, appointment_id=ahead.id)
    assert early.value.code == "not_yet"


def test_how_an_episode_is_paced_is_known_since_it_was_said_and_no_earlier(both_houses: House) -> None:
    """By a correction, and by whoever changes the episode; there and back again."""
    house = both_houses
    case = quiet(house)
    house.wait(days=1)
    say(house, case, CorrectionKind.AS_NEEDED)
    assert then(house, case)[0] is Stage.QUIET
    house.wait(days=1)
    with house.work(house.clinician) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch(kind=EpisodeKind.ONGOING), version=version)
    assert shown(house, case).stage is Stage.QUIET
    assert then(house, case) == (Stage.ENGAGED, ["as_needed"])
    house.wait(days=3)
    assert then(house, case)[0] is Stage.QUIET
    records.assert_stored_is_computed(house)


@pytest.mark.parametrize("kind", CorrectionKind)
def test_what_does_not_go_with_it_is_refused(shared_house: House, kind: CorrectionKind) -> None:
    house = shared_house
    case = quiet(house)
    takes = rules.MEANINGS[kind].takes
    parts: dict[str, Any] = {
        "until_on": TODAY,
        "on": TODAY,
        "cadence_days": 14,
        "channel": Channel.PHONE,
        "at": at(-1),
        "client_id": case.client_id,
        "appointment_id": last_time(house, case),
        "starts_at": at(5),
    }
    minimum = needed(house, case, kind)
    for name, value in parts.items():
        if name not in takes:
            with pytest.raises(Invalid):
                say(house, case, kind, **{**minimum, name: value})
    for name in minimum:
        with pytest.raises(Invalid):
            say(house, case, kind, **{one: value for one, value in minimum.items() if one != name})


def test_only_people_and_only_in_their_own_caseload(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, supervisees=(house.clinician,))
    for who, error in (
        (house.practice.member(Role.CLINICIAN), NotFound),
        (both, AccessDenied),
        (house.supervisor, AccessDenied),
        (house.admin, AccessDenied),
        (house.found("Next door").founder, NotFound),
    ):
        with pytest.raises(error):
            say(house, case, CorrectionKind.AS_NEEDED, who=who)
    with pytest.raises(AccessDenied), house.work(house.practice.key(*KEY_SCOPES)) as work:
        corrections.correct(work, case.episode_id, CorrectionIn(kind=CorrectionKind.AS_NEEDED))
    assert shown(house, case).stage is Stage.QUIET


def test_in_a_zone_that_does_not_exist_what_is_so_is_said_all_the_same(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    with house.rows() as work:
        episode = work.session.scalars(sa.select(Episode).where(col(Episode.id) == case.episode_id)).one()
        episode.time_zone = "Nowhere/Land"
    answer = say(house, case, CorrectionKind.PAUSE_AGREED)
    assert (answer.facts[0].noun, answer.reasons[0].code) == ("absence", "not_worked_out")
    with pytest.raises(Conflict), house.work(house.clinician) as work:
        snoozes.put_off(work, case.episode_id, SnoozeIn(reason=SnoozeReason.OTHER))


def test_the_trail_has_what_was_said_and_what_followed(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    [fact] = say(house, case, CorrectionKind.PAUSE_AGREED).facts
    with house.rows() as work:
        entry = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action) == "episode.correct")).one()
        assert entry.subject_id == case.episode_id
        assert entry.details == {
            "kind": "pause_agreed",
            "stage_before": "quiet",
            "stage_after": "paused",
            "facts": [f"absence:{fact.id}"],
        }


def test_what_has_ended_is_not_corrected(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    with house.work(house.clinician) as work:
        given = EpisodeEndIn(how_it_ended=EndingKind.WITHOUT_CONVERSATION)
        endings.end(work, case.episode_id, given)
    with pytest.raises(Conflict) as refused:
        say(house, case, CorrectionKind.AS_NEEDED)
    assert refused.value.code == "episode_ended"


def test_of_several_who_take_part_whoever_said_so_can_be_named(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    pair = Case(ana, records.begin(house, house.clinician, [ana, bea], format=EpisodeFormat.COUPLE).id)
    say(house, pair, CorrectionKind.IN_TOUCH, client_id=bea)
    house.wait(minutes=2)
    say(house, pair, CorrectionKind.IN_TOUCH)
    named: list[UUID | None] = [row["client_id"] for row in rows(house, Contact, pair)]
    assert sorted(map(str, named)) == sorted(map(str, [bea, None]))
    stranger = house.client("Cleo", house.clinician).client_id
    with pytest.raises(Invalid):
        say(house, pair, CorrectionKind.IN_TOUCH, client_id=stranger)


def test_what_two_people_said_within_a_minute_are_two_words(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    pair = Case(ana, records.begin(house, house.clinician, [ana, bea], format=EpisodeFormat.COUPLE).id)
    for client_id in (ana, bea, bea):
        say(house, pair, CorrectionKind.IN_TOUCH, client_id=client_id)
    assert [row["client_id"] for row in rows(house, Contact, pair)] == [ana, bea]
