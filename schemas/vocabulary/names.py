"""How other systems and places are called."""

from functools import lru_cache
from zoneinfo import available_timezones

# What another system may be called, and the name of what is recorded here, which no other system may have.
SOURCE_NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"
# What a measure is called, such as PHQ-9: short, and never a sentence.
MEASURE_NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,39}$"
OWN_SOURCE = "leavetaking"
# Names that a machine's own database of zones may hold beside the places: what they mean differs from machine to machine.
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Every name that stands for a time zone, wherever one is asked for: by whoever sends it, in a file, on record."""
    return frozenset(available_timezones()) - _NO_PLACES
