"""Password hashes: argon2id (RFC 9106) by pwdlib. Nothing else ever sees a password."""

import secrets

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))

# Of a random word nobody knows. Checked when there is no account, so that an unknown address takes as long as a
# wrong password; made beforehand, because making it takes a good part of the time a process needs to start.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$iVN9YouHjXmnb4in7zImsQ$HWwZBH06WkX8JR79TLiIorNixWKaqx1JnA8eVPDPudA"


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """False without a hash, after the same work."""
    fits = _hasher.verify(password, password_hash or _NOBODY)
    return fits and password_hash is not None


def one_time() -> str:
    """A password to hand over once; whoever gets it must choose their own at the first sign-in."""
    return secrets.token_urlsafe(12)
