"""Encryption of what people wrote and where they can be reached: the one file that holds a cipher.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. A data key per client (and one per practice)
is wrapped by the master key. Table, column and row id are bound in as associated data, so that a sealed
value moved to another place does not open. Look-ups use HMAC-SHA-256 under a key of the installation.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32
_REPLY_TOKEN_BYTES = 16
# For how long an opened key is kept at hand: one that was destroyed is gone from every process after this.
_AT_HAND_SECONDS = 900.0
_WRAP_CONTEXT = b"leavetaking data key v1"


class UnusableMasterKey(ValueError):
    """The master key must be 32 bytes, base64: make one with `leavetaking keys new`."""


class CannotOpen(Exception):
    """A sealed value does not open: wrong key, moved to another row, or tampered with."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives. The value opens there and nowhere else."""

    table: str
    column: str
    row_id: UUID

    def associated_data(self) -> bytes:
        return f"{self.table}.{self.column}.".encode() + self.row_id.bytes


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it is stored."""

    wrapped: bytes
    master_key_id: str


class DataKey:
    """An unwrapped data key. Lives in memory only."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, text: str, place: Place) -> bytes:
        return self.seal_bytes(text.encode(), place)

    def seal_bytes(self, content: bytes, place: Place) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, place.associated_data())

    def open(self, sealed: bytes, place: Place) -> str:
        return self.open_bytes(sealed, place).decode()

    def open_bytes(self, sealed: bytes, place: Place) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.associated_data())
        except InvalidTag as error:
            raise CannotOpen(place.table) from error


class Keyring:
    """The master keys this process was given: the first wraps, all unwrap, so that keys can be rotated."""

    def __init__(self, master_keys: Sequence[str]) -> None:
        if not master_keys:
            raise UnusableMasterKey
        decoded = [_decode(key) for key in master_keys]
        self._masters = {_key_id(key): AESGCM(key) for key in decoded}
        self.current_id = _key_id(decoded[0])
        self._unwrap = lru_cache(maxsize=4096)(self._unwrap_uncached)
        self._forget_at = monotonic() + _AT_HAND_SECONDS

    def new_data_key(self) -> tuple[DataKey, WrappedKey]:
        key = os.urandom(_KEY_BYTES)
        return DataKey(key), self._wrap(key)

    def unwrap(self, stored: WrappedKey) -> DataKey:
        """Raises CannotOpen if no master key of this process fits."""
        if monotonic() >= self._forget_at:
            self.forget()
        return self._unwrap(stored)

    def forget(self) -> None:
        """Lets go of every opened key. Without the stored row, which an erasure destroys, none can be opened again."""
        self._unwrap.cache_clear()
        self._forget_at = monotonic() + _AT_HAND_SECONDS

    def rewrap(self, stored: WrappedKey) -> WrappedKey:
        """The same data key under the current master key; what it sealed stays as it is."""
        return self._wrap(self._raw(stored))

    def new_lookup_key(self) -> tuple[bytes, WrappedKey]:
        key = os.urandom(_KEY_BYTES)
        return key, self._wrap(key)

    def unwrap_lookup_key(self, stored: WrappedKey) -> bytes:
        return self._raw(stored)

    def _wrap(self, key: bytes) -> WrappedKey:
        nonce = os.urandom(_NONCE_BYTES)
        return WrappedKey(nonce + self._masters[self.current_id].encrypt(nonce, key, _WRAP_CONTEXT), self.current_id)

    def _unwrap_uncached(self, stored: WrappedKey) -> DataKey:
        return DataKey(self._raw(stored))

    def _raw(self, stored: WrappedKey) -> bytes:
        master = self._masters.get(stored.master_key_id)
        if master is None:
            raise CannotOpen("master key")
        try:
            return master.decrypt(stored.wrapped[:_NONCE_BYTES], stored.wrapped[_NONCE_BYTES:], _WRAP_CONTEXT)
        except InvalidTag as error:
            raise CannotOpen("data key") from error


def new_master_key() -> str:
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()


def lookup_digest(lookup_key: bytes, purpose: str, *parts: str | UUID) -> bytes:
    """A keyed hash for exact look-ups. Parts are length-prefixed, so that no two different lists collide."""
    mac = hmac.new(lookup_key, purpose.encode(), hashlib.sha256)
    for part in parts:
        encoded = part.bytes if isinstance(part, UUID) else part.encode()
        mac.update(len(encoded).to_bytes(4, "big"))
        mac.update(encoded)
    return mac.digest()


def token_digest(token: str) -> bytes:
    """Tokens have 128 unguessable bits or more, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def reply_token(lookup_key: bytes, check_in_id: UUID) -> str:
    """The secret of a message's reply link: 128 bits, the same at every attempt to send it, so that only its hash is kept."""
    secret = lookup_digest(lookup_key, "reply token", check_in_id)[:_REPLY_TOKEN_BYTES]
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def _decode(key: str) -> bytes:
    try:
        decoded = base64.b64decode(key, validate=True)
    except binascii.Error as error:
        raise UnusableMasterKey from error
    if len(decoded) != _KEY_BYTES:
        raise UnusableMasterKey
    return decoded


def _key_id(key: bytes) -> str:
    """Names a master key without telling anything about it."""
    return hashlib.sha256(b"leavetaking master key id" + key).hexdigest()[:16]
