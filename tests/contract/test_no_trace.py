"""What a client told in confidence leaves their clinician no trace: not a byte of any answer, and no entry of the trail.

The clinician of this test holds every role a person may hold, leads the practice and reads the trail. Every GET route and every
page is asked before and after, so that whoever adds one finds it held to this too.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import event
from starlette.testclient import TestClient

from api.store import members as member_store
from schemas.vocabulary import Role
from tests.contract.routes import ROUTES
from tests.contract.world import World
from tests.support import links as messages
from tests.support.house import House, Person
from tests.support.links import Sent

pytestmark = pytest.mark.slow

READ = [route for route in ROUTES if route.method == "GET"]
# Reading leaves entries of one's own in the trail. Everybody else's are compared.
_OWN_ENTRY = re.compile(r"<tr>(?:(?!</tr>).)*</tr>", re.DOTALL)
_ARTICLE = re.compile(r"<article>(?:(?!</article>).)*</article>", re.DOTALL)
_OTHERS = ("Nobody signed in", "concern", "Whoever Reads")
# How often one asked is counted in lots, and that one is here once a minute: at each so-many-th request, whatever it is for.
_ONES_OWN_COUNT = re.compile(r"request_windows|UPDATE sign_ins|^BEGIN|^COMMIT|^ROLLBACK|SAVEPOINT")
_CHANGES_BY_ITSELF = {"x-request-id", "content-length", "date"}


@dataclass(frozen=True)
class Answer:
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    statements: tuple[str, ...]


class Observer:
    """Looks at everything that can be looked at, over and over; also at which statements each answer takes, and how many:
    that is what its time could tell, without a clock's noise.
    """

    def __init__(self, world: World, who: Person, message: Sent) -> None:
        self.world, self.who, self.message = world, who, message

    def see(self) -> list[Answer]:
        return [self._seen(client, path) for client, path in self._everything()]

    def _everything(self) -> Iterator[tuple[TestClient, str]]:
        """The trail first, before one's own looking pushes everything else off its first page."""
        api = self.world.house.api(self.who)
        browser = TestClient(
            self.world.house.app,
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
            cookies={"leavetaking": self.who.token},
            follow_redirects=False,
        )
        yield api, "/v1/audit?limit=200"
        yield browser, "/practice/audit"
        for path in self._addresses:
            yield api, path
        for query in ("?handled=true", "?limit=1"):
            yield api, f"/v1/replies{query}"
            yield api, f"/v1/concerns{query}"
        yield api, f"/v1/audit?subject_id={self.world.case.client_id}"
        yield api, f"/v1/audit?subject_id={self.message.check_in_id}"
        yield api, f"/v1/caseload?clinician={self.who.id}"
        for path in self._pages():
            yield browser, path

    def _pages(self) -> list[str]:
        found = []
        for context in iter_route_contexts(self.world.house.app.routes):
            path = context.path or ""
            if "GET" not in (context.methods or ()) or path.startswith(("/v1", "/static", "/healthz", "/readyz")):
                continue
            values = {
                name: self.message.token if name == "token" else "thanks" if name == "said" else self._id(name)
                for name in re.findall(r"{(\w+)}", path)
            }
            found.append(path.format(**values))
        return [*found, "/concerns?handled=yes"]

    @cached_property
    def _addresses(self) -> list[str]:
        """Found once: some of what an address names is made anew each time that it is asked for."""
        return [self.world.address(route) for route in READ]

    def _id(self, name: str) -> str:
        if name == "check_in_id":
            return str(self.message.check_in_id)
        return str(getattr(self.world, name, None) or getattr(self.world.case, name))

    def _seen(self, client: TestClient, path: str) -> Answer:
        asked: list[str] = []
        engine = self.world.house.runtime.sessions.kw["bind"]

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not _ONES_OWN_COUNT.search(statement):
                asked.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            answer = client.get(path)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code < 500, path
        kept = {name: value for name, value in answer.headers.items() if not self._differs(name)}
        return Answer(
            path,
            answer.status_code,
            tuple(sorted(kept.items())),
            self._without_oneself(path, answer.content),
            # The record and the trail hold that one looked, and so grow by each look.
            () if path.endswith("/export") or "audit" in path else tuple(asked),
        )

    def _differs(self, name: str) -> bool:
        return name in _CHANGES_BY_ITSELF or name.startswith("ratelimit-")

    def _without_oneself(self, path: str, content: bytes) -> str:
        if path.endswith("/export"):
            return self._record(content)
        body = content.decode(errors="backslashreplace")
        if path.startswith("/v1/audit"):
            told: dict[str, Any] = json.loads(body)
            others = [one for one in told["items"] if one["actor_id"] != str(self.who.id)]
            return json.dumps(others)
        if path.startswith("/practice/audit"):
            return "\n".join(row for row in _OWN_ENTRY.findall(body) if any(one in row for one in _OTHERS))
        return body.replace(self.who.token, "")

    def _record(self, packed: bytes) -> str:
        """A client's whole record, without the entries about having read it oneself."""
        with zipfile.ZipFile(io.BytesIO(packed)) as record:
            files = {name: record.read(name).decode() for name in record.namelist()}
        told = self._without_own_entries(json.loads(files.pop("record.json")))
        articles = _ARTICLE.findall(files.pop("record.html"))
        kept = [one for one in articles if not ("actor id" in one and self.who.name in one)]
        assert kept
        return json.dumps([told, kept, files])

    def _without_own_entries(self, told: object) -> object:
        if isinstance(told, dict):
            return {name: self._without_own_entries(one) for name, one in told.items()}
        if not isinstance(told, list):
            return told
        mine = str(self.who.id)
        return [
            self._without_own_entries(one)
            for one in told
            if not (isinstance(one, dict) and one.get("actor_id") == mine)
        ]


@pytest.fixture
def observed(world: World) -> Observer:
    """A clinician who is also lead, admin and supervisor, of a colleague; somebody else leads the practice too."""
    world.practice.member(Role.PRACTICE_LEAD, name="Somebody Else")
    colleague, who = world.practice.clinician, world.founder
    with world.house.work(who) as work:
        member_store.set_roles(work.session, who.id, set(Role) - {Role.INTEGRATION})
        member_store.set_supervisees(work.session, who.id, [colleague.id], work.now)
    message = world.message
    # There before anybody looks: what is decided under it is decided alike each time.
    assert world.flag_id
    return Observer(world, world.founder, message)


@pytest.mark.parametrize(
    "form",
    [
        {"in_confidence": "yes", "reasons": ["spoken_to_harshly"], "words": "So it was."},
        {"answer": "another_person", "words": "Gladly somebody else."},
        {"answer": "finished_for_now", "reasons": ["moved", "exploited_or_abused"], "words": "STOP"},
        {"in_confidence": "yes", "words": "Please do not write to me. I want to die."},
    ],
    ids=["apart", "another person", "beside an answer", "words alone"],
)
def test_what_is_told_in_confidence_changes_no_byte_of_what_the_clinician_sees(
    street: House, observed: Observer, form: dict[str, object]
) -> None:
    observed.see()  # whatever is made when it is first asked for
    before = observed.see()
    assert len(before) > 75
    anybody = TestClient(street.app, headers={"Accept": "text/html"}, follow_redirects=False)
    answer = anybody.post(observed.message.path, data=form)
    assert answer.headers["location"].endswith(("/thanks?lang=en", "/help?lang=en"))
    after = observed.see()
    assert [one.path for one in before] == [one.path for one in after]
    for former, later in zip(before, after, strict=True):
        assert later == former, former.path


def test_who_looks_holds_every_role_of_a_person(observed: Observer) -> None:
    told = observed.world.house.api(observed.who).get("/v1/me").json()
    assert set(told["roles"]) == set(Role) - {Role.INTEGRATION}


def test_the_comparison_would_find_an_ordinary_answer(street: House, observed: Observer) -> None:
    observed.see()
    before = observed.see()
    anybody = TestClient(street.app, headers={"Accept": "text/html"}, follow_redirects=False)
    anybody.post(observed.message.path, data={"answer": "come_back"})
    changed = {one.path for one, later in zip(before, observed.see(), strict=True) if one != later}
    assert {"/v1/replies", "/replies", "/v1/caseload", "/caseload", "/v1/audit?limit=200", "/practice/audit"} <= changed


def test_its_reader_sees_it(world: World) -> None:
    lead = world.practice.member(Role.PRACTICE_LEAD)
    concern = messages.concern(world.house, world.case, lead, world.message)
    assert world.house.api(lead).get(f"/v1/concerns/{concern}").json()["words"] == "So it was."
    assert world.house.api(world.founder).get(f"/v1/concerns/{concern}").status_code == 404


_IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_INSTANTS = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")


def _alike(answer: Answer) -> tuple[object, ...]:
    """But for ids and instants, the address of the founder and the secret of a link."""
    told = (answer.path, str(answer.headers), answer.body)
    plain = (_INSTANTS.sub("AT", _IDS.sub("ID", text)) for text in told)
    return answer.status, *(re.sub(r"[\w.+-]+@[\w.-]+|/r/[\w-]+", "ADDRESS", text) for text in plain)


def _seen_while_paused_and_after(house: House, *, by_hand: bool) -> list[list[Answer]]:
    world = World(house)
    lead = world.practice.member(Role.PRACTICE_LEAD, name="Whoever Reads")
    observed = Observer(world, world.founder, world.message)
    concern = messages.concern(house, world.case, lead, observed.message)
    observed.see()
    reader, flags = house.api(lead), f"/v1/clients/{world.case.client_id}/flags"
    if by_hand:
        made = reader.post(flags, json={"kind": "practice_hold"})
        lift = f"{flags}/{made.json()['id']}/clear"
    else:
        made = reader.post(f"/v1/concerns/{concern}/hold")
        lift = f"/v1/concerns/{concern}/lift"
    assert made.is_success, made.text
    house.wait(minutes=1)
    paused = observed.see()
    lifted = reader.post(lift, json={} if by_hand else None)
    assert lifted.is_success, lifted.text
    return [paused, observed.see()]


def test_a_hold_for_what_was_told_in_confidence_reads_like_any_other(street: House) -> None:
    """Asked for by the same lead, in two practices that are alike: nothing of it tells which of the two it is."""
    for_a_concern = _seen_while_paused_and_after(street, by_hand=False)
    street.wait(minutes=-1)
    by_hand = _seen_while_paused_and_after(street, by_hand=True)
    for former, later in zip(for_a_concern, by_hand, strict=True):
        assert len(former) == len(later)
        for one, other in zip(former, later, strict=True):
            assert _alike(other) == _alike(one), one.path
