"""Refusals of identity."""

from zhongshu.kernel.errors import Invalid, Refusal


class WrongPassword(Refusal):
    """The name or the password is wrong; which of them is not told."""

    code = "wrong_password"
    status = 401


class TooManyAttempts(Refusal):
    """Locked out for a while; the message says until when."""

    code = "too_many_attempts"
    status = 429


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
