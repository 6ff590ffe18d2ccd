"""What collecting refuses."""

from zhongshu.kernel.errors import Invalid, Refusal


class NotNow(Refusal):
    """Not in this state of the notice or the print run."""

    code = "notice_state"


class ContactRefused(Refusal):
    """Outside the hours, or more often than allowed."""

    code = "contact_refused"


class WordsRefused(Invalid):
    """The words of a document ask for something the law forbids, or name what we do not know."""

    code = "words_refused"


class PlanRefused(Refusal):
    """Not while the payment plan stands as it does."""

    code = "plan_refused"
