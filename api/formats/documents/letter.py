"""The client's closing letter on paper: its words, the day, and from whom. Clients read "closing", and nothing here says more."""

from api.formats.documents import note as note_documents
from api.formats.documents.paper import Letterhead, Notice, Paper, Words
from api.formats.documents.told import LetterTold, Setting
from api.formats.documents.tongues import Tongue


def paper(letter: LetterTold, setting: Setting) -> Paper:
    """No name of the client but where the letter itself says it, so that the file can be kept under any name."""
    tongue = Tongue(setting.locale, setting.zone)
    draft = not letter.final
    return Paper(
        title=tongue.say("A letter from {practice}", practice=setting.practice),
        is_letter=True,
        locale=setting.locale,
        by=setting.practice,
        dated=letter.dated,
        mark=tongue.say("Draft, not approved") if draft else None,
        running=setting.practice,
        page_of=tongue.say("Page {page} of {pages}"),
        size=setting.size,
        blocks=[
            *(
                [Notice(tongue.say("This is a draft. Nobody has approved it, and it may still change."))]
                if draft
                else []
            ),
            Letterhead(setting.practice, tongue.on(letter.dated)),
            Words(letter.body),
        ],
        about_letters=tongue.say(note_documents.ABOUT_LETTERS),
    )
