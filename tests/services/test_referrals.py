"""A referral: nothing is sent, its words open for whoever works with the client, and while it is open somebody asks how it went."""

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain import referral_words, tone
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.domain.referral_sheet_words import WORDS
from api.formats import referral_sheet
from api.services import (
    client_exports,
    clients,
    episodes,
    erasures,
    members,
    referral_options,
    referral_providers,
    referrals,
    tasks,
)
from schemas.tables import Episode, Referral, ReferralOption, ReferralProgress, Task
from schemas.vocabulary import (
    Channel,
    EndingKind,
    ErasureReason,
    Locale,
    PassingOn,
    ReferralEnd,
    ReferralStep,
    Role,
    TaskKind,
    ToneFamily,
)
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.episodes import EpisodePatch
from schemas.wire.members import ClinicalRolesIn, LeavePracticeIn
from schemas.wire.records import EraseIn
from schemas.wire.referral_providers import ReferralProviderIn, WishesIn
from schemas.wire.referrals import (
    OutsideIn,
    ReferralCloseIn,
    ReferralIn,
    ReferralOptionIn,
    ReferralOut,
    ReferralPatch,
    ReferralStepIn,
)
from tests.support.house import Case, House, Person

WORDS_OF_THEIRS = "Would rather speak with a woman."
SOL = ReferralOptionIn(outside=OutsideIn(name="Sol Ortega", contact="+34 600 000 001"))


def begin(house: House, case: Case, who: Person | None = None, **more: Any) -> ReferralOut:  # noqa: ANN401  # any part of it
    given = ReferralIn(**{"episode_id": case.episode_id, "words": WORDS_OF_THEIRS, **more})
    with house.work(who or house.clinician) as work:
        return referrals.begin(work, given)


def suggested(house: House, case: Case, given: ReferralOptionIn = SOL) -> ReferralOut:
    made = begin(house, case)
    with house.work(house.clinician) as work:
        return referral_options.suggest(work, made.id, given)


def step(house: House, one: ReferralOut, taken: ReferralStep, **more: Any) -> ReferralOut:  # noqa: ANN401  # any part of it
    given = ReferralStepIn.model_validate({"step": taken, **more})
    with house.work(house.clinician) as work:
        return referral_options.record(work, one.id, one.options[0].id, given)


def ended(house: House, case: Case) -> None:
    with house.rows() as work:
        episode = work.session.scalars(sa.select(Episode).where(col(Episode.id) == case.episode_id)).one()
        episode.ended_at, episode.ending = work.now, EndingKind.AGREED


def to_do(house: House, who: Person) -> list[tuple[UUID | None, Any]]:
    with house.work(who) as work:
        found = tasks.page(work, cursor=None, limit=50).items
    return [(one.subject_id, one.due_on) for one in found if one.kind is TaskKind.FOLLOW_UP_REFERRAL]


def test_from_the_first_moment_somebody_asks_on_a_day(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    made = begin(shared_house, case, wishes=WishesIn(languages=["Spanish"]))
    assert (made.owner.id, made.words, made.wishes.languages) == (
        shared_house.clinician.id,
        WORDS_OF_THEIRS,
        ["Spanish"],
    )
    assert made.follow_up_on == shared_house.now.date() + timedelta(days=14)
    assert to_do(shared_house, shared_house.clinician) == [(made.id, made.follow_up_on)]


def test_the_task_is_done_by_saying_how_it_goes_and_by_no_tap(shared_house: House) -> None:
    one = suggested(shared_house, shared_house.practice.client("Ana", shared_house.clinician))
    with shared_house.work(shared_house.clinician) as work:
        (task,) = tasks.page(work, cursor=None, limit=9).items
    with pytest.raises(Conflict) as refused, shared_house.work(shared_house.clinician) as work:
        tasks.done(work, task.id)
    assert refused.value.code == "done_by_its_act"
    later = shared_house.now.date() + timedelta(days=30)
    told = step(shared_house, one, ReferralStep.CONTACTED, follow_up_on=later)
    assert (told.follow_up_on, told.options[0].step) == (later, ReferralStep.CONTACTED)
    assert to_do(shared_house, shared_house.clinician) == [(one.id, later)]
    told = step(shared_house, one, ReferralStep.STARTED, words="On Tuesdays.")
    assert (told.closed_because, told.follow_up_on) == (ReferralEnd.STARTED, None)
    assert [(taken.step, taken.words) for taken in told.options[0].progress] == [
        (ReferralStep.SUGGESTED, None),
        (ReferralStep.CONTACTED, None),
        (ReferralStep.STARTED, "On Tuesdays."),
    ]
    assert to_do(shared_house, shared_house.clinician) == []


def test_the_database_keeps_no_open_one_without_a_day(both_houses: House) -> None:
    made = begin(both_houses, both_houses.practice.client("Ana", both_houses.clinician))
    with pytest.raises(Conflict), both_houses.rows() as work:
        work.session.execute(sa.update(Referral).where(col(Referral.id) == made.id).values(follow_up_on=None))


def test_a_start_that_did_not_work_out_is_somebodys_again(shared_house: House) -> None:
    one = suggested(shared_house, shared_house.practice.client("Ana", shared_house.clinician))
    step(shared_house, one, ReferralStep.STARTED)
    with pytest.raises(Conflict):
        step(shared_house, one, ReferralStep.CONTACTED)
    told = step(shared_house, one, ReferralStep.DID_NOT_WORK_OUT)
    assert (told.closed_at, told.owner.id) == (None, shared_house.clinician.id)
    assert to_do(shared_house, shared_house.clinician) == [(one.id, told.follow_up_on)]


def test_a_closed_one_takes_nothing_more(shared_house: House) -> None:
    one = suggested(shared_house, shared_house.practice.client("Ana", shared_house.clinician))
    with shared_house.work(shared_house.clinician) as work:
        closed = referrals.close(work, one.id, ReferralCloseIn(because=ReferralEnd.NOT_WANTED))
    assert closed.closed_because is ReferralEnd.NOT_WANTED
    with pytest.raises(Conflict), shared_house.work(shared_house.clinician) as work:
        referrals.close(work, one.id, ReferralCloseIn(because=ReferralEnd.OTHER))
    with pytest.raises(Conflict), shared_house.work(shared_house.clinician) as work:
        referral_options.suggest(work, one.id, SOL)
    with pytest.raises(Conflict):
        step(shared_house, one, ReferralStep.CONTACTED)
    with pytest.raises(Conflict), shared_house.work(shared_house.clinician) as work:
        referrals.change(work, one.id, ReferralPatch(words="More."), version=closed.version)


@pytest.mark.parametrize("because", [ReferralEnd.STARTED, ReferralEnd.CLIENT_DIED])
def test_a_start_and_a_death_are_said_where_they_belong(shared_house: House, because: ReferralEnd) -> None:
    made = begin(shared_house, shared_house.practice.client("Ana", shared_house.clinician))
    with pytest.raises(Invalid), shared_house.work(shared_house.clinician) as work:
        referrals.close(work, made.id, ReferralCloseIn(because=because))


def test_nothing_is_passed_on_that_the_client_did_not_agree_to(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    with pytest.raises(Invalid):
        begin(shared_house, case, what_to_pass_on="Everything.")
    made = begin(shared_house, case, passing_on=PassingOn.AGREED, what_to_pass_on="That we worked on grief.")
    with pytest.raises(Invalid), shared_house.work(shared_house.clinician) as work:
        referrals.change(work, made.id, ReferralPatch(passing_on=PassingOn.DECLINED), version=made.version)
    with shared_house.work(shared_house.clinician) as work:
        patch = ReferralPatch(passing_on=PassingOn.DECLINED, what_to_pass_on=None)
        assert referrals.change(work, made.id, patch, version=made.version).what_to_pass_on is None
    with pytest.raises(VersionMismatch), shared_house.work(shared_house.clinician) as work:
        referrals.change(work, made.id, ReferralPatch(words="Later."), version=made.version)


@pytest.mark.parametrize("days", [-1, 93])
def test_a_day_that_is_over_or_out_of_sight_is_refused(shared_house: House, days: int) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    with pytest.raises(Invalid):
        begin(shared_house, case, follow_up_on=shared_house.now.date() + timedelta(days=days))


def test_a_diagnosis_is_no_wish(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    with pytest.raises(Invalid) as refused:
        begin(shared_house, case, wishes=WishesIn(specialisations=["F33.1"]))
    assert refused.value.problems[0].pointer == "/wishes/specialisations/0"


def test_it_belongs_to_the_caseload_and_a_supervisor_only_reads(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    made = begin(shared_house, case)
    stranger = shared_house.practice.member(Role.CLINICIAN)
    with pytest.raises(NotFound), shared_house.work(stranger) as work:
        referrals.read(work, made.id)
    with shared_house.work(shared_house.supervisor) as work:
        assert referrals.read(work, made.id).words == WORDS_OF_THEIRS
    with pytest.raises(AccessDenied), shared_house.work(shared_house.supervisor) as work:
        referrals.close(work, made.id, ReferralCloseIn(because=ReferralEnd.OTHER))
    with pytest.raises(AccessDenied), shared_house.work(shared_house.admin) as work:
        referrals.read(work, made.id)
    with pytest.raises(Invalid):
        begin(shared_house, case, owner_id=stranger.id)


def test_a_colleague_who_changes_it_makes_no_second_task(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    other = shared_house.practice.member(Role.CLINICIAN, name="Elena")
    with shared_house.work(shared_house.lead) as work:
        patch = EpisodePatch(co_therapist_ids=[other.id])
        episodes.change(work, case.episode_id, patch, version=episodes.read(work, case.episode_id).version)
    made = begin(shared_house, case)
    with shared_house.work(other) as work:
        given = ReferralPatch(follow_up_on=shared_house.now.date() + timedelta(days=3))
        referrals.change(work, made.id, given, version=made.version)
    assert to_do(shared_house, other) == []
    with shared_house.work(other) as work:
        referrals.change(work, made.id, ReferralPatch(owner_id=other.id), version=made.version + 1)
    assert to_do(shared_house, shared_house.clinician) == []
    assert len(to_do(shared_house, other)) == 1
    with shared_house.work(shared_house.clinician) as work:
        referrals.close(work, made.id, ReferralCloseIn(because=ReferralEnd.OTHER))
    assert to_do(shared_house, other) == []


def test_who_hands_an_episode_over_hands_on_what_they_have_of_it(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    made = begin(shared_house, case)
    other = shared_house.practice.member(Role.CLINICIAN)
    with shared_house.work(shared_house.clinician) as work:
        version = episodes.read(work, case.episode_id).version
        episodes.change(work, case.episode_id, EpisodePatch(responsible_id=other.id), version=version)
    assert to_do(shared_house, shared_house.clinician) == []
    assert to_do(shared_house, other) == [(made.id, made.follow_up_on)]


def test_who_leaves_hands_on_also_what_is_out_of_an_episode_that_has_ended(both_houses: House) -> None:
    house = both_houses
    leaving, other = house.practice.member(Role.CLINICIAN), house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", leaving)
    made = begin(house, case, leaving)
    ended(house, case)
    with pytest.raises(Conflict) as refused, house.work(house.founder) as work:
        members.leave_practice(work, leaving.id, LeavePracticeIn())
    assert refused.value.code == "referrals_open"
    with house.work(house.founder) as work:
        members.leave_practice(work, leaving.id, LeavePracticeIn(hand_over_to=other.id))
    assert to_do(house, other) == [(made.id, made.follow_up_on)]
    with house.work(other) as work:
        assert referrals.read(work, made.id).owner.id == other.id


def test_who_leads_no_more_hands_on_what_they_cannot_see_any_more(both_houses: House) -> None:
    house = both_houses
    lead = house.practice.member(Role.CLINICIAN, Role.PRACTICE_LEAD)
    theirs, elsewhere = house.practice.client("Ana", lead), house.practice.client("Bea", house.clinician)
    kept, given_on = begin(house, theirs, lead), begin(house, elsewhere, lead)
    with house.work(house.founder) as work:
        version = members.read(work, lead.id).version
        members.set_clinical_roles(work, lead.id, ClinicalRolesIn(roles=[Role.CLINICIAN]), version=version)
    assert to_do(house, lead) == [(kept.id, kept.follow_up_on)]
    assert to_do(house, house.clinician) == [(given_on.id, given_on.follow_up_on)]


def test_nobody_is_asked_about_somebody_who_has_died(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    made = begin(shared_house, case)
    with shared_house.work(shared_house.clinician) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch(died_on=shared_house.now.date()), version=version)
        assert referrals.read(work, made.id).closed_because is ReferralEnd.CLIENT_DIED
    assert to_do(shared_house, shared_house.clinician) == []
    with pytest.raises(Conflict):
        begin(shared_house, case)


def test_a_double_brings_theirs_along_and_the_record_hands_it_out_and_forgets_it(both_houses: House) -> None:
    house = both_houses
    double = house.practice.client("Ana M.", house.clinician)
    one = suggested(house, double)
    step(house, one, ReferralStep.CONTACTED, words="Left a message.")
    with house.work(house.lead) as work:
        client_id = clients.add(work, ClientIn(name="Ana Moreno")).id
        clients.merge(work, client_id, double.client_id)
    with house.work(house.clinician) as work:
        told = referrals.read(work, one.id)
    assert (told.client.id, told.words, told.options[0].name) == (client_id, WORDS_OF_THEIRS, "Sol Ortega")
    assert told.options[0].progress[-1].words == "Left a message."
    with house.work(house.lead) as work:
        files = zipfile.ZipFile(BytesIO(client_exports.make(work, client_id).content))
    whole = "".join(files.read(name).decode(errors="ignore") for name in files.namelist())
    for words in ("speak with a woman", "Sol Ortega", "Left a message."):
        assert words in whole
    ended(house, double)
    with house.work(house.lead) as work:
        erasures.erase(work, client_id, EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED))
    with house.rows() as work:
        for model in (Referral, ReferralOption, ReferralProgress):
            assert work.session.scalars(sa.select(model)).all() == []
        kinds = set(work.session.scalars(sa.select(col(Task.kind))))
        assert TaskKind.FOLLOW_UP_REFERRAL not in kinds


def test_nothing_of_it_can_be_read_in_the_database(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    one = suggested(shared_house, case)
    step(shared_house, one, ReferralStep.CONTACTED, words="Left a message.")
    with shared_house.rows() as work:
        (row,) = work.session.scalars(sa.select(Referral)).all()
        (option,) = work.session.scalars(sa.select(ReferralOption)).all()
        words = [
            taken.words_sealed for taken in work.session.scalars(sa.select(ReferralProgress)) if taken.words_sealed
        ]
    sealed = b"".join([row.content_sealed, option.called_sealed, *words])
    assert not any(part in sealed for part in (b"woman", b"Ortega", b"message"))


def provider(house: House, **more: Any) -> UUID:  # noqa: ANN401  # any part of it
    given = {"name": "Rosa Lindt", "languages": ["Spanish"], "notes": "Was kind on the phone.", "accepting": True}
    with house.work(house.clinician) as work:
        return referral_providers.add(work, ReferralProviderIn(**{**given, **more})).id


def test_it_is_matched_with_its_own_wishes(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    provider(shared_house, name="Bo Berg", languages=["Swedish"])
    fits = provider(shared_house)
    made = begin(shared_house, case, wishes=WishesIn(languages=["es"]))
    with shared_house.work(shared_house.clinician) as work:
        first = referrals.matches(work, made.id, after=None, limit=1)
        rest = referrals.matches(work, made.id, after=first.items[0].provider.id, limit=1)
    assert [one.provider.id for one in first.items] == [fits]
    assert [one.wishes[0].text for one in rest.items] == ["Works in Swedish."]


def test_the_same_one_is_suggested_once_and_a_removed_one_never(shared_house: House) -> None:
    one_id = provider(shared_house)
    made = suggested(
        shared_house, shared_house.practice.client("Ana", shared_house.clinician), ReferralOptionIn(provider_id=one_id)
    )
    with pytest.raises(Conflict) as refused, shared_house.work(shared_house.clinician) as work:
        referral_options.suggest(work, made.id, ReferralOptionIn(provider_id=one_id))
    assert refused.value.code == "suggested_already"
    gone = provider(shared_house, name="Gone")
    with shared_house.work(shared_house.clinician) as work:
        referral_providers.remove(work, one_id)
        referral_providers.remove(work, gone)
        told = referrals.read(work, made.id)
    assert (told.options[0].name, told.options[0].provider and told.options[0].provider.removed) == ("Rosa Lindt", True)
    with pytest.raises(Conflict), shared_house.work(shared_house.clinician) as work:
        referral_options.suggest(work, made.id, ReferralOptionIn(provider_id=gone))


@pytest.mark.parametrize("locale", list(Locale))
def test_the_sheet_says_whom_and_what_to_ask_and_nothing_about_the_client(shared_house: House, locale: Locale) -> None:
    case = shared_house.practice.client("Ana Moreno", shared_house.clinician)
    one_id = provider(shared_house, fee_from=60, fee_to=90, currency="EUR", sliding_scale=True, formats=["couple"])
    made = suggested(shared_house, case, ReferralOptionIn(provider_id=one_id))
    with shared_house.work(shared_house.clinician) as work:
        referral_options.suggest(work, made.id, SOL)
        text = referral_sheet.plain(referrals.sheet(work, made.id, locale=locale))
    language = referral_words.language_name("Spanish", locale)
    for said in ("Rosa Lindt", language, "60", "90 EUR", "Sol Ortega", "+34 600 000 001", WORDS[locale].opening[0]):
        assert said in text
    for left_out in ("Ana", "Moreno", "woman", "kind on the phone"):
        assert left_out not in text


@pytest.mark.parametrize("locale", list(Locale))
def test_what_we_say_on_the_sheet_passes_the_review(locale: Locale) -> None:
    """And of the questions, which are the client's own, phrases find only that they ask, and that one is about fees."""
    words = WORDS[locale]
    ours = [words.title, *words.opening, words.listed, words.nobody_yet, words.not_said, words.labels.free_talk]
    whole = "\n\n".join([*ours, *words.closing])
    review = tone.review(whole, channel=Channel.LETTER, locale=locale, may_mention_therapy=True)
    assert review.findings == ()
    asked = "\n\n".join(question for _, questions in words.questions for question in questions)
    by_phrases = tone.review_by_phrases(asked, channel=Channel.LETTER, locale=locale, may_mention_therapy=True)
    assert {one.family for one in by_phrases.findings} == {ToneFamily.QUESTIONS, ToneFamily.MONEY}


def test_the_routes_answer_with_the_version_that_the_next_change_names(shared_house: House) -> None:
    case = shared_house.practice.client("Ana", shared_house.clinician)
    api = shared_house.api(shared_house.clinician)
    made = api.post("/v1/referrals", json={"episode_id": str(case.episode_id)})
    assert (made.status_code, made.headers["etag"]) == (201, '"v1"')
    path = made.headers["location"]
    changed = api.patch(path, json={"words": "More."}, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"v2"')
    sheet = api.get(f"{path}/sheet?locale=es")
    assert sheet.headers["content-type"] == "text/plain; charset=utf-8"
    assert sheet.text.startswith("Encontrar a alguien que encaje")
    (listed,) = api.get(f"/v1/referrals?episode_id={case.episode_id}&open=true").json()["items"]
    assert listed["id"] == made.json()["id"]
    assert api.get("/v1/referrals?open=false").json()["items"] == []
