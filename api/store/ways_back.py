"""A practice's own words for the way back."""

from sqlalchemy.orm import Session

from api.domain import way_back as rules
from api.store import practices, tenancy
from schemas.tables import WayBack
from schemas.vocabulary import Locale


def current(session: Session) -> WayBack | None:
    return session.get(WayBack, tenancy.practice_of(session))


def words(session: Session, locale: Locale) -> tuple[str | None, str | None]:
    """How to come back and who answers, as the practice says it; None where it says nothing of its own."""
    row = current(session)
    if row is None:
        return None, None
    return (row.how_es, row.who_es) if locale is Locale.ES else (row.how_en, row.who_en)


def of_a_note(session: Session) -> str | None:
    """In the language of the practice, which its notes are written in."""
    return rules.for_a_note(*words(session, rules.language(practices.current(session).locale)))


def add(session: Session, row: WayBack) -> None:
    session.add(row)
    session.flush()
