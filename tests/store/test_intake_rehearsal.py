"""What a dry run remembers of a row, in a score of bytes, is what the row said."""

from hypothesis import given
from hypothesis import strategies as st

from api.domain.facts import ClientFact
from api.domain.history import StatusEvent
from api.store.intake.rehearsal import Rehearsal
from tests.domain import arbitrary

REPORTS = st.lists(st.lists(arbitrary.events, max_size=4), max_size=4)


@given(REPORTS)
def test_events_are_remembered_whole_and_in_their_order(reports: list[list[StatusEvent]]) -> None:
    rehearsal = Rehearsal()
    for told in reports:
        rehearsal.keep_events("a", told)
    assert rehearsal.events("a") == ([event for told in reports for event in told] if reports else None)
    assert rehearsal.events("b") is None


def test_clients_are_said_again_as_they_came_and_others_are_not() -> None:
    rehearsal = Rehearsal()
    first, second, other = ClientFact(2, "ana"), ClientFact(3, "ana", client_name="Ana"), ClientFact(4, "bea")
    for facts in ([first, other], [second]):
        rehearsal.keep_clients(facts)
    assert rehearsal.again([ClientFact(9, "ana"), ClientFact(10, "ana")]) == [first, second]
    assert rehearsal.again([ClientFact(9, "cleo")]) == []
