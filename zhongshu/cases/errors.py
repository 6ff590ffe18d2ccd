"""Refusals of cases."""

from zhongshu.kernel.errors import Invalid, Refusal


class IllegalCaseMove(Refusal):
    """The case is not in a state in which this can be done."""

    code = "illegal_case_move"


class AlreadyAnswered(Refusal):
    """The call has been recorded already, perhaps a moment ago by a colleague."""

    code = "already_answered"


class MayNotClose(Refusal):
    """Something must happen before the case may close."""

    code = "may_not_close"


class UnknownPlace(Invalid):
    """The site has no place of that code."""

    code = "unknown_place"


class UnknownWord(Invalid):
    """A category, urgency, team or channel that does not exist."""

    code = "unknown_word"


class NothingToLearn(Refusal):
    """Nobody has put anything right yet."""

    code = "nothing_to_learn"
