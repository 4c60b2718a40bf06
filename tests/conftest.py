"""What every test may ask for, and what no test may do: reach beyond this machine."""

pytest_plugins = [
    "tests.support.clock",
    "tests.support.databases",
    "tests.support.network",
]
