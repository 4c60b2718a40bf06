"""What can go wrong, as the clinic sees it. Codes are stable and public; a message never holds client text.

Which HTTP status a code becomes is known to rest/problems.py alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field and what is wrong with it. `pointer` is a JSON Pointer (RFC 6901) into what the caller sent."""

    pointer: str
    detail: str


class DomainError(Exception):
    """Anything the product refuses in so many words. `code` says what kind it is, `message` says it to a person."""

    code = "refused"
    message = "This cannot be done."

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.code = code or type(self).code
        self.message = message or type(self).message
        super().__init__(self.code)


class NotSignedIn(DomainError):
    code = "not_signed_in"
    message = "Sign in first, or send a valid key."


class SignInRefused(DomainError):
    """The same for a wrong password and an unknown account, so that accounts cannot be listed by trying."""

    code = "sign_in_refused"
    message = "The e-mail address and password do not match an account here."


class TooManyRequests(DomainError):
    code = "too_many_requests"
    message = "Too many requests. Wait a little and try again."

    def __init__(self, retry_after_seconds: int, *, code: str | None = None) -> None:
        super().__init__(code=code)
        self.retry_after_seconds = max(1, retry_after_seconds)


class AccessDenied(DomainError):
    code = "not_allowed"
    message = "Your role does not allow this."


class NotFound(DomainError):
    """Absent, or outside the caller's practice or caseload: the two cannot be told apart."""

    code = "not_found"
    message = "There is nothing here under this address."


class Conflict(DomainError):
    code = "conflict"
    message = "The present state does not allow this."


class MayNotContact(Conflict):
    """The contact decision forbids a message. `reasons` are all that do: code, sentence, and what would change it."""

    code = "may_not_contact"
    message = "Something on record speaks against this message."

    def __init__(self, *reasons: tuple[str, str, str]) -> None:
        super().__init__(" ".join(text for _, text, _ in reasons) or self.message)
        self.reasons = reasons


class Busy(DomainError):
    code = "busy"
    message = "The database is busy. Nothing was changed; try again in a moment."


class DocumentsBusy(DomainError):
    """Every place in which a document is set is taken. Whoever asked has waited, and their thread is somebody else's again."""

    code = "documents_busy"
    message = "Other documents are being made at the moment. Try again in a few seconds."


class VersionMismatch(DomainError):
    code = "changed_meanwhile"
    message = "Somebody changed this since you read it. Read it again, then change it."


class VersionMissing(DomainError):
    code = "if_match_required"
    message = "Say which version you are changing: send the ETag you read as If-Match."


class Invalid(DomainError):
    """Well-formed input that breaks a rule; each field named."""

    code = "invalid"
    message = "Some of what was sent cannot be accepted."

    def __init__(self, *problems: FieldProblem, code: str | None = None, message: str | None = None) -> None:
        super().__init__(message, code=code)
        self.problems = problems


def invalid_field(pointer: str, detail: str) -> Invalid:
    return Invalid(FieldProblem(pointer, detail))
