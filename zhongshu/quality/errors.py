"""What the quality department says when it says no."""

from zhongshu.kernel.errors import Invalid, Refusal


class IllegalInquiryMove(Refusal):
    """The inquiry is not in a state for this; the message says how it stands."""

    code = "illegal_inquiry_move"


class AlreadyTaken(Refusal):
    """A colleague looks after it already."""

    code = "inquiry_taken"


class AlreadyReviewed(Refusal):
    """The sampled case has been judged."""

    code = "already_reviewed"


class OwnCase(Refusal):
    """Nobody reviews what they owned themselves."""

    code = "own_case"


class NothingToDraw(Refusal):
    """No case was closed in that time."""

    code = "nothing_to_draw"


class NotYourLevel(Invalid):
    """This level cannot do that."""

    code = "not_your_level"


class EscalationOver(Refusal):
    """Answered already, or its order has ended."""

    code = "escalation_over"


class AlreadyUndone(Refusal):
    """The adoption was taken back before."""

    code = "already_undone"


class AlreadyDrawn(Refusal):
    """The judgements of that month have been drawn."""

    code = "already_drawn"
