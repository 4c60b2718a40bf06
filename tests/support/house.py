"""A founded practice on a migrated database, with a clock that stands still and a member of every role.

    with open_house(url) as house:
        ana = house.client("Ana", house.clinician)
        with house.work(house.clinician) as work:
            clients.read(work, ana.client_id)
        house.api(house.clinician).get(f"/v1/clients/{ana.client_id}")

Nothing here hashes a password twice or signs in the slow way: what a test is not about costs nothing.
"""

import base64
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from uuid import UUID

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.datastructures import State
from starlette.testclient import TestClient

from api.domain.access import OPERATOR, Permission, Principal, key_principal, member_principal
from api.main import create_app
from api.services import clients
from api.services.limits import RequestLimiter
from api.services.work import Runtime, Work, unit
from api.settings import Settings
from api.store import assessments as assessment_store
from api.store import episodes as episode_store
from api.store import keys as key_store
from api.store import members as member_store
from api.store import passwords, tenancy
from api.store import practices as practice_store
from api.store import sign_ins as sign_in_store
from api.store.engine import make_engine, make_sessions
from api.store.sealing import Keyring, Place, token_digest
from schemas.tables import ApiKey, Episode, Member, SignIn
from schemas.tables import Practice as PracticeRow
from schemas.tables.base import new_id
from schemas.vocabulary import EpisodeFormat, EpisodeKind, Role
from schemas.wire.clients import ClientIn
from tests.support.clock import NOW
from tests.support.compiled import shared_sql

MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
PASSWORD = "a long enough password"  # of the people of the tests
ZONE = "Europe/Madrid"
_APPS: dict[str, FastAPI] = {}


@dataclass(frozen=True, slots=True)
class Person:
    """A member who is signed in: `token` is a bearer token, `principal` what the gate sees."""

    id: UUID
    name: str
    email: str
    token: str
    principal: Principal


@dataclass(frozen=True, slots=True)
class Machine:
    """An API key of the practice."""

    id: UUID
    token: str
    principal: Principal


@dataclass(frozen=True, slots=True)
class Case:
    """A client and their running episode."""

    client_id: UUID
    episode_id: UUID


@dataclass
class Practice:
    """One tenant of the house. `founder` holds every role a person who works alone may hold."""

    house: "House"
    id: UUID
    founder: Person
    _people: dict[str, Person] = field(default_factory=dict)

    @property
    def clinician(self) -> Person:
        return self._person(Role.CLINICIAN)

    @property
    def elena(self) -> Person:
        """A clinician with a name, for what a client is shown: the others are called by their part."""
        if "elena" not in self._people:
            self._people["elena"] = self.member(Role.CLINICIAN, name="Elena Ruiz")
        return self._people["elena"]

    @property
    def supervisor(self) -> Person:
        """Supervises `clinician`."""
        if Role.SUPERVISOR not in self._people:
            self._people[Role.SUPERVISOR] = self.member(Role.SUPERVISOR, supervisees=(self.clinician,))
        return self._people[Role.SUPERVISOR]

    @property
    def lead(self) -> Person:
        return self._person(Role.PRACTICE_LEAD)

    @property
    def admin(self) -> Person:
        return self._person(Role.ADMIN)

    def of_role(self, role: Role) -> Person:
        return self.supervisor if role is Role.SUPERVISOR else self._person(role)

    def _person(self, role: Role) -> Person:
        if role not in self._people:
            self._people[role] = self.member(role)
        return self._people[role]

    def member(self, *roles: Role, name: str | None = None, supervisees: tuple[Person, ...] = ()) -> Person:
        """A member with the password `PASSWORD`, signed in."""
        member_id = new_id()
        shown = name or " ".join(roles) or "nobody in particular"
        email = f"{member_id.hex}@example.org"
        with self.house.work(self.founder) as work:
            key = work.practice_key()
            row = Member(
                id=member_id,
                name_sealed=key.seal(shown, Place("members", "name", member_id)),
                email_sealed=key.seal(email, Place("members", "email", member_id)),
                email_digest=work.digest("member e-mail", email),
                password_hash=_password_hash(),
                joined_at=work.now,
            )
            member_store.add(work.session, row, roles)
            if supervisees:
                wanted = [person.id for person in supervisees]
                member_store.set_supervisees(work.session, member_id, wanted, work.now)
        return self.signed_in(member_id, shown, email, frozenset(roles), frozenset(person.id for person in supervisees))

    def signed_in(
        self,
        member_id: UUID,
        name: str,
        email: str,
        roles: frozenset[Role],
        supervisees: frozenset[UUID] = frozenset(),
    ) -> Person:
        """A further sign-in of a member."""
        token, sign_in_id = f"lts_{new_id().hex}", new_id()
        principal = member_principal(
            member_id, self.id, roles, supervisees, sign_in_id=sign_in_id, must_change_password=False
        )
        with self.house.work(principal) as work:
            sign_in_store.add(
                work.session,
                SignIn(
                    id=sign_in_id,
                    member_id=member_id,
                    token_digest=token_digest(token),
                    created_at=work.now,
                    last_seen_at=work.now,
                    expires_at=work.now + timedelta(days=365),
                ),
            )
        return Person(member_id, name, email, token, principal)

    def key(self, *scopes: Permission, name: str = "Key") -> Machine:
        token, key_id = f"lt_{new_id().hex}", new_id()
        with self.house.work(self.founder) as work:
            work.session.add(
                ApiKey(
                    id=key_id,
                    name=name,
                    prefix=token[:10],
                    token_digest=token_digest(token),
                    scopes=" ".join(sorted(scopes)),
                    created_by=self.founder.id,
                    created_at=work.now,
                )
            )
        return Machine(key_id, token, key_principal(key_id, self.id, frozenset(scopes)))

    def client(self, name: str, clinician: Person) -> Case:
        """A client in an ongoing individual episode with this clinician."""
        episode_id = new_id()
        with self.house.work(self.founder) as work:
            client = clients.add(work, ClientIn(name=name))
            episode = Episode(
                id=episode_id,
                format=EpisodeFormat.INDIVIDUAL,
                kind=EpisodeKind.ONGOING,
                time_zone=ZONE,
                started_at=work.now,
                created_at=work.now,
                updated_at=work.now,
            )
            episode_store.add(work.session, episode, [client.id], work.now)
            episode_store.set_clinicians(work.session, episode, clinician.id, (), work.now)
            assessment_store.refresh(work.session, [episode_id], work.now)
        return Case(client.id, episode_id)


@dataclass
class House:
    """Everything a process has, on one database, with `now` in the test's hands."""

    url: str
    now: datetime = NOW

    @cached_property
    def settings(self) -> Settings:
        """Requests are counted all the same, only far more of them are allowed: the clock stands still."""
        return Settings(
            database_url=self.url,
            master_key=SecretStr(MASTER_KEY),
            requests_per_minute=1_000_000,
            worker_in_process=False,
            allowed_hosts=("testserver",),  # the name under which the test client asks
        )

    @cached_property
    def runtime(self) -> Runtime:
        return Runtime(
            sessions=make_sessions(shared_sql(make_engine(self.url))),
            keyring=Keyring([MASTER_KEY]),
            now=lambda: self.now,
        )

    @cached_property
    def practice(self) -> Practice:
        return self.found("Practice of the test")

    @property
    def founder(self) -> Person:
        return self.practice.founder

    @property
    def clinician(self) -> Person:
        return self.practice.clinician

    @property
    def supervisor(self) -> Person:
        return self.practice.supervisor

    @property
    def lead(self) -> Person:
        return self.practice.lead

    @property
    def admin(self) -> Person:
        return self.practice.admin

    def client(self, name: str, clinician: Person) -> Case:
        return self.practice.client(name, clinician)

    def found(self, name: str) -> Practice:
        """A further tenant. Ask for one to prove that nobody sees into it."""
        practice_id = new_id()
        with unit(self.runtime, OPERATOR) as work:
            practice_store.add(
                work.session, PracticeRow(id=practice_id, name=name, time_zone=ZONE, created_at=work.now)
            )
            key_store.make_for_practice(work.session, work.keyring, practice_id, work.now)
        # The founder is needed to make the practice's people, and is the first of them.
        nobody = Person(practice_id, "", "", "", _setting_up(practice_id))
        practice = Practice(self, practice_id, nobody)
        practice.founder = practice.member(*(set(Role) - {Role.INTEGRATION, Role.SUPERVISOR}), name="Ines Founder")
        return practice

    def wait(self, **span: float) -> datetime:
        """`house.wait(days=3)`: time goes by, nothing else happens."""
        self.now += timedelta(**span)
        return self.now

    def work(self, who: Person | Machine | Principal) -> AbstractContextManager[Work]:
        """A unit of work in which `who` acts; commits at the end."""
        return unit(self.runtime, who if isinstance(who, Principal) else who.principal)

    @contextmanager
    def rows(self, practice: Practice | None = None) -> Iterator[Work]:
        """A unit that sees a whole practice, for looking at what a use case left behind."""
        with unit(self.runtime) as work:
            tenancy.enter(work.session, tenancy.Scope((practice or self.practice).id, members=None))
            yield work

    @cached_property
    def app(self) -> FastAPI:
        """With a state of its own, and the routes of whoever asked first: to make them anew took longer than most tests. Whoever adds
        routes makes an app by `create_app`.
        """
        settings = self.settings.model_dump_json(exclude={"database_url"})
        if settings not in _APPS:
            _APPS[settings] = create_app(self.settings, self.runtime)
        app = copy(_APPS[settings])
        app.state = State(dict(app.state._state))  # Starlette has no way to copy one
        app.state.runtime, app.state.settings = self.runtime, self.settings
        app.state.limiter = RequestLimiter(self.settings.requests_per_minute)
        app.middleware_stack = None
        return app

    def api(self, who: Person | Machine | None = None) -> TestClient:
        """A client that sends `who`'s token with every request; nobody's without one."""
        headers = {} if who is None else {"Authorization": f"Bearer {who.token}"}
        return TestClient(self.app, headers=headers)


@contextmanager
def open_house(url: str) -> Iterator[House]:
    house = House(url)
    yield house
    house.runtime.sessions.kw["bind"].dispose()


def _setting_up(practice_id: UUID) -> Principal:
    """Sees the practice and has no right in it: good for rows, for no use case."""
    return replace(OPERATOR, practice_id=practice_id, permissions=frozenset(), sees=None)


@lru_cache(maxsize=1)
def _password_hash() -> str:
    return passwords.hashed(PASSWORD)
