"""What is stored about an episode: small, without words, and whole again when read."""

import json
from datetime import datetime

import pytest
from hypothesis import given

from api.domain import engagement, weights
from api.domain.evidence import Evidence, UnreadableEvidence
from api.domain.history import History, Rhythm
from tests.domain.arbitrary import histories, instants
from tests.domain.histories import NO_SHOW, assess, history, sessions, time, written

TOLD = history([*sessions(6), time(42, NO_SHOW, who="client-key-of-anna", key="row-7")], written(45))
STORED = assess(TOLD, 60).evidence.to_json()


@given(histories(), instants)
def test_stored_evidence_comes_back_whole(told: History, now: datetime) -> None:
    evidence = engagement.assess(told, Rhythm(), now, weights.load()).evidence
    assert Evidence.from_json(json.loads(json.dumps(evidence.to_json()))) == evidence


def test_stored_evidence_names_nobody_and_no_row() -> None:
    text = json.dumps(STORED)
    assert "anna" not in text
    assert "row-7" not in text


def test_stored_evidence_stays_small_however_long_the_history() -> None:
    many = assess(history(sessions(300)), 2200).evidence.to_json()
    assert len(json.dumps(many)) < 1000


@pytest.mark.parametrize(
    "spoiled",
    [
        {},
        {"form": 0},
        {**STORED, "strands": "none"},
        {**STORED, "strands": [{}]},
        {**STORED, "strands": [1]},
        {**STORED, "away": [["holiday", 1, 2]]},
        {**STORED, "since": "yesterday"},
        {**STORED, "no_clock": "whenever"},
        {**STORED, "reach": "whoever"},
        {key: value for key, value in STORED.items() if key != "reach"},
        {key: value for key, value in STORED.items() if key != "reply_since"},
        {**STORED, "reply_since": "yesterday"},
    ],
)
def test_evidence_of_another_form_asks_for_a_new_assessment(spoiled: dict[str, object]) -> None:
    with pytest.raises(UnreadableEvidence):
        Evidence.from_json(spoiled)
