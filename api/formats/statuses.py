"""What a recorded status is worth as evidence."""

from datetime import datetime

from schemas.vocabulary import AppointmentStatus


def believed(status: AppointmentStatus, starts_at: datetime, known_at: datetime) -> AppointmentStatus:
    """Nobody can know before a session starts whether the client came: such a record only says that it was booked.

    Practice systems write "attended" in advance and let billing correct it (DOMAIN 3).
    """
    if known_at <= starts_at and (status is AppointmentStatus.ATTENDED or status is AppointmentStatus.NO_SHOW):
        return AppointmentStatus.BOOKED
    return status
