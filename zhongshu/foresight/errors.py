"""What foresight refuses."""

from zhongshu.kernel.errors import Refusal


class NothingToLearn(Refusal):
    """There are too few months, or too few accounts that fell into arrears, to learn from."""

    code = "nothing_to_learn"


class NothingLearned(Refusal):
    """No formula is in use: none was learned yet, or none was better than the base rate."""

    code = "nothing_learned"


class SwitchedOff(Refusal):
    """Foresight is off for the company or the site."""

    code = "switched_off"


class NoObjection(Refusal):
    """There is nothing to take back."""

    code = "no_objection"
