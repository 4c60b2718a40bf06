"""Termination notes over the API: versions, problems with their codes, and the text to paste."""

from typing import Any

from starlette.testclient import TestClient

from api.rest.examples import BODIES
from tests.support import notes
from tests.support.house import Case, House

NOTE: dict[str, Any] = dict(BODIES["NoteContent"])


def begun(api: TestClient, case: Case, **content: Any) -> dict[str, Any]:  # noqa: ANN401  # any part of a note
    body = {"episode_id": str(case.episode_id), **content}
    answer = api.post("/v1/termination-notes", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"v1"'
    assert answer.headers["location"] == f"/v1/termination-notes/{answer.json()['id']}"
    made: dict[str, Any] = answer.json()
    return made


def test_a_note_from_draft_to_addendum(shared_house: House) -> None:
    house = shared_house
    api, case = house.api(house.clinician), house.client("Ana", house.clinician)
    note = begun(api, case)
    path = f"/v1/termination-notes/{note['id']}"
    unfinished = api.post(f"{path}/sign", headers={"If-Match": '"v1"'})
    assert (unfinished.status_code, unfinished.json()["code"]) == (422, "note_unfinished")
    named = {error["pointer"]: error["detail"] for error in unfinished.json()["errors"]}
    assert named == {f"/{name}": why for name, why in note["required"].items()}
    saved = api.put(path, json=NOTE, headers={"If-Match": '"v1"'})
    assert (saved.status_code, saved.headers["etag"]) == (200, '"v2"')
    again = api.put(path, json=NOTE, headers={"If-Match": '"v1"'})
    assert (again.status_code, again.headers["etag"]) == (200, '"v2"'), "what is stored already is no clash"
    clash = api.put(path, json={**NOTE, "progress": "Other words."}, headers={"If-Match": '"v1"'})
    assert (clash.status_code, clash.json()["code"]) == (412, "changed_meanwhile")
    signed = api.post(f"{path}/sign", headers={"If-Match": '"v2"'})
    assert (signed.status_code, signed.json()["state"], signed.json()["episode_ended"]) == (200, "signed", True)
    assert api.get(f"/v1/episodes/{case.episode_id}").json()["ended_at"] is not None
    again = api.put(path, json=NOTE, headers={"If-Match": '"v3"'})
    assert (again.status_code, again.json()["code"]) == (409, "note_signed")
    added = api.post(f"{path}/addenda", json=BODIES["NoteAddendumIn"])
    assert added.status_code == 201
    shown = api.get(path)
    assert shown.headers["etag"] == '"v3"'
    assert [one["words"] for one in shown.json()["addenda"]] == ["The records were sent to the new clinic on 4 May."]
    text = api.get(f"{path}/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Client: Ana\n" in text.text
    assert "I trust my feet again." in text.text


def test_a_draft_begun_by_mistake_is_thrown_away_and_nothing_signed_is(shared_house: House) -> None:
    house = shared_house
    api, case = house.api(house.clinician), house.client("Ana", house.clinician)
    path = f"/v1/termination-notes/{begun(api, case, **NOTE)['id']}"
    assert api.delete(path, headers={"If-Match": '"v7"'}).status_code == 412
    assert api.delete(path, headers={"If-Match": '"v1"'}).status_code == 204
    assert api.get(path).status_code == 404
    path = f"/v1/termination-notes/{begun(api, case, **NOTE)['id']}"
    api.post(f"{path}/sign", headers={"If-Match": '"v1"'}).raise_for_status()
    refused = api.delete(path, headers={"If-Match": '"v2"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "note_signed")
    assert api.request("PATCH", path, json={}).status_code == 405


def test_a_draft_that_is_owed_or_was_returned_stays(shared_house: House) -> None:
    house = shared_house
    api, case = house.api(house.founder), house.client("Ana", house.founder)
    ended = api.post(f"/v1/episodes/{case.episode_id}/end", json=BODIES["EpisodeEndIn"]).json()
    path = f"/v1/termination-notes/{ended['draft_ids'][0]}"
    owed = api.delete(path, headers={"If-Match": api.get(path).headers["etag"]})
    assert (owed.status_code, owed.json()["code"]) == (409, "note_owed")
    waits = notes.waiting(house)
    path = f"/v1/termination-notes/{waits.id}"
    supervisor = house.api(house.supervisor)
    supervisor.post(f"{path}/return", json=BODIES["NoteReturnIn"], headers={"If-Match": '"v2"'}).raise_for_status()
    kept = house.api(house.clinician).delete(path, headers={"If-Match": '"v3"'})
    assert (kept.status_code, kept.json()["code"]) == (409, "note_signed")


def test_a_note_that_waits_is_listed_for_whoever_cosigns_it(shared_house: House) -> None:
    house = shared_house
    supervisor, clinician = house.api(house.supervisor), house.api(house.clinician)
    note = begun(clinician, house.client("Ana", house.clinician), **NOTE)
    path = f"/v1/termination-notes/{note['id']}"
    waits = clinician.post(f"{path}/sign", headers={"If-Match": '"v1"'}).json()
    assert (waits["state"], waits["episode_ended"]) == ("awaiting_cosign", False)
    for who, expected in ((supervisor, [note["id"]]), (house.api(house.lead), [note["id"]]), (clinician, [])):
        listed = who.get("/v1/termination-notes?to_cosign=true")
        assert [one["id"] for one in listed.json()["items"]] == expected
        assert "feet" not in listed.text
    denied = clinician.post(f"{path}/cosign", headers={"If-Match": '"v2"'})
    assert (denied.status_code, denied.json()["code"]) == (403, "not_allowed")
    sent_back = supervisor.post(f"{path}/return", json=BODIES["NoteReturnIn"], headers={"If-Match": '"v2"'})
    assert sent_back.json()["state"] == "draft"
    assert clinician.get(path).json()["returned_reason"] == "Please add how safe the client said they felt."
    clinician.post(f"{path}/sign", headers={"If-Match": '"v3"'}).raise_for_status()
    cosigned = supervisor.post(f"{path}/cosign", headers={"If-Match": '"v4"'})
    assert (cosigned.json()["state"], cosigned.json()["episode_ended"]) == ("signed", True)


def test_a_signature_that_is_sent_twice_is_one(shared_house: House) -> None:
    house = shared_house
    api = house.api(house.clinician)
    note = begun(api, house.client("Ana", house.clinician), **NOTE)
    headers = {"If-Match": '"v1"', "Idempotency-Key": f"sign-{note['id']}"}
    first = api.post(f"/v1/termination-notes/{note['id']}/sign", headers=headers)
    second = api.post(f"/v1/termination-notes/{note['id']}/sign", headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert len(api.get(f"/v1/termination-notes/{note['id']}").json()["signatures"]) == 1


def test_an_ending_without_a_note(shared_house: House) -> None:
    house = shared_house
    api, case = house.api(house.clinician), house.client("Ana", house.clinician)
    ended = api.post(f"/v1/episodes/{case.episode_id}/end", json=BODIES["EpisodeEndIn"])
    assert (ended.status_code, ended.json()["ending"]) == (200, "client_told_us")
    assert len(ended.json()["draft_ids"]) == 1
    again = api.post(f"/v1/episodes/{case.episode_id}/end", json=BODIES["EpisodeEndIn"])
    assert (again.status_code, again.json()["code"]) == (409, "episode_ended")
