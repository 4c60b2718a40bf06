"""E-mail addresses and telephone numbers in one canonical form each, so that the same address is found again.

E-mail by email-validator (no look-ups in the network), telephone numbers as E.164 by phonenumbers.
"""

import email_validator
import phonenumbers

from api.domain.errors import Invalid, invalid_field
from schemas.vocabulary import Channel


def canonical(channel: Channel, address: str, *, pointer: str = "/address") -> str:
    """Raises Invalid at `pointer`. A postal address stays as it was written, but for spaces."""
    if channel is Channel.EMAIL:
        return _email(address, pointer)
    if channel in (Channel.SMS, Channel.PHONE):
        return _telephone(address, pointer)
    return " ".join(address.split())


def looked_up(channel: Channel, canonical_address: str) -> str:
    """What two spellings of one address have in common: the form the look-up digest is made of."""
    kind = "telephone" if channel in (Channel.SMS, Channel.PHONE) else channel.value
    return f"{kind}:{canonical_address.casefold()}"


def _email(address: str, pointer: str) -> str:
    try:
        return email_validator.validate_email(address, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        raise invalid_field(pointer, "This is not an e-mail address.") from None


def _telephone(address: str, pointer: str) -> str:
    refused: Invalid = invalid_field(pointer, "Write the number with its country code, such as +34 600 123 456.")
    try:
        number = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException:
        raise refused from None
    if not phonenumbers.is_possible_number(number):
        raise refused
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
