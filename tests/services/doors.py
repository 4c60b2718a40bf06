"""Signing in and changing one's password, for tests of services, as the doors of the product do it."""

from api.services import sign_ins
from api.services.work import unit
from tests.support.house import House, Person

ADDRESS = "192.0.2.7"


def attempt(house: House, email: str, password: str, address: str = ADDRESS) -> sign_ins.StartedSignIn:
    with unit(house.runtime) as work:
        return sign_ins.sign_in(work, email, password, address)


def change(house: House, who: Person, current: str, new: str) -> None:
    """Look, hash with nothing held, act."""
    with unit(house.runtime, who.principal, read_only=True) as work:
        own = sign_ins.own_password(work)
    chosen = own.choose(current, new)
    with house.work(who) as work:
        sign_ins.change_password(work, chosen)
