"""The one place that reads the clock. Everything else is told the time as `work.now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # this is the one place
