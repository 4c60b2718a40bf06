"""The sheet that a client takes along as plain text: lines of what was written, no wrapping, nothing that says who they are."""

from collections.abc import Iterator

from api.domain import sheet_words
from api.domain.sheet_words import SheetWords
from schemas.wire.sheets import SheetGoalOut, SheetOut


def plain(sheet: SheetOut) -> str:
    words = sheet_words.WORDS[sheet.locale]
    parts = [[words.title, words.lead]]
    if sheet.goals:
        parts.append([words.goals, *(line for one in sheet.goals for line in _goal(one, words))])
    parts += [
        [heading, said]
        for heading, said in ((words.early_signs, sheet.early_signs), (words.turn_to, sheet.supports))
        if said
    ]
    parts.append([words.way_back, *sheet.way_back])
    help_now = [f"{words.emergency}: {', '.join(sheet.emergency)}"] if sheet.emergency else []
    help_now += [f"{one.name}: {one.number}" for one in sheet.crisis_lines]
    if help_now:
        parts.append([words.help_now, *help_now])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _goal(one: SheetGoalOut, words: SheetWords) -> Iterator[str]:
    yield f"- {one.goal}"
    for heading, said in (
        (words.why, one.why),
        (words.next_step, one.next_step),
        (words.supports, one.supports),
        (words.how_known, one.how_known),
    ):
        if said:
            yield f"  {heading}: {said}"
