"""What a cover opens: the due list with safety flags and contact limits, a contact, an answer, a risk. And nothing else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, DomainError, Invalid, NotFound
from api.services import (
    absences,
    clients,
    consents,
    contacts,
    cover_acts,
    covering,
    engagement,
    episodes,
    flags,
    leave,
    replies,
    timeline,
)
from api.services.work import Work
from api.store import episodes as episode_store
from schemas.tables import AuditEntry, Contact, Reply
from schemas.vocabulary import (
    Channel,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
    FlagKind,
    NextStepKind,
    ReplyHandling,
    Role,
    Stage,
)
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.covers import CoverContactIn
from schemas.wire.episodes import EpisodeIn, EpisodePatch
from schemas.wire.flags import FlagIn
from schemas.wire.leave import LeaveIn
from schemas.wire.replies import HandledIn
from tests.services import records
from tests.services.covering import SECRET, Absence, away
from tests.support import links
from tests.support.house import Case, House, Person

CALLED = CoverContactIn(channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL)
SPOKE = CoverContactIn(channel=Channel.PHONE, outcome=ContactOutcome.SPOKE)


def answered(scene: Absence, case: Case) -> UUID:
    return links.reply(scene.house, case, scene.absent, links.send(scene.house, case, scene.absent))


def entries(house: House, who: Person) -> list[AuditEntry]:
    with house.rows() as work:
        statement = sa.select(AuditEntry).where(col(AuditEntry.actor_id) == who.id).order_by(col(AuditEntry.id))
        return list(work.session.scalars(statement))


def test_what_is_due_is_shown_with_who_it_is_and_why(both_houses: House) -> None:
    house = both_houses
    scene = away(house, days=40)
    ana, fine = scene.quiet(), house.client("Nothing Due", house.clinician)
    house.client("Of a colleague", house.lead)
    with house.work(scene.absent) as work:
        clients.change(work, ana.client_id, ClientPatch(emergency_contact="Her sister, 600 100 200"), version=1)
    house.wait(days=30)
    [item] = scene.items()
    assert fine.episode_id != item.episode.id
    assert (item.episode.id, [one.name for one in item.clients]) == (ana.episode_id, ["Ana"])
    assert item.next_step.kind is not NextStepKind.NOTHING
    assert item.stage in (Stage.QUIET, Stage.DRIFTING, Stage.ENGAGED)
    assert item.reasons
    assert item.clients[0].emergency_contact == "Her sister, 600 100 200"
    assert item.next_step.owner is not None
    assert item.next_step.owner.id == scene.absent.id
    told = item.model_dump_json()
    assert not any(word in told for word in ("probability", "log_odds", "weight", "score"))
    last = entries(house, scene.covering)[-1]
    assert (last.action, last.subject_id) == ("cover.read", scene.cover_id)
    assert last.details == {"cover_id": str(scene.cover_id), "covering_for": str(scene.absent.id), "count": 1}


def test_a_couple_is_shown_with_each_one_s_own_limits_and_pages_go_on(both_houses: House) -> None:
    house = both_houses
    scene = away(house, days=60)
    cases = [scene.quiet(str(number)) for number in range(3)]
    second = house.client("Tom", scene.absent)
    with house.work(scene.absent) as work:
        scene_couple = episodes.add(
            work, EpisodeIn.model_validate({"client_ids": [cases[0].client_id, second.client_id], "format": "couple"})
        )
    scene.address(cases[0], "one@example.org")
    scene.address(second, "two@example.org")
    house.wait(days=40)
    whole, in_pieces = scene.items(), scene.items(limit=1)
    assert [one.episode.id for one in whole] == [one.episode.id for one in in_pieces]
    assert {one.episode.id for one in whole} >= {case.episode_id for case in cases}
    couple = [one for one in whole if one.episode.id == scene_couple.id]
    for one in couple:
        assert [[address.address for address in client.addresses] for client in one.clients] == [
            ["one@example.org"],
            ["two@example.org"],
        ]


def test_flags_are_shown_without_the_words_of_whoever_raised_them(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    one = scene.address(ana, "one@example.org")
    scene.address(ana, "two@example.org")
    with house.work(scene.absent) as work:
        given = FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=one, note=SECRET)
        flags.raise_flag(work, ana.client_id, given)
        flags.raise_flag(work, ana.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM, note=SECRET))
    [item] = scene.items()
    assert item.next_step.kind is NextStepKind.REACH_TODAY
    [client] = item.clients
    assert {(flag.kind, flag.consent_id) for flag in client.flags} == {
        (FlagKind.UNSAFE_TO_CONTACT, one),
        (FlagKind.RISK_OF_HARM, None),
    }
    assert [(address.unsafe, address.may_be_used) for address in client.addresses] == [(True, False), (False, True)]
    assert SECRET not in item.model_dump_json()


def test_an_address_may_be_used_only_where_nothing_speaks_against_it(both_houses: House) -> None:
    house = both_houses
    scene = away(house, days=60)
    ana, eva = scene.quiet(), house.client("Eva", house.lead)
    today = house.now.date()
    terms: dict[str, dict[str, object]] = {
        "asked@example.org": {"state": ConsentState.NOT_ASKED},
        "declined@example.org": {"state": ConsentState.DECLINED},
        "over@example.org": {"valid_until": today + timedelta(days=3)},
        "shared@example.org": {},
        "good@example.org": {"safe_from": "09:00", "safe_until": "12:00"},
    }
    for address, given in terms.items():
        scene.address(ana, address, **given)
    with house.work(house.lead) as work:
        refused = ConsentIn(channel=Channel.EMAIL, address="shared@example.org", state=ConsentState.DECLINED)
        consents.add(work, eva.client_id, refused)
    house.wait(days=5)
    shown = {one.address: one for one in scene.items()[0].clients[0].addresses}
    assert [name for name, one in shown.items() if one.may_be_used] == ["good@example.org"]
    assert [name for name, one in shown.items() if one.refused_elsewhere] == ["shared@example.org"]
    assert str(shown["good@example.org"].safe_from) == "09:00:00"
    with house.work(scene.absent) as work:
        flags.raise_flag(work, ana.client_id, FlagIn(kind=FlagKind.CONFIDENTIAL_PROGRAMME))
        flags.raise_flag(work, ana.client_id, FlagIn(kind=FlagKind.RISK_OF_HARM))
    assert not any(one.may_be_used for one in scene.items()[0].clients[0].addresses)


def test_a_contact_is_recorded_under_one_s_own_name_and_counts(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    with house.work(scene.covering) as work:
        first = cover_acts.record_contact(work, scene.cover_id, ana.episode_id, CALLED)
        again = cover_acts.record_contact(work, scene.cover_id, ana.episode_id, CALLED)
    assert again.id == first.id
    before = scene.items()[0].next_step.kind
    with house.work(scene.covering) as work:
        noted = SPOKE.model_copy(update={"note": "Back next Tuesday."})
        cover_acts.record_contact(work, scene.cover_id, ana.episode_id, noted)
    assert before is not NextStepKind.NOTHING
    assert [one.next_step.kind for one in scene.items()] != [before]
    with house.work(scene.absent) as work:
        seen = contacts.page(work, ana.episode_id, before=None, limit=9).items
    assert [(one.recorded_by, one.outcome, one.note) for one in seen] == [
        (scene.covering.id, ContactOutcome.SPOKE, "Back next Tuesday."),
        (scene.covering.id, ContactOutcome.VOICEMAIL, None),
    ]
    acts = [one for one in entries(house, scene.covering) if one.action == "cover_contact.record"]
    assert {one.subject_id for one in acts} == {ana.episode_id}
    assert all(one.details["cover_id"] == str(scene.cover_id) for one in acts)
    other = house.client("Not hers", house.lead)
    with pytest.raises(NotFound), house.work(scene.covering) as work:
        cover_acts.record_contact(work, scene.cover_id, other.episode_id, CALLED)
    wrong = CALLED.model_copy(update={"client_id": other.client_id})
    with pytest.raises(Invalid), house.work(scene.covering) as work:
        cover_acts.record_contact(work, scene.cover_id, ana.episode_id, wrong)


def test_an_answer_reaches_whoever_covers_and_is_theirs_to_deal_with(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    reply_id = answered(scene, ana)
    with house.work(scene.covering) as work:
        waiting = covering.waiting(work, scene.cover_id)
        opened = cover_acts.read_reply(work, scene.cover_id, reply_id)
    assert [(one.id, one.client.name, one.here) for one in waiting.replies] == [(reply_id, "Ana", None)]
    assert "words" not in waiting.replies[0].model_dump()
    assert opened.client.id == ana.client_id
    with house.work(scene.covering) as work:
        cover_acts.handle_reply(work, scene.cover_id, reply_id, HandledIn(how=ReplyHandling.SPOKE))
    with house.rows() as work:
        row = work.session.scalars(sa.select(Reply)).one()
    assert (row.handled_by, row.handled_how) == (scene.covering.id, ReplyHandling.SPOKE)
    for act in (cover_acts.read_reply,):
        with pytest.raises(NotFound), house.work(scene.covering) as work:
            act(work, scene.cover_id, reply_id)
    told = [(one.action, one.subject_id) for one in entries(house, scene.covering)]
    assert ("cover_reply.read", reply_id) in told
    assert ("cover_reply.handle", reply_id) in told


def test_an_answer_is_a_co_therapist_s_who_is_here(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana, colleague = scene.quiet(), house.practice.elena
    with house.work(house.lead) as work:
        version = episodes.read(work, ana.episode_id).version
        episodes.change(work, ana.episode_id, EpisodePatch(co_therapist_ids=[colleague.id]), version=version)
    reply_id = answered(scene, ana)
    with house.work(scene.covering) as work:
        [waits] = covering.waiting(work, scene.cover_id).replies
    assert waits.here is not None
    assert waits.here.name == "Elena Ruiz"
    for attempt in (
        lambda work: cover_acts.read_reply(work, scene.cover_id, reply_id),
        lambda work: cover_acts.handle_reply(work, scene.cover_id, reply_id, HandledIn(how=ReplyHandling.SPOKE)),
    ):
        with pytest.raises(NotFound), house.work(scene.covering) as work:
            attempt(work)
    with house.work(house.lead) as work:
        leave.record(work, colleague.id, LeaveIn(from_on=house.now.date(), to_on=house.now.date()))
    with house.work(scene.covering) as work:
        assert cover_acts.read_reply(work, scene.cover_id, reply_id).client.name == "Ana"


def test_an_answer_after_the_ending_still_reaches_somebody(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    reply_id = answered(scene, ana)
    with house.rows() as work:
        episode = episode_store.get(work.session, ana.episode_id)
        assert episode is not None
        episode.ended_at = house.now
    assert scene.items() == []
    with house.work(scene.covering) as work:
        assert [one.id for one in covering.waiting(work, scene.cover_id).replies] == [reply_id]
    with pytest.raises(NotFound), house.work(scene.covering) as work:
        cover_acts.record_contact(work, scene.cover_id, ana.episode_id, CALLED)


Attempt = Callable[[Work, Absence, Case, UUID], object]
UNDER_A_COVER: list[Attempt] = [
    lambda work, scene, _case, _reply: covering.waiting(work, scene.cover_id),
    lambda work, scene, _case, _reply: covering.caseload(work, scene.cover_id, cursor=None, limit=5),
    lambda work, scene, case, _reply: cover_acts.record_contact(work, scene.cover_id, case.episode_id, CALLED),
    lambda work, scene, _case, reply: cover_acts.read_reply(work, scene.cover_id, reply),
    lambda work, scene, _case, reply: cover_acts.handle_reply(
        work, scene.cover_id, reply, HandledIn(how=ReplyHandling.SPOKE)
    ),
]


def test_nothing_is_opened_before_after_or_to_somebody_else(both_houses: House) -> None:
    house = both_houses
    scene = away(house, days=3)
    ana = scene.quiet()
    reply_id = answered(scene, ana)
    neighbour = house.found("Next door")

    def all_end_with(who: Person, kind: type[DomainError]) -> None:
        for attempt in UNDER_A_COVER:
            with pytest.raises(kind), house.work(who) as work:
                attempt(work, scene, ana, reply_id)

    for person in (scene.absent, house.lead, house.practice.member(Role.CLINICIAN), neighbour.founder):
        all_end_with(person, NotFound)
    for person in (house.supervisor, house.admin):
        all_end_with(person, AccessDenied)
    house.wait(days=-1)
    all_end_with(scene.covering, NotFound)
    house.wait(days=5)
    all_end_with(scene.covering, NotFound)
    house.wait(days=-3)
    for attempt in UNDER_A_COVER:
        with house.work(scene.covering) as work:
            attempt(work, scene, ana, reply_id)


OUTSIDE_OF_IT: list[Attempt] = [
    lambda work, _scene, case, _reply: clients.read(work, case.client_id),
    lambda work, _scene, case, _reply: timeline.read(work, case.client_id, limit=5),
    lambda work, _scene, case, _reply: consents.page(work, case.client_id),
    lambda work, _scene, case, _reply: flags.page(work, case.client_id),
    lambda work, _scene, case, _reply: episodes.read(work, case.episode_id),
    lambda work, _scene, case, _reply: engagement.read(work, case.episode_id),
    lambda work, _scene, case, _reply: contacts.page(work, case.episode_id, before=None, limit=5),
    lambda work, _scene, case, _reply: absences.page(work, case.episode_id),
    lambda work, _scene, case, _reply: contacts.record(
        work,
        case.episode_id,
        ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.SPOKE),
    ),
    lambda work, _scene, _case, reply: replies.read(work, reply),
    lambda work, _scene, _case, reply: replies.handle(work, reply, HandledIn(how=ReplyHandling.SPOKE)),
]


def test_what_is_no_part_of_the_cover_is_absent_while_it_runs(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana = scene.quiet()
    reply_id = answered(scene, ana)
    assert scene.items()
    for attempt in OUTSIDE_OF_IT:
        with pytest.raises(NotFound), house.work(scene.covering) as work:
            attempt(work, scene, ana, reply_id)


def test_the_session_comes_back_to_its_own_caseload_also_after_a_failure(both_houses: House) -> None:
    house = both_houses
    scene = away(house)
    ana, mine = scene.quiet(), house.client("Mine", scene.covering)

    def seen(work: Work) -> set[UUID]:
        return {one.id for one in clients.page(work, name=None, after=None, limit=9).items}

    with house.work(scene.covering) as work:
        covering.caseload(work, scene.cover_id, cursor=None, limit=5)
        assert seen(work) == {mine.client_id}
        wrong = CALLED.model_copy(update={"client_id": mine.client_id})
        with pytest.raises(DomainError):
            cover_acts.record_contact(work, scene.cover_id, ana.episode_id, wrong)
        assert seen(work) == {mine.client_id}
    with house.rows() as work:
        assert not work.session.scalars(sa.select(Contact).where(col(Contact.recorded_by) == scene.covering.id)).all()


def test_whom_of_a_couple_one_called_within_a_minute_is_kept_for_each(shared_house: House) -> None:
    scene = away(shared_house)
    ana, bea = (shared_house.client(name, scene.absent).client_id for name in ("Ana", "Bea"))
    pair = records.begin(shared_house, scene.absent, [ana, bea], format=EpisodeFormat.COUPLE)
    called = []
    for client_id in (ana, bea, bea):
        given = CoverContactIn(channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL, client_id=client_id)
        with shared_house.work(scene.covering) as work:
            called.append(cover_acts.record_contact(work, scene.cover_id, pair.id, given))
    assert [one.client_id for one in called] == [ana, bea, bea]
    assert called[1].id == called[2].id
