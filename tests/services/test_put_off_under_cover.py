"""What a colleague who is away has put off, as whoever covers for them sees it."""

from datetime import timedelta

from api.services import cover_acts, snoozes
from schemas.vocabulary import Channel, ContactOutcome, NextStepKind, SnoozeReason
from schemas.wire.covers import CoverContactIn
from schemas.wire.snoozes import SnoozeIn
from tests.services.covering import SECRET, Absence, away
from tests.support.house import Case, House

SPOKE = CoverContactIn(channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)
CALLED = CoverContactIn(channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL)


def put_off(scene: Absence, case: Case, *, days: int) -> None:
    until = scene.house.now.date() + timedelta(days=days)
    with scene.house.work(scene.absent) as work:
        snoozes.put_off(work, case.episode_id, SnoozeIn(reason=SnoozeReason.WILL_BOOK, words=SECRET, until_on=until))


def test_it_waits_for_the_cover_too_and_stands_below_what_does_not(both_houses: House) -> None:
    house = both_houses
    scene = away(house, days=60)
    house.wait(days=30)
    first, second = scene.quiet("Ana"), scene.quiet("Bea")
    top = scene.items()[0].episode.id
    case = first if top == first.episode_id else second
    put_off(scene, case, days=9)
    items = scene.items()
    assert [one.episode.id == case.episode_id for one in items] == [False, True]
    step = items[1].next_step
    assert step.put_off is not None
    assert (step.put_off.reason, step.put_off.why) == (SnoozeReason.WILL_BOOK, "The client wants to book a time.")
    assert step.due_on == step.put_off_until == step.put_off.until_on == house.now.date() + timedelta(days=9)
    assert items[0].next_step.put_off is None
    assert SECRET not in "".join(one.model_dump_json() for one in items)
    house.wait(days=9)
    assert [one.next_step.put_off for one in scene.items()] == [None, None]


def test_a_risk_and_a_word_with_the_client_end_the_waiting_under_a_cover_and_an_attempt_does_not(
    both_houses: House,
) -> None:
    house = both_houses
    scene = away(house, days=60)
    house.wait(days=30)
    at_risk, spoke_with, called = scene.quiet("Ana"), scene.quiet("Bea"), scene.quiet("Cleo")
    for case in (at_risk, spoke_with, called):
        put_off(scene, case, days=9)
    assert all(one.next_step.put_off for one in scene.items())
    scene.risk(at_risk)
    for case, contact in ((spoke_with, SPOKE), (called, CALLED)):
        with house.work(scene.covering) as work:
            cover_acts.record_contact(work, scene.cover_id, case.episode_id, contact)
    items = {one.episode.id: one.next_step for one in scene.items()}
    assert items[at_risk.episode_id].kind is NextStepKind.REACH_TODAY
    assert items[at_risk.episode_id].put_off is None
    assert spoke_with.episode_id not in items
    assert items[called.episode_id].put_off is not None
    assert scene.items()[0].episode.id == at_risk.episode_id
