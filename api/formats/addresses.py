"""E-mail addresses and telephone numbers in one canonical form each, so that the same address is found again.

E-mail by email-validator (no look-ups in the network), telephone numbers as E.164 by phonenumbers.
"""

from functools import lru_cache
from importlib import resources

import email_validator
import phonenumbers

from api.domain.errors import Invalid, invalid_field
from schemas.vocabulary import Channel

_WITHOUT_TEXTS = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.VOICEMAIL,
        phonenumbers.PhoneNumberType.UAN,
    }
)


def canonical(channel: Channel, address: str, *, zone: str | None = None, pointer: str = "/address") -> str:
    """Raises Invalid at `pointer`. A postal address stays as it was written, but for spaces.

    A number without its country is one of the country in which the time zone lies, if it could be a real one there: a guess
    must not lead to a stranger.
    """
    if channel is Channel.EMAIL:
        return _email(address, pointer)
    if channel in (Channel.SMS, Channel.PHONE):
        return _telephone(address, pointer, _country(zone) if zone else None)
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


def telephone(address: str) -> str:
    """As E.164, from a number that names its country. Raises Invalid."""
    return _telephone(address, "/address", None)


def require_texts(channel: Channel, canonical_address: str, *, pointer: str = "/address") -> None:
    """Some numbers are known to get no text messages. Raises Invalid."""
    if channel is Channel.SMS and phonenumbers.number_type(phonenumbers.parse(canonical_address)) in _WITHOUT_TEXTS:
        raise invalid_field(pointer, "A number of this kind gets no text messages. Record it for calls.")


def _telephone(address: str, pointer: str, country: str | None) -> str:
    refused: Invalid = invalid_field(pointer, "Write the number with its country code, such as +34 600 123 456.")
    try:
        number = phonenumbers.parse(address, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        raise refused from None
    if number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY:
        fits = country is not None and phonenumbers.is_valid_number_for_region(number, country)
    else:
        fits = phonenumbers.is_possible_number(number)
    if not fits:
        raise refused
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """By zone, as the time zone database has them. A name that is only an older spelling has none."""
    text = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def _country(zone: str) -> str | None:
    return _countries().get(zone)
