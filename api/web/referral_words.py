"""The words that pages use for providers, wishes and referrals."""

from api.domain import referrals as rules
from schemas.vocabulary import Accepting, Meeting, PassingOn, ReferralEnd, ReferralStep, Wish, WishOutcome

STEP, WHY_CLOSED, PASSING_ON = rules.STEP, rules.WHY_CLOSED, rules.PASSING_ON
WISH = {
    Wish.LANGUAGE: "Language",
    Wish.FORMAT: "Whom they see",
    Wish.THERAPY: "Type of therapy",
    Wish.SPECIALISATION: "Knows well",
    Wish.QUALIFICATION: "Qualification",
    Wish.INSURANCE: "Insurance",
    Wish.FEE: "Fee",
    Wish.MEETING: "Where to meet",
    Wish.FREE_TALK: "Beforehand",
}
OUTCOME = {
    WishOutcome.MET: "As wished",
    WishOutcome.NOT_MET: "Not as wished",
    WishOutcome.UNKNOWN: "To be asked",
}
MEETING = {Meeting.IN_PERSON: "In person", Meeting.ONLINE: "Online"}
ACCEPTING = {
    Accepting.ACCEPTING: "Takes new clients",
    Accepting.NOT_KNOWN: "Ask whether new clients are taken",
    Accepting.NOT_ACCEPTING: "Takes no new clients",
}
MAY_BE_PASSED_ON = {
    PassingOn.NOT_ASKED: "Not asked yet",
    PassingOn.AGREED: "The client agrees to what stands below",
    PassingOn.DECLINED: "The client wants nothing passed on",
}
CLOSE = {
    ReferralEnd.FOUND_THEIR_OWN: "Found somebody themselves",
    ReferralEnd.NOT_WANTED: "Not wanted now",
    ReferralEnd.STAYS_HERE: "Goes on here",
    ReferralEnd.OTHER: "Another reason",
}
TAP = {
    ReferralStep.CONTACTED: "In touch",
    ReferralStep.FIRST_TALK: "First talk",
    ReferralStep.STARTED: "Started",
    ReferralStep.DID_NOT_WORK_OUT: "Did not work out",
}
