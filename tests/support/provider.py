"""A stand-in of the text-message provider's API on loopback: a real HTTP server that is as strict as what is published of it.

It takes `POST` and `GET /2010-04-01/Accounts/{sid}/Messages.json` with Basic authentication, refuses what the published
description does not know, and can be told to answer otherwise, to hang, or to hang up.
"""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from api.outbound.sms import Account, signed
from tests.support.clock import NOW

ACCOUNT = "AC" + "0a" * 16
SERVICE = "MG" + "0b" * 16
KEY = "SK" + "0c" * 16
TOKEN = "a token that signs and opens"
SECRET = "the secret of a key"
PUBLIC = "https://notes.example"
_PATIENCE = 60.0
_PATH = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages\.json$")
_E164 = re.compile(r"^\+[1-9]\d{6,14}$")
_TAKES = {"To", "MessagingServiceSid", "Body", "StatusCallback"}
_LISTS_BY = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
_MESSAGES = {
    20003: "Authenticate",
    21211: "Invalid 'To' Phone Number",
    21610: "Attempt to send to unsubscribed recipient",
}


class Trouble(StrEnum):
    """What it does instead of answering. At `TAKES_AND_HANGS_UP` it has the message and nobody hears of it."""

    HANGS = "hangs"
    HANGS_UP = "hangs_up"
    TAKES_AND_HANGS_UP = "takes_and_hangs_up"
    NO_JSON = "no_json"


@dataclass
class Provider:
    """`status` and `code` are answered to a new message instead of taking it. `requests` are those that were whole."""

    port: int = 0
    status: int = 201
    code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    trouble: Trouble | None = None
    complaints: list[str] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    messages: list[dict[str, object]] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], datetime] = lambda: NOW

    def account(self, **more: object) -> Account:
        given: dict[str, object] = {
            "sid": ACCOUNT,
            "auth_token": TOKEN,
            "service_sid": SERVICE,
            "report_to": f"{PUBLIC}/hooks/sms/status",
            "base_url": f"http://127.0.0.1:{self.port}",
            "timeout_seconds": 5,
        }
        return Account(**(given | more))  # type: ignore[arg-type]  # whatever an account takes

    def take(self, form: dict[str, str]) -> dict[str, object]:
        """A message as it stands in the list from then on."""
        name = sid(len(self.messages))
        at = format_datetime(self.clock())
        message: dict[str, object] = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": form["Body"].strip(),
            "date_created": at,
            "date_sent": None,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": None,
            "messaging_service_sid": form["MessagingServiceSid"],
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": name,
            "status": "accepted",
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{name}/Media.json"},
            "to": form["To"],
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{name}.json",
        }
        self.messages.insert(0, message)
        return message


@contextmanager
def provider() -> Iterator[Provider]:
    """Whoever is not asked as published is told so, and the test fails at its end."""
    stand_in = Provider()

    class Handler(_Handler):
        provider = stand_in

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stand_in.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield stand_in
        finally:
            stand_in.go_on.set()
            server.shutdown()
    assert stand_in.complaints == []


def sid(number: int) -> str:
    """As the provider names a message."""
    return f"SM{number:032x}"


def form_of(fields: dict[str, str], path: str, *, token: str = TOKEN) -> tuple[bytes, dict[str, str]]:
    """The body and the headers with which the provider sends a form about our account to an address of ours."""
    fields = {"AccountSid": ACCOUNT} | fields
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signed(PUBLIC + path, list(fields.items()), token),
    }
    return urlencode(fields).encode(), headers


class _Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        form = self._form()
        if form is None or not self._is_let_in():
            return
        self.provider.requests.append(form)
        trouble = self.provider.trouble
        if trouble is Trouble.HANGS:
            self.provider.go_on.wait(_PATIENCE)
        if trouble is Trouble.TAKES_AND_HANGS_UP:
            self.provider.take(form)
        if trouble is not None and trouble is not Trouble.NO_JSON:
            self.close_connection = True
            return
        if self.provider.status != 201:
            code = self.provider.code
            self._say(self.provider.status, _error(self.provider.status, code) if code else None)
            return
        self._say(201, None if trouble is Trouble.NO_JSON and self.provider.take(form) else self.provider.take(form))

    def do_GET(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query))
        if not self._is_let_in():
            return
        if set(asked) - _LISTS_BY or not asked.get("PageSize", "1").isdecimal():
            self._complain(f"lists by {sorted(asked)}")
            return
        if self.provider.status != 201:
            self._say(self.provider.status, None)
            return
        found = [one for one in self.provider.messages if one["to"] == asked.get("To", one["to"])]
        self._say(200, {"messages": found, "page": 0, "page_size": 50, "next_page_uri": None, "uri": self.path})

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _form(self) -> dict[str, str] | None:
        """None: a form that the published description does not know, which was answered."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
        form = dict(pairs)
        faults = [
            self.headers["Content-Type"] != "application/x-www-form-urlencoded",
            len(pairs) != len(form) or set(form) != _TAKES,
            _E164.match(form.get("To", "")) is None,
            form.get("MessagingServiceSid") != SERVICE,
            not 0 < len(form.get("Body", "")) <= 1600,
            urlsplit(form.get("StatusCallback", "")).scheme != "https",
        ]
        if any(faults):
            self._complain(f"a form with faults {faults}")
            return None
        return form

    def _is_let_in(self) -> bool:
        path = _PATH.match(urlsplit(self.path).path)
        if path is None or path[1] != ACCOUNT:
            self._complain("a path that is not published")
            return False
        names = (f"{ACCOUNT}:{TOKEN}", f"{KEY}:{SECRET}")
        allowed = {f"Basic {base64.b64encode(one.encode()).decode()}" for one in names}
        if self.headers.get("Authorization") not in allowed:
            self._say(401, _error(401, 20003))
            return False
        return True

    def _complain(self, what: str) -> None:
        self.provider.complaints.append(what)
        self._say(400, _error(400, 21211))

    def _say(self, status: int, answer: object) -> None:
        content = b"no json" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.provider.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _error(status: int, code: int) -> dict[str, object]:
    return {
        "code": code,
        "message": _MESSAGES.get(code, "Something about +15005550006 and what was written"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
