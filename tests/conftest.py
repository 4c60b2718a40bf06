"""What every test may ask for, and what no test may do: reach beyond this machine."""

from hypothesis import settings

# A loaded machine takes its time over an example; how long things take is measured in bench/.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# In the order in which they import one another: a module must be announced to pytest before it is loaded.
pytest_plugins = [
    "tests.support.asking",
    "tests.support.clock",
    "tests.support.counts",
    "tests.support.memory",
    "tests.support.network",
    "tests.support.order",
    "tests.support.databases",
    "tests.support.house_fixtures",
    "tests.support.shared_houses",
    "tests.support.browser",
]
