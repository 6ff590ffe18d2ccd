"""What community refuses."""

from zhongshu.kernel.errors import Refusal


class AlreadyAnswered(Refusal):
    """A survey is answered once."""

    code = "already_answered"


class SurveyOver(Refusal):
    """Answers are taken while the survey runs."""

    code = "survey_over"


class LinkUnknown(Refusal):
    """No survey is behind this link."""

    code = "link_unknown"
    status = 404


class SurveySent(Refusal):
    """The quarter's survey went out before."""

    code = "survey_sent"
