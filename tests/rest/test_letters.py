"""Closing letters over the API: written, signed with the note, refused with codes, and nobody's but a person's."""

from api.domain.access import KEY_SCOPES
from tests.support import letters as post
from tests.support import notes
from tests.support.house import House
from tests.support.messages import address


def test_written_and_approved_with_the_signature(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    ana = house.client("Ana Moreno", elena)
    address(house, ana, elena)
    note, api = notes.draft(house, elena, ana), house.api(elena)
    made = api.post("/v1/letters", json={"note_id": str(note.id), "body": post.PLAIN})
    assert made.status_code == 201, made.text
    letter = made.json()
    assert (letter["state"], letter["note_signed"], letter["review"]["verdict"]) == ("draft", False, "ok")
    assert made.headers["location"] == f"/v1/letters/{letter['id']}"
    path, match = f"/v1/letters/{letter['id']}", {"If-Match": made.headers["etag"]}
    early = api.post(f"{path}/approve", json={}, headers=match)
    assert (early.status_code, early.json()["code"]) == (409, "letter_with_note")
    again = api.post("/v1/letters", json={"note_id": str(note.id)})
    assert (again.status_code, again.json()["code"]) == (409, "letter_exists")
    stale = {"letter": {"letter_id": letter["id"], "version": letter["version"] + 1}}
    sign = f"/v1/termination-notes/{note.id}/sign"
    assert api.post(sign, json=stale, headers={"If-Match": '"v1"'}).status_code == 412
    told = {"letter": {"letter_id": letter["id"], "version": letter["version"]}}
    signed = api.post(sign, json=told, headers={"If-Match": '"v1"', "Idempotency-Key": "once"})
    assert signed.json()["episode_ended"] is True, signed.text
    assert api.post(sign, json=told, headers={"If-Match": '"v1"', "Idempotency-Key": "once"}).json() == signed.json()
    found = api.get("/v1/letters", params={"note_id": str(note.id)}).json()["items"]
    assert [(one["state"], one["approved_by"]) for one in found] == [("approved", str(elena.id))]
    assert api.get(f"{path}/text").text == f"{post.PLAIN}\n"


def test_where_it_may_not_go_nothing_is_signed_and_the_reasons_are_told(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    note, api = notes.draft(house, elena, house.client("Ana", elena)), house.api(elena)
    letter = api.post("/v1/letters", json={"note_id": str(note.id), "body": post.PLAIN}).json()
    told = {"letter": {"letter_id": letter["id"], "version": letter["version"]}}
    refused = api.post(f"/v1/termination-notes/{note.id}/sign", json=told, headers={"If-Match": '"v1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "may_not_contact")
    assert [one["code"] for one in refused.json()["reasons"]] == ["no_address"]
    assert api.get(f"/v1/termination-notes/{note.id}").json()["state"] == "draft"


def test_no_key_writes_or_reads_one(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    note = notes.draft(house, elena, house.client("Ana", elena))
    letter = post.write(house, elena, note.id)
    key = house.api(house.practice.key(*KEY_SCOPES))
    assert key.get(f"/v1/letters/{letter.id}").status_code == 403
    assert key.post("/v1/letters", json={"note_id": str(note.id)}).status_code == 403


def test_control_characters_are_refused_by_the_name_of_their_field(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    ana = house.client("Ana", elena)
    note, api = notes.draft(house, elena, ana), house.api(elena)
    for path, method, body, pointer in (
        ("/v1/letters", "POST", {"note_id": str(note.id), "body": "a\x07b"}, "/body"),
        ("/v1/letters", "POST", {"note_id": str(note.id), "subject": "a\nb"}, "/subject"),
        (
            f"/v1/episodes/{ana.episode_id}/closing-session/agenda",
            "PUT",
            {"parts": [{"part": "review", "words": "a\x00b"}]},
            "/parts/0/words",
        ),
    ):
        answer = api.request(method, path, json=body, headers={"If-Match": '"v0"'})
        assert answer.status_code == 422, answer.text
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
