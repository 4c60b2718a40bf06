"""Clients: the list, finding one by name, adding, changing, and the page of one client.

A name is looked for with a form that posts, so that it never stands in an address or a browser's history.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from api.domain import note_wording
from api.domain import snoozes as snooze_rules
from api.domain.access import Permission
from api.domain.errors import Invalid, NotFound, VersionMismatch
from api.services import absences, clients, consents, engagement, episodes, flags, terminations, timeline
from api.services.terminations import Which
from api.services.work import Work
from api.web import acts, attendance, growth, worklist
from api.web.attendance import Strip
from api.web.forms import TO_PUT_RIGHT, Form, Sent, as_shape, prefilled, version_of
from api.web.growth import Growth
from api.web.said import Said
from api.web.visits import SignedIn, Visit
from schemas.vocabulary import FlagKind, Locale
from schemas.wire.clients import ClientIn, ClientOut, ClientPatch, ClientSearchIn, ConsentOut
from schemas.wire.common import Page
from schemas.wire.contacts import AbsenceOut, AgreementOut, TimelineItem
from schemas.wire.engagement import StandingOut
from schemas.wire.episodes import EpisodeOut, PersonOut
from schemas.wire.flags import FlagOut
from schemas.wire.terminations import NoteSummaryOut

router = APIRouter(prefix="/clients")

_LISTED = 50
_FOUND = 50
_EPISODES = 20
_TIMELINE = 40
_MAY_BE_EMPTY = ("locale", "adult_on", "died_on", "emergency_contact")
_NOTES = 20
_SAME_TAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Course:
    """One episode as the client's page shows it. `standing` is there while it runs and has been assessed."""

    episode: EpisodeOut
    standing: StandingOut | None
    strip: Strip
    absences: list[AbsenceOut]
    agreements: list[AgreementOut]
    growth: Growth
    may_change: bool

    @property
    def clinicians(self) -> list[PersonOut]:
        return clinicians_of(self.episode)


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the page of one client shows. `earlier` leads to the episodes that began before these."""

    client: ClientOut
    courses: list[Course]
    earlier: str | None
    consents: list[ConsentOut]
    flags: list[FlagOut]
    timeline: list[TimelineItem]
    notes: list[NoteSummaryOut]

    @property
    def running(self) -> list[Course]:
        return [course for course in self.courses if course.episode.ended_at is None]

    @property
    def noted(self) -> set[UUID]:
        """The episodes about whose ending there is a note."""
        return {note.episode_id for note in self.notes}

    @property
    def gone_on(self) -> set[UUID]:
        """The episodes that one which runs takes up again."""
        return {one.episode.previous_episode_id for one in self.running if one.episode.previous_episode_id is not None}

    @property
    def ended(self) -> list[Course]:
        return [course for course in self.courses if course.episode.ended_at is not None]


@router.get("")
def page(visit: SignedIn, cursor: Annotated[UUID | None, Query()] = None) -> Response:
    with visit.work() as work:
        found = clients.page(work, name=None, after=cursor, limit=_LISTED)
    return visit.page("clients.html", form=Form(), found=found.items, next_cursor=found.next_cursor, looked_for=None)


@router.get("/search")
def no_search(visit: SignedIn) -> Response:
    """Where a browser lands that opens the address of a search again."""
    with visit.work():
        visit.require(Permission.CLIENT_READ)
        return visit.go("/clients")


@router.post("/search")
def search(visit: SignedIn, sent: Sent) -> Response:
    name, status_code = sent.given("name"), status.HTTP_200_OK
    found: Page[ClientOut] = Page(items=[], next_cursor=None)
    with visit.work() as work:
        visit.require(Permission.CLIENT_READ)
        if name is None:
            return visit.go("/clients")
        try:
            wanted = as_shape(ClientSearchIn, name=name, limit=_FOUND, **sent.present("cursor"))
            found = clients.page(work, name=wanted.name, after=wanted.cursor, limit=wanted.limit)
        except Invalid as error:
            status_code = visit.refused(sent, error)
    return visit.page(
        "clients.html",
        status_code=status_code,
        form=sent,
        found=found.items,
        next_cursor=found.next_cursor,
        looked_for=name,
    )


@router.get("/new")
def new(visit: SignedIn) -> Response:
    with visit.work():
        visit.require(Permission.CLIENT_EDIT)
    return _new(visit, Form())


@router.post("/new")
def add(visit: SignedIn, sent: Sent) -> Response:
    try:
        given = as_shape(ClientIn, **sent.present("name", "time_zone"), client_contacts_us=sent.ticked("contacts_us"))
        with visit.work() as work:
            visit.require(Permission.CLIENT_EDIT)
            just_added = _added_a_moment_ago(work, given.name)
            client_id = just_added or clients.add(work, given).id
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work():
            visit.require(Permission.CLIENT_EDIT)
        return _new(visit, sent, status_code)
    return visit.go(f"/clients/{client_id}", Said.ALREADY_RECORDED if just_added else Said.CLIENT_ADDED)


@router.get("/{client_id}")
def read(visit: SignedIn, client_id: UUID, before: Annotated[UUID | None, Query()] = None) -> Response:
    """The episodes that began last; with `before`, those that began earlier than that one."""
    with visit.work() as work:
        client = clients.read(work, client_id)
        if client.merged_into_id is not None:
            return visit.go(f"/clients/{client.merged_into_id}")
        if client.erased_at is not None:
            return visit.page("client_erased.html", client=client)
        record = _record(visit, work, client, before)
    may_edit = visit.may(Permission.CLIENT_EDIT) and (
        not record.courses or any(course.may_change for course in record.courses)
    )
    return visit.page(
        "client.html",
        record=record,
        clock=visit.calendar.elsewhere(client.time_zone),
        may_edit=may_edit,
        back=f"/clients/{client_id}",
        is_first_page=before is None,
        mark_words=attendance.WORDS,
        contact_taps=acts.CONTACT_TAPS,
        outcome_taps=acts.OUTCOME_TAPS,
        snooze_taps=worklist.SNOOZE_TAPS,
        may_wait=snooze_rules.may_wait,
        note_words=note_wording,
    )


@router.get("/{client_id}/edit")
def edit(visit: SignedIn, client_id: UUID) -> Response:
    with visit.work() as work:
        visit.require(Permission.CLIENT_EDIT)
        client = clients.read(work, client_id)
    if client.erased_at is not None:
        return visit.go(f"/clients/{client_id}")
    form = prefilled(
        **client.model_dump(include={"name", "time_zone", "version", *_MAY_BE_EMPTY}),
        contacts_us=client.client_contacts_us,
    )
    return visit.page("client_edit.html", form=form, client=client, now_stored=None, locales=list(Locale))


@router.post("/{client_id}/edit")
def change(visit: SignedIn, client_id: UUID, sent: Sent) -> Response:
    """When somebody else was faster, what was typed stays, and what is stored now is shown beside it."""
    try:
        with visit.work() as work:
            visit.require(Permission.CLIENT_EDIT)
            fields: dict[str, object] = {"name": sent.text("name"), "client_contacts_us": sent.ticked("contacts_us")}
            fields |= {name: sent.given(name) for name in _MAY_BE_EMPTY}
            given = as_shape(ClientPatch, **sent.present("time_zone"), **fields)
            clients.change(work, client_id, given, version=version_of(sent))
    except TO_PUT_RIGHT as error:
        status_code = visit.refused(sent, error)
        with visit.work() as work:
            client = clients.read(work, client_id)
        meanwhile = isinstance(error, VersionMismatch)
        if meanwhile:
            sent.now_at(client.version)
        return visit.page(
            "client_edit.html",
            status_code=status_code,
            form=sent,
            client=client,
            now_stored=client if meanwhile else None,
            locales=list(Locale),
        )
    return visit.go(f"/clients/{client_id}", Said.SAVED)


def clinicians_of(episode: EpisodeOut) -> list[PersonOut]:
    return [*([episode.responsible] if episode.responsible else []), *episode.co_therapists]


def _new(visit: Visit, form: Form, status_code: int = status.HTTP_200_OK) -> Response:
    return visit.page("client_new.html", status_code=status_code, form=form)


def _added_a_moment_ago(work: Work, name: str) -> UUID | None:
    found = clients.page(work, name=name, after=None, limit=_FOUND).items
    fresh = (client for client in found if client.name == name and work.now - client.created_at < _SAME_TAP)
    return next((client.id for client in fresh), None)


def _record(visit: Visit, work: Work, client: ClientOut, before: UUID | None) -> Record:
    found = episodes.latest(work, client.id, before=before, limit=_EPISODES)
    return Record(
        client=client,
        courses=[_course(visit, work, episode) for episode in found.items],
        earlier=found.next_cursor,
        consents=consents.page(work, client.id),
        flags=sorted(
            (one for one in flags.page(work, client.id) if one.cleared_at is None),
            key=lambda one: (one.kind is not FlagKind.RISK_OF_HARM, list(FlagKind).index(one.kind)),
        ),
        timeline=timeline.read(work, client.id, limit=_TIMELINE).items,
        notes=_notes(visit, work, client.id),
    )


def _notes(visit: Visit, work: Work, client_id: UUID) -> list[NoteSummaryOut]:
    if not visit.may(Permission.NOTE_READ):
        return []
    return terminations.page(work, Which(client_id=client_id), before=None, limit=_NOTES).items


def _course(visit: Visit, work: Work, episode: EpisodeOut) -> Course:
    running = episode.ended_at is None
    today = visit.calendar.elsewhere(episode.time_zone).today
    known = absences.page(work, episode.id) if running else []
    return Course(
        episode=episode,
        standing=_standing(work, episode.id) if running else None,
        strip=attendance.strip(work, episode.id),
        absences=[one for one in known if not one.withdrawn and (one.to_on is None or one.to_on >= today)],
        agreements=absences.agreements(work, episode.id) if running else [],
        growth=growth.of(visit, work, episode) if running else Growth([], None),
        may_change=visit.may(Permission.CONTACT_RECORD) and acts.may_change(work.principal, clinicians_of(episode)),
    )


def _standing(work: Work, episode_id: UUID) -> StandingOut | None:
    """None until the episode has been assessed for the first time."""
    try:
        return engagement.glance(work, episode_id)
    except NotFound:
        return None
