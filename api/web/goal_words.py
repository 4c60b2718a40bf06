"""The words that pages use for goals for continued growth. None of them is about failing."""

from schemas.vocabulary import FollowUpEnd, GoalState

STATE = {
    GoalState.OPEN: "Open",
    GoalState.REACHED: "Reached",
    GoalState.LET_GO: "Let go",
}
TAP = {
    GoalState.OPEN: "It is open again",
    GoalState.REACHED: "They reached it",
    GoalState.LET_GO: "They let it go",
}
FOLLOW_UP_END = {
    FollowUpEnd.WRITTEN: "Written",
    FollowUpEnd.WITHDRAWN: "They want it no more",
}
