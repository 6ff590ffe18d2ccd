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


class IncidentOver(Refusal):
    """The incident is over, or was withdrawn: nothing can be added to it."""

    code = "incident_over"


class AlreadyGrouped(Refusal):
    """A case is part of an incident already, perhaps since a moment ago."""

    code = "already_grouped"


class PointsOutOfBand(Invalid):
    """The points lie outside the band of the severity."""

    code = "points_out_of_band"


class MayNotJudge(Refusal):
    """Nobody judges a complaint about themselves."""

    code = "may_not_judge"


class AlreadyJudged(Refusal):
    """A judgement is in force; quality may revise it."""

    code = "already_judged"


class NothingToJudge(Refusal):
    """It is no complaint, or nobody has judged it yet."""

    code = "nothing_to_judge"


class AlreadySettled(Refusal):
    """Somebody has asked back already, perhaps a moment ago."""

    code = "already_settled"
