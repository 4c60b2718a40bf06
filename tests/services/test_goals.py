"""Goals for continued growth: whose they are, who sees them, what became of them, and how they meet the note."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import client_exports, clients, endings, episodes, goals, signatures, terminations
from api.store import note_digests
from schemas.tables import AuditEntry, Goal, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import EpisodeFormat, GoalsBasis, GoalState, NoteState
from schemas.wire.clients import ClientIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.goals import GoalContent, GoalIn, GoalOut, GoalStateIn
from schemas.wire.terminations import EpisodeEndIn, NoteContent, TerminationNoteOut
from tests.services import erasing
from tests.support import notes
from tests.support.house import Case, House, Person

HOSTILE = "\u202e\u0645\u0631\u062d\u0628\u0627\u202c <script>alert('x')</script> 🌱\U0001f469\u200d\U0001f467 {{ 7*7 }} ' OR 1=1 --"
TRAVEL: dict[str, Any] = {"goal": "Travel alone.", "why": "To see her sister.", "how_known": "She goes unplanned."}


def add(house: House, case: Case, who: Person | None = None, **given: Any) -> GoalOut:  # noqa: ANN401  # any part of a goal
    with house.work(who or house.founder) as work:
        return goals.add(work, case.episode_id, GoalIn.model_validate({**TRAVEL, **given}))


def listed(house: House, case: Case, who: Person | None = None) -> list[GoalOut]:
    with house.work(who or house.founder) as work:
        return goals.page(work, case.episode_id, after=None, limit=50).items


def settle(house: House, goal: GoalOut, state: GoalState, **given: Any) -> GoalOut:  # noqa: ANN401  # a day
    with house.work(house.founder) as work:
        return goals.settle(work, goal.id, GoalStateIn(state=state, **given), version=goal.version)


def ours(house: House) -> Case:
    return house.client("Ana", house.founder)


def test_a_goal_is_written_down_read_changed_and_settled(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    goal = add(house, case)
    assert (goal.state, goal.agreed_on, goal.how_known) == (GoalState.OPEN, house.now.date(), "She goes unplanned.")
    with house.work(house.founder) as work:
        changed = goals.change(work, goal.id, GoalContent(goal=HOSTILE), version=goal.version)
    assert (changed.goal, changed.why, changed.version, changed.agreed_on) == (HOSTILE, None, 2, goal.agreed_on)
    reached = settle(house, changed, GoalState.REACHED)
    assert (reached.state, reached.settled_on) == (GoalState.REACHED, house.now.date())
    again = settle(house, reached, GoalState.OPEN)
    assert (again.state, again.settled_on) == (GoalState.OPEN, None)
    assert listed(house, case) == [again]


def test_of_two_who_change_a_goal_the_second_is_told(shared_house: House) -> None:
    house = shared_house
    goal = add(house, ours(house))
    settle(house, goal, GoalState.LET_GO)
    with pytest.raises(VersionMismatch), house.work(house.founder) as work:
        goals.change(work, goal.id, GoalContent(goal="Another."), version=goal.version)


def test_a_day_that_has_not_come_is_refused_with_its_field(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    with pytest.raises(Invalid) as refused:
        add(house, case, agreed_on=house.now.date() + timedelta(days=2))
    assert refused.value.problems[0].pointer == "/agreed_on"
    goal = settle(house, add(house, case, agreed_on=house.now.date() - timedelta(days=3)), GoalState.REACHED)
    earlier = settle(house, goal, GoalState.REACHED, on=house.now.date() - timedelta(days=2))
    late = GoalContent(goal="Later.", agreed_on=house.now.date())
    with pytest.raises(Invalid) as refused, house.work(house.founder) as work:
        goals.change(work, goal.id, late, version=earlier.version)
    assert refused.value.problems[0].pointer == "/agreed_on"
    assert listed(house, case)[0].goal == "Travel alone."


def test_who_sees_a_goal_and_who_does_not(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    goal = add(house, case, house.clinician)
    assert [one.goal for one in listed(house, case, house.supervisor)] == ["Travel alone."]
    for who, refusal in ((house.admin, AccessDenied), (house.practice.elena, NotFound)):
        with pytest.raises(refusal):
            listed(house, case, who)
        with pytest.raises(refusal), house.work(who) as work:
            goals.read(work, goal.id)
        with pytest.raises(refusal), house.work(who) as work:
            goals.discard(work, goal.id, version=1)
    with pytest.raises(AccessDenied):
        add(house, case, house.supervisor)
    stranger = house.found("Another practice")
    with pytest.raises(NotFound), house.work(stranger.founder) as work:
        goals.read(work, goal.id)


def test_each_of_a_couple_has_their_own(shared_house: House) -> None:
    house = shared_house
    with house.work(house.founder) as work:
        pair = [clients.add(work, ClientIn(name=name, time_zone="Europe/Madrid")).id for name in ("Ana", "Bo")]
        episode = episodes.add(work, EpisodeIn(client_ids=pair, format=EpisodeFormat.COUPLE))
    ana, bo = (Case(one, episode.id) for one in pair)
    with pytest.raises(Invalid):
        add(house, ana)
    add(house, ana, client_id=ana.client_id)
    assert [one.client.id for one in listed(house, ana)] == [ana.client_id]
    assert notes.draft(house, house.founder, bo, form="with_conversation").content.growth_goals == []
    hers = notes.draft(house, house.founder, ana, form="with_conversation").content
    assert [one.goal for one in hers.growth_goals] == ["Travel alone."]


def test_what_a_goal_says_is_sealed_and_in_no_trail(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    settle(house, add(house, case), GoalState.REACHED)
    with house.rows() as work:
        row = work.session.scalars(sa.select(Goal)).one()
        assert b"Travel" not in row.words_sealed
        entries = work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action).like("goal.%"))).all()
        assert {entry.action for entry in entries} == {"goal.add", "goal.settle"}
        assert not [entry for entry in entries if "Travel" in str(entry.details)]


def test_a_mistake_is_removed_and_what_a_signed_note_has_is_not(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    mistake = add(house, case)
    with house.work(house.founder) as work:
        goals.discard(work, mistake.id, version=1)
    assert listed(house, case) == []
    notes.sign(house, house.founder, notes.draft(house, house.founder, case))
    (goal,) = listed(house, case)
    with pytest.raises(Conflict) as refused, house.work(house.founder) as work:
        goals.discard(work, goal.id, version=goal.version)
    assert refused.value.code == "goal_in_note"


def test_a_note_begins_with_the_goals_on_record_that_are_open(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    open_one = add(house, case, agreed_on=date(2026, 2, 1))
    settle(house, add(house, case, goal="Sing."), GoalState.REACHED)
    content = notes.draft(house, house.founder, case, form="with_conversation").content
    assert (content.goals_basis, content.goals_agreed_on) == (GoalsBasis.LAST_AGREED, date(2026, 2, 1))
    (goal,) = content.growth_goals
    assert (goal.goal_id, goal.goal_version, goal.goal, goal.how_known) == (
        open_one.id,
        1,
        "Travel alone.",
        "She goes unplanned.",
    )


def test_who_begins_a_note_with_goals_of_their_own_is_not_written_over(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    add(house, case)
    content = notes.draft(house, house.founder, case, goals_basis="not_discussed").content
    assert (content.goals_basis, content.growth_goals) == (GoalsBasis.NOT_DISCUSSED, [])


def test_an_ending_before_its_note_begins_it_with_them_too(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    add(house, case)
    with house.work(house.founder) as work:
        ended = endings.end(work, case.episode_id, EpisodeEndIn.model_validate({"how_it_ended": "client_told_us"}))
    content = notes.read(house, house.founder, ended.draft_ids[0]).content
    assert [one.goal for one in content.growth_goals] == ["Travel alone."]


def saved(house: House, note: TerminationNoteOut, **change: Any) -> TerminationNoteOut:  # noqa: ANN401  # any part of a note
    content = NoteContent.model_validate({**note.content.model_dump(), **change})
    with house.work(house.founder) as work:
        return terminations.change(work, note.id, content, version=note.version)


def finished(house: House, case: Case) -> TerminationNoteOut:
    """A draft that was begun with what stands on record and says all that signing asks for."""
    ready = {name: value for name, value in notes.TALKED.items() if name not in ("goals_basis", "growth_goals")}
    return notes.draft(house, house.founder, case, **ready)


def test_with_the_signature_the_goals_of_the_note_stand_on_record(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    known = add(house, case, agreed_on=date(2026, 2, 1), next_step="Two stops.")
    note = finished(house, case)
    first = note.content.growth_goals[0].model_copy(update={"goal": "Travel alone, and enjoy it."})
    told = [first.model_dump(), {"goal": "Rest.", "why": "For the days after.", "next_step": "Sunday off."}]
    note = saved(house, note, growth_goals=told, goals_basis="at_closing")
    notes.sign(house, house.founder, note)
    travel, rest = sorted(listed(house, case), key=lambda one: one.created_at)
    assert (travel.id, travel.goal, travel.agreed_on) == (known.id, "Travel alone, and enjoy it.", house.now.date())
    assert (rest.goal, rest.agreed_on, rest.note_id, travel.note_id) == ("Rest.", house.now.date(), note.id, note.id)
    signed = notes.read(house, house.founder, note.id)
    assert [one.goal_id for one in signed.content.growth_goals] == [travel.id, rest.id]
    assert signed.state is NoteState.SIGNED


def test_what_was_said_anew_since_the_note_was_begun_is_not_lost(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    goal = add(house, case, next_step="Two stops.")
    note = finished(house, case)
    with house.work(house.founder) as work:
        goals.change(work, goal.id, GoalContent(goal="Fly to Lima."), version=goal.version)
    notes.sign(house, house.founder, saved(house, note, goals_basis="at_closing"))
    (stands,) = listed(house, case)
    assert (stands.goal, stands.note_id) == ("Fly to Lima.", note.id)
    assert notes.read(house, house.founder, note.id).content.growth_goals[0].goal == "Travel alone."


def test_a_supervised_author_s_goals_stand_only_with_the_cosignature(shared_house: House) -> None:
    house = shared_house
    waiting = notes.waiting(house)
    case = Case(UUID(int=0), waiting.episode_id)
    assert listed(house, case, house.clinician) == []
    with house.work(house.supervisor) as work:
        signatures.cosign(work, waiting.id, version=waiting.version)
    (goal,) = listed(house, case, house.clinician)
    assert (goal.goal, goal.note_id) == ("Travel alone.", waiting.id)
    assert notes.read(house, house.clinician, waiting.id).content.growth_goals[0].goal_id == goal.id


def naming(*goal_ids: UUID) -> NoteContent:
    told = [{**notes.TALKED["growth_goals"][0], "goal_id": str(one)} for one in goal_ids]
    return NoteContent.model_validate({**notes.TALKED, "growth_goals": told})


def test_a_note_names_no_goal_but_those_of_its_own_part(shared_house: House) -> None:
    """One of somebody else's is as absent as one that nobody has."""
    house, case, other = shared_house, ours(shared_house), shared_house.client("Bea", shared_house.clinician)
    own, theirs = add(house, case), add(house, other, house.clinician, goal="Bea's own.")
    for foreign in (theirs.id, new_id()):
        content = naming(own.id, foreign)
        with pytest.raises(Invalid) as refused:
            notes.draft(house, house.founder, case, **content.model_dump())
        assert [one.pointer for one in refused.value.problems] == ["/growth_goals/1/goal_id"]
    note = notes.draft(house, house.founder, case)
    for foreign in (theirs.id, new_id()):
        with house.work(house.founder) as work, pytest.raises(Invalid) as refused:
            terminations.change(work, note.id, naming(foreign), version=note.version)
        assert [one.pointer for one in refused.value.problems] == ["/growth_goals/0/goal_id"]


def test_a_draft_goes_on_naming_a_goal_that_was_thrown_away_meanwhile(shared_house: House) -> None:
    """Nobody who writes it could put that right, and its words are to stay."""
    house, case = shared_house, ours(shared_house)
    own = add(house, case)
    note = notes.draft(house, house.founder, case, **naming(own.id).model_dump())
    with house.work(house.founder) as work:
        goals.discard(work, own.id, version=own.version)
    content = note.content.model_copy(update={"progress": "More."})
    with house.work(house.founder) as work:
        note = terminations.change(work, note.id, content, version=note.version)
    notes.sign(house, house.founder, note)
    assert [one.goal for one in listed(house, case)] == ["Travel alone."]


def test_a_note_that_was_signed_before_goals_had_more_to_say_still_reads_and_verifies(both_houses: House) -> None:
    """Its stored bytes are as they were: nothing writes the new parts into it, and the fingerprint over them holds."""
    house = both_houses
    signed = notes.signed(house)
    with house.rows() as work:
        row = work.session.scalars(sa.select(TerminationNote)).one()
        assert row.digest is not None
        digest, sealed = row.digest, row.content_sealed
    old = '{"growth_goals":[{"goal":"Rest.","why":null,"next_step":null,"supports":null}],"goals_basis":"last_agreed"}'
    content = NoteContent.model_validate_json(old)
    assert (content.growth_goals[0].how_known, content.growth_goals[0].goal_id) == (None, None)
    notes.read(house, house.founder, signed.id)
    with house.rows() as work:
        row = work.session.scalars(sa.select(TerminationNote)).one()
        assert (row.digest, row.content_sealed) == (digest, sealed)
        assert note_digests.of_note(row) == digest


def test_an_erased_client_leaves_no_goal(both_houses: House) -> None:
    house, case = both_houses, ours(both_houses)
    add(house, case)
    erasing.ended(house, case.episode_id)
    erasing.erase(house, case.client_id)
    with house.rows() as work:
        assert work.session.scalars(sa.select(Goal)).all() == []


def test_a_double_s_goals_become_the_client_s_and_open_with_their_key(both_houses: House) -> None:
    house = both_houses
    case, double = (ours(house) for _ in range(2))
    add(house, double, goal=HOSTILE)
    with house.work(house.lead) as work:
        clients.merge(work, case.client_id, double.client_id)
    (goal,) = listed(house, double)
    assert (goal.goal, goal.client.id) == (HOSTILE, case.client_id)


def test_the_goals_go_out_with_the_record(shared_house: House) -> None:
    house, case = shared_house, ours(shared_house)
    add(house, case)
    with house.work(house.founder) as work:
        content = client_exports.make(work, case.client_id).content
    with ZipFile(BytesIO(content)) as handed:
        assert "Travel alone." in handed.read("record.json").decode()
        assert "goals for continued growth" in handed.read("record.html").decode()
