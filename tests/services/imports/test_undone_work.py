"""What people here planned or put off for somebody whom a file brought keeps them when the file is taken back."""

from datetime import timedelta

from api.services import clients, outreach_plans, snoozes
from schemas.vocabulary import SnoozeReason
from schemas.wire.outreach_plans import OutreachPlanIn
from schemas.wire.snoozes import SnoozeIn
from tests.services.imports import files
from tests.services.imports.files import at, event
from tests.services.imports.test_undo import COUPLE, client, episode_of
from tests.support.house import House, Person


def names_left(house: House, who: Person) -> set[str]:
    with house.work(who) as work:
        return {str(one.id) for one in clients.page(work, name=None, after=None, limit=9).items}


def test_whoever_a_plan_is_for_stays(shared_house: House) -> None:
    house, lead = shared_house, shared_house.lead
    done = files.take_in(house, files.appointments(files.kept("ana", 3)))
    ana = client(house, "ana")
    steps = [{"due_on": house.now.date().isoformat(), "template": "hello-en"}]
    given = {"episode_id": str(episode_of(house, ana)), "steps": steps}
    with house.work(lead) as work:
        outreach_plans.sketch(work, OutreachPlanIn.model_validate(given))
    files.take_back(house, done.id)
    assert names_left(house, lead) == {str(ana)}


def test_whoever_the_words_of_what_was_put_off_are_about_stays(shared_house: House) -> None:
    house, lead = shared_house, shared_house.lead
    files.take_in(house, files.appointments([event("s1", "dora", at(-9), "attended", **COUPLE)]))
    done = files.take_in(house, files.appointments([event("s2", "eli", at(-3), "attended", **COUPLE)]))
    eli = client(house, "eli")
    with house.work(lead) as work:
        given = SnoozeIn(
            reason=SnoozeReason.OTHER, until_on=house.now.date() + timedelta(days=7), words="Asks.", client_id=eli
        )
        snoozes.put_off(work, episode_of(house, eli), given)
    files.take_back(house, done.id)
    assert str(eli) in names_left(house, lead)
