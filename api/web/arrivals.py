"""The words that pages use for what a provider says of a text message that did not arrive."""

NOT_ARRIVED = {
    "opted_out": "The number asked the provider for no more text messages.",
    "invalid_number": "There is no such number.",
    "not_a_mobile_number": "This number gets no text messages.",
    "landline": "This number gets no text messages.",
    "unknown_number": "There is no such number, or it is out of use.",
    "telephone_not_reachable": "The telephone was switched off or out of reach.",
    "blocked": "It was blocked on the way.",
    "filtered_on_the_way": "A network on the way held it back.",
    "country_not_enabled": "The provider does not send to this country for you.",
    "not_reachable_from_here": "The provider cannot reach this number.",
    "sender_not_registered": "Your number is not registered for sending there.",
    "sender_not_verified": "Your number is not verified for sending there.",
    "too_long": "It was too long.",
}
