"""Password hashes: argon2id (RFC 9106) by pwdlib. Nothing else ever sees a password.

Hashing takes a good part of a tenth of a second and much memory: never call `hashed` or `matches` in a unit of work that
has begun to write. One-time passwords are 128 random bits, like tokens, so a plain hash of them tells nothing; it is
instant, and whoever makes one may hold a lock.
"""

import hashlib
import secrets

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))

_ONE_TIME = "$once$"

# Of a random word nobody knows. Checked when there is no account, so that an unknown address takes as long as a
# wrong password; made beforehand, because making it takes a good part of the time a process needs to start.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$iVN9YouHjXmnb4in7zImsQ$HWwZBH06WkX8JR79TLiIorNixWKaqx1JnA8eVPDPudA"


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """The same work whatever the hash is: none, somebody's own, or that of a one-time password."""
    is_one_time = password_hash is not None and password_hash.startswith(_ONE_TIME)
    fits = _hasher.verify(password, _NOBODY if password_hash is None or is_one_time else password_hash)
    if password_hash is None:
        return False
    return secrets.compare_digest(password_hash, hashed_one_time(password)) if is_one_time else fits


def one_time() -> str:
    """A password to hand over once; whoever gets it must choose their own at the first sign-in."""
    return secrets.token_urlsafe(16)


def hashed_one_time(password: str) -> str:
    """For what `one_time` made, and nothing else: a password that a person thought of needs `hashed`."""
    return _ONE_TIME + hashlib.sha256(password.encode()).hexdigest()
