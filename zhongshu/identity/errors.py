"""Refusals of identity."""

from zhongshu.kernel.errors import Invalid, Refusal


class WrongPassword(Refusal):
    """The name or the password is wrong; which of them is not told."""

    code = "wrong_password"
    status = 401


class ComeBackLater(Refusal):
    """Base of what time alone mends; `retry_after` is the wait in whole seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyAttempts(ComeBackLater):
    """Locked out for a while; the message says until when."""

    code = "too_many_attempts"


class TooManyRequests(ComeBackLater):
    """Too many in too short a time."""

    code = "too_many_requests"


class CodeNeeded(Refusal):
    """The password was right; `user_id` must now show a code of the second factor."""

    code = "code_needed"
    status = 401

    def __init__(self, message: str, *, user_id: int) -> None:
        super().__init__(message)
        self.user_id = user_id


class WrongCode(Refusal):
    """Neither a code of now that has not been used, nor a recovery code that has not."""

    code = "wrong_code"
    status = 401


class SecondFactorExists(Refusal):
    """There is one already: it goes before another comes."""

    code = "second_factor_exists"


class InvalidToken(Refusal):
    """Unknown, expired or revoked, or its user is deactivated."""

    code = "invalid_token"
    status = 401


class UsernameTaken(Invalid):
    code = "username_taken"


class WeakPassword(Invalid):
    code = "weak_password"


class GrantOverlaps(Refusal):
    """The user holds this role at this site during that time already."""

    code = "grant_overlaps"


class LastAdministrator(Refusal):
    """Somebody must be left who can administer."""

    code = "last_administrator"


class ScopeNotHeld(Invalid):
    """A token cannot do what its user may not."""

    code = "scope_not_held"


class SameModel(Refusal):
    """The site is run that way already."""

    code = "same_model"
