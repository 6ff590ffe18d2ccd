"""Refusals of people."""

from zhongshu.kernel.errors import Refusal


class AlreadyOnDuty(Refusal):
    """The person is on the roster for the same duty at that time already."""

    code = "already_on_duty"


class AlreadyAbsent(Refusal):
    """The person is away at that time already."""

    code = "already_absent"


class NotEmployed(Refusal):
    """The person is not with us yet, or no longer, on that day."""

    code = "not_employed"


class AlreadyEmployed(Refusal):
    """The employee number, or the user, is taken."""

    code = "already_employed"


class WrongSite(Refusal):
    """Team and person belong to different sites."""

    code = "wrong_site"
