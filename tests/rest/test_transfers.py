"""Transfers over the API: versions, places, the sheet as text and as a file."""

from tests.support import transfers as ours
from tests.support.house import House
from tests.support.pdfs import Opened


def test_it_is_begun_changed_and_handed_over_by_its_version(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana Moreno", house.clinician)
    api = house.api(house.clinician)
    made = api.post(f"/v1/episodes/{case.episode_id}/transfers", json=ours.AGREED)
    path = made.headers["location"]
    assert (made.status_code, made.headers["etag"], path) == (201, '"v1"', f"/v1/transfers/{made.json()['id']}")
    unfinished = api.post(f"{path}/hand-over", headers={"If-Match": '"v1"'})
    assert (unfinished.status_code, unfinished.json()["code"]) == (422, "transfer_unfinished")
    assert unfinished.json()["errors"][0]["pointer"] == "/to_id"
    body = {**ours.AGREED, **ours.ELSEWHERE, "keep_back_words": "the other job", "words": "Mornings suit her."}
    changed = api.put(path, json=body, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"v2"')
    assert api.put(path, json=body, headers={"If-Match": '"v1"'}).status_code == 412
    assert api.post(f"{path}/hand-over").status_code == 428
    gone = api.post(f"{path}/hand-over", headers={"If-Match": '"v2"'}).json()
    assert gone["state"] == "handed_over"
    (listed,) = api.get(f"/v1/episodes/{case.episode_id}/transfers").json()["items"]
    assert listed["handed"] == gone["handed"]
    text = api.get(f"{path}/sheet").text
    assert text.startswith("HANDOVER\nPractice: ")
    file = api.get(f"{path}/sheet.pdf")
    assert file.headers["content-disposition"] == 'attachment; filename="handover-2026-03-04.pdf"'
    opened = Opened(file.content)
    for words in ("Eight sessions about grief.", "Mornings suit her.", "Ana Moreno", "Dr. Sol Ortega"):
        assert words in text
        assert words in opened.text
    assert "other job" not in text + opened.text
    assert api.get(f"{path}/sheet.pdf").content == file.content
