"""What help on the scene says when it says no."""

from zhongshu.kernel.errors import Invalid, Refusal


class IllegalSceneMove(Refusal):
    """The call for help is not in a state for this; the message says how it stands."""

    code = "illegal_scene_move"


class AlreadyAnswered(Refusal):
    """You have said already that you come, that you cannot, or that you are there."""

    code = "scene_already_answered"


class OwnCall(Refusal):
    """Nobody comes to their own help."""

    code = "own_call"


class EvidenceRefused(Invalid):
    """Not a picture or a sound recording that we can keep, or too large."""

    code = "evidence_refused"


class CareDone(Refusal):
    """The task is done already."""

    code = "care_done"
