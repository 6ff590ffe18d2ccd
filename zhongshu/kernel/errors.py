"""Refusals: what a rule says when it says no."""


class Refusal(Exception):
    """Base of every named refusal.

    `message` is a sentence for the person who asked: what is wrong and how to mend it. `code` is stable and meant
    for machines. `field` names the input at fault, if there is one.
    """

    code = "refused"
    status = 409

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Refusal):
    """Absent, or not for you: both look the same to a stranger."""

    code = "not_found"
    status = 404


class Invalid(Refusal):
    """The input does not make sense; nothing was changed."""

    code = "invalid"
    status = 422
