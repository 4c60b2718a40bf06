"""What a client answered, and the reasons they may give, in words: on a page and on paper alike. Nobody guesses one."""

from schemas.vocabulary import GivenReason, ReplyAnswer

ANSWER = {
    ReplyAnswer.COME_BACK: "Would like to come back",
    ReplyAnswer.ANOTHER_TIME: "Would like another time or another way to meet",
    ReplyAnswer.CALL_ME: "Asks for a call",
    ReplyAnswer.FINISHED_FOR_NOW: "Is fine, finished for now",
    ReplyAnswer.ANOTHER_PERSON: "Would like to see another person here",
    ReplyAnswer.TAKE_A_BREAK: "Would like to take a break",
    ReplyAnswer.CLOSING_SESSION: "Would like one closing talk",
    ReplyAnswer.WRITTEN_GOODBYE: "Would like a written goodbye",
    ReplyAnswer.BETTER_FIT: "Asks for help to find a better fit",
    ReplyAnswer.DO_NOT_CONTACT: "Asks not to be contacted",
}
REASON = {
    GivenReason.CULTURE_NOT_RESPECTED: "Their culture or faith was not respected",
    GivenReason.NOT_HEARD: "They did not feel heard",
    GivenReason.OUTSIDE_COMPETENCE: "It needed other skills than were there",
    GivenReason.NO_SAY_IN_GOALS: "They had no say in the goals",
    GivenReason.CLINICIAN_DISTRACTED: "The person they saw was not with them in their mind",
    GivenReason.BIAS_OR_MICROAGGRESSION: "They were treated as less because of who they are",
    GivenReason.SPOKEN_TO_HARSHLY: "They were spoken to harshly",
    GivenReason.EXPLOITED_OR_ABUSED: "They were used or abused",
    GivenReason.EXPERIENCE_QUESTIONED: "What they lived through was doubted",
    GivenReason.LONG_WITHOUT_CHANGE: "It went on long without change",
    GivenReason.VALUES_IMPOSED: "Values were pressed on them that are not theirs",
    GivenReason.GOALS_REACHED: "They got where they wanted to be",
    GivenReason.COST_OR_INSURANCE: "Cost or insurance",
    GivenReason.TIME_OR_TRAVEL: "Time or the way there",
    GivenReason.MOVED: "They have moved",
    GivenReason.CHANGED_PROVIDER: "They see somebody else now",
    GivenReason.FEELING_BETTER: "They feel better",
    GivenReason.NOT_NOW: "It is not the time for it now",
    GivenReason.PREFER_NOT_TO_SAY: "They prefer not to say",
}
