"""An account that does not exist costs as much to try as one that does."""

from api.store import passwords


def test_the_hash_of_nobody_takes_the_same_work_as_a_real_one() -> None:
    algorithm, version, work = passwords.hashed("a long enough password").split("$")[1:4]
    assert passwords._NOBODY.split("$")[1:4] == [algorithm, version, work]
    assert algorithm == "argon2id"


def test_no_password_matches_an_account_without_one() -> None:
    assert not passwords.matches("", None)
    assert not passwords.matches("anything", None)
