"""Password hashes: argon2id (RFC 9106) by pwdlib. Nothing else ever sees a password."""

import secrets

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))
# Checked when there is no account, so that an unknown address takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex())


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """False without a hash, after the same work."""
    fits = _hasher.verify(password, password_hash or _NOBODY)
    return fits and password_hash is not None


def one_time() -> str:
    """A password to hand over once; whoever gets it must choose their own at the first sign-in."""
    return secrets.token_urlsafe(12)
