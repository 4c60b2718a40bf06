"""What a practice's past suggests for its settings, in sentences. Nothing here is set by itself."""

from api.formats.replay_report.document import Closed, Document, Usual
from api.formats.replay_report.markup import items, paragraphs, table
from api.formats.replay_report.words import FORMATS, LEVELS, day, number


def suggestions(told: Document) -> str:
    return "".join([_sensitivity(told), _cadence(told), _closures(told)])


def sensitivity_sentence(told: Document) -> str:
    """The rule in words, and what it comes to."""
    wanted = told["suggestions"]["sensitivity"]
    most = number(told["suggestions"]["most_flags_per_100_clients_a_month"])
    if wanted is None:
        return "There is too little here to suggest a level of sensitivity."
    rates = {one["level"]: one["drifting_per_100_clients_a_month"] or 0.0 for one in told["levels"]}
    within = rates[wanted] <= told["suggestions"]["most_flags_per_100_clients_a_month"]
    why = (
        f"The earliest level that stays within {most}"
        if within
        else f"No level stays within {most}; this one comes nearest"
    )
    return (
        f"Suggested level: {LEVELS[wanted].lower()}, with {number(rates[wanted])} flags per 100 clients a month. {why}. So "
        "many is what a practice is taken to have time for: for somebody with 25 clients a quarter of it each month. Say "
        "otherwise with --most-flags."
    )


def cadence_sentence(one: Usual, told: Document) -> str:
    default = told["suggestions"]["default_cadence_days"]
    line = f"{FORMATS[one['format']]}: half of {number(one['clients'])} clients come every {one['days']} days or more often"
    if one["suggested"] is None:
        return f"{line}, which agrees with the usual cadence of {default:g} days."
    return f"{line}. Consider {one['suggested']} days as the usual cadence in place of {default:g}."


def closure_sentence(one: Closed) -> str:
    if one["from_on"] == one["to_on"]:
        return f"Were you closed on {day(one['from_on'])}? Nobody came."
    return f"Were you closed from {day(one['from_on'])} to {day(one['to_on'])}? Nobody came."


def _sensitivity(told: Document) -> str:
    heads = ("Level", "Drifting, flags per 100 clients a month", "Quiet", "Drifting followed by a return, percent")
    rows = [
        (
            LEVELS[one["level"]],
            number(one["drifting_per_100_clients_a_month"]),
            number(one["quiet_per_100_clients_a_month"]),
            number(one["returned_percent"]),
        )
        for one in told["levels"]
    ]
    return paragraphs(sensitivity_sentence(told)) + table("What each level would have come to", heads, rows)


def _cadence(told: Document) -> str:
    found = told["suggestions"]["cadences"]
    if not found:
        return paragraphs("Too few clients have come often enough to tell a usual cadence.")
    return items(cadence_sentence(one, told) for one in found)


def _closures(told: Document) -> str:
    found = told["suggestions"]["closures"]
    if not found:
        return paragraphs("There was no stretch of days between busy weeks on which nobody came.")
    told_apart = paragraphs("A closure that is entered stops every clock, so that nobody is flagged for it:")
    return told_apart + items(closure_sentence(one) for one in found)
