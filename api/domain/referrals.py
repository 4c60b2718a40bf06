"""A referral: what may be recorded of it and when somebody here asks how it went. Pure.

Nothing is sent by it: the client turns to whom they like. But while it is open, somebody who works here has it, and a day on
which they ask, so that nobody is left between two places.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from api.domain.errors import Conflict, invalid_field
from api.domain.referral_matching import Wishes
from api.domain.referral_providers import Entry
from schemas.vocabulary import EpisodeFormat, Meeting, PassingOn, ReferralEnd, ReferralStep

USUAL = timedelta(days=14)
LONGEST = timedelta(days=92)
MOST_OPTIONS = 8
"""On one sheet: a list of twenty is no help."""
STEP = {
    ReferralStep.SUGGESTED: "Suggested",
    ReferralStep.CONTACTED: "The client has been in touch",
    ReferralStep.FIRST_TALK: "They had a first talk",
    ReferralStep.STARTED: "They have started",
    ReferralStep.DID_NOT_WORK_OUT: "It did not work out",
}
WHY_CLOSED = {
    ReferralEnd.STARTED: "The client has started with somebody.",
    ReferralEnd.FOUND_THEIR_OWN: "The client found somebody by themselves.",
    ReferralEnd.NOT_WANTED: "The client does not want this now.",
    ReferralEnd.STAYS_HERE: "The client goes on here.",
    ReferralEnd.CLIENT_DIED: "The client has died.",
    ReferralEnd.OTHER: "For another reason.",
}
BY_A_PERSON = (ReferralEnd.FOUND_THEIR_OWN, ReferralEnd.NOT_WANTED, ReferralEnd.STAYS_HERE, ReferralEnd.OTHER)
"""Why somebody may close one. That the client has started is said with whom, and a death where it is recorded."""
PASSING_ON = {
    PassingOn.NOT_ASKED: "Whether anything may be passed on has not been asked.",
    PassingOn.AGREED: "The client agrees that this is passed on.",
    PassingOn.DECLINED: "The client wants nothing passed on.",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of a referral. `asked`: when the client said whether anything may be passed on, and who wrote it down."""

    wishes: Wishes = field(default_factory=Wishes)
    what_to_pass_on: str | None = None
    words: str | None = None
    asked: "Asked | None" = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An agreement is worth the day on which it was given, and a name that answers for it."""

    on: date
    by: UUID


@dataclass(frozen=True, slots=True)
class Called:
    """How one who was suggested was told: `contact` of somebody who is not in the directory."""

    name: str
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    step: ReferralStep
    taken_on: date
    words: str | None
    recorded_by: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """One who was suggested. `provider`: as the directory has them now; None for somebody who is known by name alone."""

    id: UUID
    position: int
    called: Called
    provider: Entry | None
    step: ReferralStep
    step_on: date
    progress: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A referral opened, as people read it."""

    id: UUID
    episode_id: UUID
    client_id: UUID
    client_name: str
    owner_id: UUID
    owner_name: str
    follow_up_on: date | None
    passing_on: PassingOn
    content: Content
    asked_by_name: str
    made_by: UUID
    made_at: datetime
    closed_at: datetime | None
    closed_because: ReferralEnd | None
    version: int
    options: tuple[Option, ...] = ()


def to_json(content: Content | Called) -> str:
    return json.dumps(asdict(content), default=str)


def content_from_json(text: str) -> Content:
    told = json.loads(text)
    wishes: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.pop("wishes").items()
    }
    if wishes["format"] is not None:
        wishes["format"] = EpisodeFormat(wishes["format"])
    if wishes["meeting"] is not None:
        wishes["meeting"] = Meeting(wishes["meeting"])
    asked = told.pop("asked", None)
    said = None if asked is None else Asked(date.fromisoformat(asked["on"]), UUID(asked["by"]))
    return Content(wishes=Wishes(**wishes), asked=said, **told)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client says to passing anything on, and to what."""

    passing_on: PassingOn
    what: str | None


def asked(former: Asked | None, before: Answer, now: Answer, said: Asked, *, is_dated: bool) -> Asked | None:
    """When the answer that stands was given, and who wrote it down. What changes it is said anew, as is what somebody dates.

    None: nobody has been asked, or it was before days were kept.
    """
    if now.passing_on is PassingOn.NOT_ASKED:
        return None
    return said if is_dated or now != before else former


def said_on(wanted: date | None, today: date) -> date:
    """Raises Invalid for a day to come."""
    if wanted is not None and wanted > today:
        raise invalid_field("/passing_on_said_on", "That day is still to come.")
    return wanted or today


def called_from_json(text: str) -> Called:
    return Called(**json.loads(text))


def follow_up_on(wanted: date | None, today: date) -> date:
    """In a fortnight, where no day is named. Raises Invalid for one that is over or too far off to be looked after."""
    if wanted is None:
        return today + USUAL
    if wanted < today:
        raise invalid_field("/follow_up_on", "This day is over.")
    if wanted > today + LONGEST:
        raise invalid_field("/follow_up_on", "Ask within three months; it can be moved on then.")
    return wanted


def require_words_fit(passing_on: PassingOn, what_to_pass_on: str | None) -> None:
    if what_to_pass_on is not None and passing_on is not PassingOn.AGREED:
        raise invalid_field("/what_to_pass_on", "Nothing is passed on unless the client agreed to it.")


def require_open(*, closed: bool) -> None:
    if closed:
        raise Conflict("This referral is closed.", code="referral_closed")


def require_living(*, died: bool) -> None:
    if died:
        raise Conflict("The client has died. Nobody will be asked how it goes.", code="client_died")


def require_room(count: int) -> None:
    if count >= MOST_OPTIONS:
        raise Conflict(f"There are {MOST_OPTIONS} suggestions already: fewer are more help.", code="enough_suggested")


def require_may_follow(before: ReferralStep, step: ReferralStep) -> None:
    """Steps may be left out, and come again. After a start there is one: that it did not work out after all."""
    if step is ReferralStep.SUGGESTED:
        raise invalid_field("/step", "Whom to suggest is added to the referral; then say how it goes.")
    if before is ReferralStep.STARTED and step is not ReferralStep.DID_NOT_WORK_OUT:
        raise Conflict("They have started. If it did not work out after all, say that.", code="started_already")


def require_by_a_person(because: ReferralEnd) -> None:
    if because not in BY_A_PERSON:
        raise invalid_field("/because", "Say with whom the client has started; a death is recorded with the client.")


def require_past(taken_on: date, today: date) -> None:
    if taken_on > today:
        raise invalid_field("/taken_on", "This day is still to come.")
