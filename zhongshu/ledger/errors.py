"""What the ledger says when it says no."""

from zhongshu.kernel.errors import Invalid, Refusal


class Unbalanced(Invalid):
    """Debits and credits differ within a fund, or there is no leg at all."""

    code = "unbalanced"


class SourceUsed(Refusal):
    """Another entry with other legs was posted from that source."""

    code = "source_used"


class PeriodClosed(Refusal):
    """The books of that day are closed."""

    code = "period_closed"


class AlreadyReversed(Refusal):
    """Another entry reverses this one."""

    code = "already_reversed"


class CannotClose(Refusal):
    """The month cannot be closed now; the message says why."""

    code = "cannot_close"


class CannotReopen(Refusal):
    """The month cannot be opened again; the message says why."""

    code = "cannot_reopen"


class SecondPersonNeeded(Refusal):
    """Somebody else has to do this than who did the first half."""

    code = "second_person_needed"


class AlreadyDecided(Refusal):
    """The proposal has been posted, declined or withdrawn."""

    code = "already_decided"


class KeptElsewhere(Refusal):
    """What this account or entry shows is kept person by person in another app, which has to change it."""

    code = "kept_elsewhere"
