"""Text messages through Twilio's REST API (version 2010-04-01), and the forms it sends us, signed.

Creating a message has no idempotency key, so what counts is the first byte of the request: before it the other side has
nothing; after it, without an answer that says so, nobody on our side can know. The caller puts on record that the byte
comes now. Such a message is settled by the list of messages, by a signed report on it, or by a person, and never sent again.
Neither log nor outcome holds a number, a word of the message or what the provider wrote.
"""

import base64
import hashlib
import hmac
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from html import escape
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import httpx

from api.domain.standings import Course
from api.outbound.mail import Announce, End, HandedOver
from api.outbound.texts import Answer, Fields, Incoming, Keyword, Standing, Text

_FIRST_BYTE = "http11.send_request_headers.started"
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_LISTED = 50
_CLOCKS_DIFFER = timedelta(minutes=5)
_LONGEST_WAIT_SECONDS = 24 * 60 * 60

# Error codes of the provider, in words for the record. https://www.twilio.com/docs/api/errors has them all.
_NO_SUCH = {21211: "invalid_number", 21614: "not_a_mobile_number", 21635: "landline"}
_OURS = {
    20003: "not_let_in",
    20404: "no_such_account",
    21609: "wrong_report_address",
    21701: "no_such_service",
    21703: "no_sender",
    21704: "no_sender",
}
_SAID = {
    **_NO_SUCH,
    **_OURS,
    21408: "country_not_enabled",
    21610: "opted_out",
    21612: "not_reachable_from_here",
    21617: "too_long",
    30003: "telephone_not_reachable",
    30004: "blocked",
    30005: "unknown_number",
    30006: "landline",
    30007: "filtered_on_the_way",
    30008: "unknown_on_the_way",
    30032: "sender_not_verified",
    30034: "sender_not_registered",
}
_OPTED_OUT = 21610
_COURSES = {
    "accepted": Course.WITH_PROVIDER,
    "scheduled": Course.WITH_PROVIDER,
    "queued": Course.WITH_PROVIDER,
    "sending": Course.WITH_PROVIDER,
    "sent": Course.WITH_PROVIDER,
    "delivered": Course.DELIVERED,
    "read": Course.DELIVERED,
    "undelivered": Course.NOT_DELIVERED,
    "failed": Course.NOT_DELIVERED,
    "canceled": Course.NOT_DELIVERED,
}


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the provider. `auth_token` proves what the provider sends; with `key` (id, secret) that opens the API instead."""

    sid: str
    auth_token: str
    service_sid: str
    report_to: str
    key: tuple[str, str] | None = None
    base_url: str = "https://api.twilio.com"
    timeout_seconds: float = 20


class _Handing:
    """Knows whether the first byte has gone. If `announce` raises, it has not."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self.begun = False

    def __call__(self, event: str, _info: Mapping[str, object]) -> None:
        if event == _FIRST_BYTE and not self.begun:
            self._announce()
            self.begun = True


class Twilio:
    """One connection per message: one that was kept open could be closed by the other side just as we begin."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def hand_over(self, text: Text, announce: Announce) -> HandedOver:
        form = {
            "To": text.to,
            "MessagingServiceSid": self._account.service_sid,
            "Body": text.body,
            "StatusCallback": f"{self._account.report_to}?{urlencode({'m': text.message_id})}",
        }
        handing = _Handing(announce)
        try:
            with self._client() as client:
                answer = client.post(self._messages, data=form, extensions={"trace": handing})
        except (httpx.HTTPError, OSError) as error:
            kind = type(error).__name__
            if handing.begun:
                return HandedOver(End.UNKNOWN, f"no_answer_{kind}"[:60])
            return HandedOver(End.NOT_TAKEN, f"no_connection_{kind}"[:60])
        return _outcome(answer)

    def look_up(self, text: Text, since: datetime) -> Standing | None:
        """By the number and the whole text, in which the link is like no other. Not by the day it was sent: it may wait still."""
        try:
            with self._client() as client:
                answer = client.get(self._messages, params={"To": text.to, "PageSize": _LISTED})
        except (httpx.HTTPError, OSError):
            return None
        listed = _read(answer).get("messages") if answer.status_code == HTTPStatus.OK else None
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and _is_this(one, text, since - _CLOCKS_DIFFER):
                found = _standing(str(one.get("sid") or ""), str(one.get("status") or ""), one.get("error_code"))
                if found is not None:
                    return found
        return None

    def is_genuine(self, url: str, fields: Fields, signature: str) -> bool:
        """The address with and without its port: the provider signs either way, depending on who stands between.

        And about a message of this account: other forms that are signed with its token are for other addresses.
        """
        if not self._is_about_a_message(fields):
            return False
        expected = (signed(one, fields, self._account.auth_token) for one in _spellings(url))
        return any(hmac.compare_digest(signature.encode(), one.encode()) for one in expected)

    def standing(self, fields: Fields) -> Standing | None:
        told = dict(fields)
        return _standing(told.get("MessageSid", ""), told.get("MessageStatus", ""), told.get("ErrorCode"))

    def incoming(self, fields: Fields) -> Incoming | None:
        told = dict(fields)
        provider_id, sender = told.get("MessageSid", ""), told.get("From", "")
        if not provider_id or not sender.startswith("+"):
            return None
        pictures, kind = told.get("NumMedia", "0"), told.get("OptOutType", "").lower()
        return Incoming(
            provider_id=provider_id,
            sender=sender,
            words=told.get("Body", ""),
            pictures_count=int(pictures) if pictures.isdecimal() else 0,
            answered=Keyword(kind) if kind in list(Keyword) else None,
        )

    def answer(self, words: str | None) -> Answer:
        said = "" if words is None else f"<Message>{escape(words, quote=False)}</Message>"
        return Answer("text/xml", f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'.encode())

    def _is_about_a_message(self, fields: Fields) -> bool:
        accounts, messages = ([value for name, value in fields if name == one] for one in ("AccountSid", "MessageSid"))
        return set(accounts) == {self._account.sid} and len(messages) == 1 and bool(_SID.fullmatch(messages[0]))

    @property
    def _messages(self) -> str:
        return f"/2010-04-01/Accounts/{self._account.sid}/Messages.json"

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _client(self) -> httpx.Client:
        """What the environment says about proxies and certificates is not asked: what is not a setting cannot be configured."""
        one = self._account
        return httpx.Client(
            base_url=one.base_url,
            auth=one.key or (one.sid, one.auth_token),
            timeout=one.timeout_seconds,
            verify=self._trusted,
            trust_env=False,
            follow_redirects=False,
        )


def signed(url: str, fields: Fields, auth_token: str) -> str:
    """HMAC-SHA1 over the address and each name with its value, by name: how the provider signs a form.

    https://www.twilio.com/docs/usage/security has it, with an example that a test holds this to.
    """
    said = "".join(name + value for name, value in sorted(set(fields)))
    mac = hmac.new(auth_token.encode(), (url + said).encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def _spellings(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return tuple(dict.fromkeys([url, *(parts._replace(netloc=one).geturl() for one in (host, f"{host}:{port}"))]))


def _outcome(answer: httpx.Response) -> HandedOver:
    status, told = answer.status_code, _read(answer)
    if answer.is_success:
        sid = told.get("sid")
        return HandedOver(End.TAKEN, provider_id=sid if isinstance(sid, str) else None)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return HandedOver(End.NOT_TAKEN, "too_many", wait_seconds=_wait_seconds(answer))
    if answer.is_client_error and status != HTTPStatus.REQUEST_TIMEOUT:
        return _refused(status, told.get("code"))
    if answer.is_redirect:
        return HandedOver(End.NOT_TAKEN, f"status_{status}")
    return HandedOver(End.UNKNOWN, f"status_{status}")


def _refused(status: int, said: object) -> HandedOver:
    """A wrong password or a service without a sender is ours to put right, so the message may wait."""
    number = said if isinstance(said, int) else 0
    code = _in_words(number) if number else f"status_{status}"
    if number == _OPTED_OUT:
        return HandedOver(End.OPTED_OUT, code)
    if number in _NO_SUCH:
        return HandedOver(End.NO_SUCH_ADDRESS, code)
    if number in _OURS or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        return HandedOver(End.NOT_TAKEN, code)
    return HandedOver(End.REFUSED, code)


def _wait_seconds(answer: httpx.Response) -> int:
    """A number of seconds; a date instead of one is not worth reading, since we wait anyhow."""
    said = answer.headers.get("Retry-After", "")
    return min(int(said), _LONGEST_WAIT_SECONDS) if said.isdecimal() and len(said) < 10 else 0  # noqa: PLR2004  # no wait has more digits


def _read(answer: httpx.Response) -> dict[str, object]:
    try:
        told = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_this(one: Mapping[str, object], text: Text, since: datetime) -> bool:
    """The body may have something before it on a trial account, and the provider trims its end."""
    try:
        made_at = parsedate_to_datetime(str(one.get("date_created")))
    except ValueError:
        return False
    said = str(one.get("body") or "").replace("\r\n", "\n").strip()
    return made_at >= since and str(one.get("direction")).startswith("outbound") and said.endswith(text.body.strip())


def _standing(provider_id: str, status: str, error: object) -> Standing | None:
    course = _COURSES.get(status)
    if not provider_id or course is None:
        return None
    number = int(error) if isinstance(error, int | str) and str(error).isdecimal() else 0
    if course is Course.NOT_DELIVERED and number == _OPTED_OUT:
        course = Course.OPTED_OUT
    return Standing(provider_id, course, _in_words(number) if number else "")


def _in_words(number: int) -> str:
    return _SAID.get(number, f"provider_{number}")
