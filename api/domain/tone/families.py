"""Why each thing the review finds can hurt, in one sentence for the clinician; and which of them block."""

from schemas.vocabulary import ToneFamily, ToneSeverity

BLOCKING = frozenset({ToneFamily.PRIVACY_LEAK, ToneFamily.FEE_THREAT})

WHY = {
    ToneFamily.BLAME: "It says whose fault the silence is, or counts what was missed.",
    ToneFamily.GUILT: "It tells of the effort or the wait, and leaves the client owing something.",
    ToneFamily.SHAME: "It judges the client as a person.",
    ToneFamily.PRESSURE: "It sets a limit or hurries an answer that need not come.",
    ToneFamily.PRESUMED_MOTIVE: "It guesses at a reason or a feeling. A wrong guess pushes away, a right one exposes.",
    ToneFamily.INTERPRETATION: "It explains the client to the client. That belongs in the room, if anywhere.",
    ToneFamily.CLINICIAN_HURT: "It makes the clinician's feelings something for the client to care for.",
    ToneFamily.FEE_THREAT: "Money in a check-in reads as a threat, whatever it is meant as.",
    ToneFamily.FALSE_CHEER: "It can be read as mockery by somebody who already feels bad about not writing.",
    ToneFamily.PRIVACY_LEAK: "Somebody else may read this, and it tells them what the client came for.",
    ToneFamily.MINIMISING: "It makes light of what the client carries, or promises what nobody can.",
    ToneFamily.HIDDEN_DEMAND: "It tells the client what to do.",
    ToneFamily.SURVEILLANCE: "It shows the client that somebody was watching or counting.",
    ToneFamily.COERCIVE_AUTHORITY: "It uses the clinician's position to make the client comply.",
    ToneFamily.COMPARISON: "It measures the client against others.",
    ToneFamily.CONDITIONAL_CARE: "It makes care depend on how the client behaves.",
    ToneFamily.MONEY: "A check-in speaks of no money.",
    ToneFamily.THERAPY_WORD: "This address is not known to be one where the work may be mentioned.",
    ToneFamily.TOO_LONG: "A long message asks for a long answer.",
    ToneFamily.HARD_TO_READ: "It takes more schooling, or more calm, to read than many people have to spare.",
    ToneFamily.QUESTIONS: "Each question asks for an answer; one at most leaves it easy to give none.",
    ToneFamily.EXCLAMATION: "It raises the voice.",
    ToneFamily.EMOJI: "It may not mean to the client what it means to you, and some systems show it as a box.",
    ToneFamily.DISGUISED: "Some letters here are not the ones they look like, or cannot be seen.",
}


def severity(family: ToneFamily) -> ToneSeverity:
    return ToneSeverity.BLOCK if family in BLOCKING else ToneSeverity.ADVISE
