"""A closing letter on its whole way: signed with its note, cosigned, carried by the worker to a real mail server on loopback."""

from api.jobs.deliveries import Courier
from api.outbound.mail import Server, Smtp, Tls
from schemas.vocabulary import LetterState
from tests.support import letters as post
from tests.support import notes
from tests.support.house import House
from tests.support.mail import real_server
from tests.support.messages import address


def test_a_trainees_letter_reaches_the_client_after_the_cosignature(shared_house: House) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana Moreno", trainee)
    address(house, ana, trainee, may_mention_therapy=True)
    content = {**notes.TALKED, "return_path": "Call the desk, <b>any</b> day."}
    body = "Hello {client_first_name}, thank you for the time we had together.\n\n{ways_back}\n\nI wish you well."
    letter = post.write(house, trainee, notes.draft(house, trainee, ana, **content).id, body=body)
    with real_server() as (mailbox, port):
        house.runtime.carrier = Smtp(Server("127.0.0.1", port, "notes@example.org", tls=Tls.NONE, timeout_seconds=5))
        post.sign(house, trainee, letter)
        house.wait(hours=1)
        while Courier(house.runtime).step():
            pass
        assert mailbox.received == []
        assert post.cosign(house, supervisor, letter).episode_ended
        house.wait(minutes=6)
        while Courier(house.runtime).step():
            pass
        (received,) = mailbox.received
    assert received.to == ["ana@example.com"]
    assert received.message["Subject"] == "A note from Tom Ash"
    assert "Hello Ana, thank you for the time we had together.\n\nCall the desk, <b>any</b> day." in received.words
    html = received.message.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;any&lt;/b&gt;" in html.get_content()
    assert post.read(house, supervisor, letter.id).state is LetterState.GONE
