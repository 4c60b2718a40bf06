"""The words that pages use for what a named person has to do."""

from schemas.vocabulary import TaskKind

TASK = {
    TaskKind.RISK_TODAY: "Reach them today",
    TaskKind.UNDERSTAND_OPT_OUT: "Find out what was meant, by another way they allow",
    TaskKind.WRITE_NOTE: "Write the note on the ending",
    TaskKind.SETTLE_DELIVERY: "Find out whether a message arrived",
    TaskKind.READ_TEXT: "Read a text message, and say whose it is",
    TaskKind.RISK_OVERDUE: "Overdue: nobody has said that they reached them",
    TaskKind.ASK_AGAIN: "Ask again whether this address may be written to",
    TaskKind.READ_REPLY_TODAY: "Read an answer first, today: its words may be about danger",
    TaskKind.READ_TEXT_TODAY: "Read a text message first, today: its words may be about danger",
    TaskKind.FOLLOW_UP_REFERRAL: "Ask how it went with somebody new",
    TaskKind.LOOK_AT_ANSWER: "Ask them today: a questionnaire tells of thoughts of harm",
    TaskKind.WRITE_FOLLOW_UP: "Write the note they asked for",
    TaskKind.READ_TRANSFER: "Read what was handed over to you",
    TaskKind.FOLLOW_TRANSFER: "Ask whether the first meeting took place",
    TaskKind.ANSWER_REPLY: "Answer somebody whose work here has ended",
}
