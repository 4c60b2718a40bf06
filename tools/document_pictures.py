"""The pictures of documents in docs/closing.md, made anew from people who do not exist."""

from api.formats.documents import letter, note, pack, typesetting
from api.formats.documents.paper import Paper, Size
from api.formats.documents.told import LetterTold
from schemas.vocabulary import Locale
from tests.support import told
from tools.tree import ROOT

_LETTER = LetterTold(
    body=(
        "Dear Ana,\n\nI am writing to close our work together, since we have not found each other for a while. Thank you for the"
        " trust you brought to it. What you did with the evenings, and with the choir, was yours.\n\n"
        "You had two wishes for the time ahead: to sleep without the light on, and to sing at the spring concert. I hope both find"
        " their way to you.\n\n"
        "This ends my part for now. Should you want to come back, a message or a call is enough, and nothing has to be explained."
        " If you would rather see somebody else, we can help you to find them.\n\n"
        "With warm wishes,\nDaniel"
    ),
    dated=told.AT,
    final=True,
)


def papers() -> dict[str, tuple[Paper, int]]:
    """By name of the file, with the page that is shown, counted from nought."""
    setting = told.setting(size=Size.LETTER)
    return {
        "note-1.png": (note.paper(told.note(), setting), 0),
        "note-2.png": (note.paper(told.note(), setting), 1),
        "evidence.png": (pack.paper(told.pack(), setting), 2),
        "closing-letter.png": (letter.paper(_LETTER, told.setting(Locale.EN, Size.LETTER)), 0),
    }


def main() -> None:
    for name, (paper, page) in papers().items():
        path = ROOT / "docs" / "pictures" / name
        path.write_bytes(typesetting.pictures(paper)[page])
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
