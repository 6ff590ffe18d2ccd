"""States of what billing decides, and the legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ProposalState(StrEnum):
    """What one person asks for and another decides: a price, a relief, a refund."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PROPOSAL_LABELS = {
    ProposalState.PROPOSED: _("待批准"),
    ProposalState.APPROVED: _("已批准"),
    ProposalState.REFUSED: _("未批准"),
    ProposalState.WITHDRAWN: _("已撤回"),
}


class RunState(StrEnum):
    """A bill run: looked at, running, issued; or cancelled before anything was issued."""

    PREVIEWED = "previewed"
    RUNNING = "running"
    ISSUED = "issued"
    CANCELLED = "cancelled"


RUN_LABELS = {
    RunState.PREVIEWED: _("已预览"),
    RunState.RUNNING: _("出账中"),
    RunState.ISSUED: _("已出账"),
    RunState.CANCELLED: _("已取消"),
}
RUN_MOVES = {
    RunState.PREVIEWED: {RunState.RUNNING, RunState.CANCELLED},
    RunState.RUNNING: {RunState.ISSUED},
    RunState.ISSUED: set(),
    RunState.CANCELLED: set(),
}


class ContractState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    TERMINATED = "terminated"


CONTRACT_STATE_LABELS = {
    ContractState.ACTIVE: _("执行中"),
    ContractState.ENDED: _("已到期"),
    ContractState.TERMINATED: _("已终止"),
}


class SharedCostState(StrEnum):
    READY = "ready"
    CHARGED = "charged"
    CANCELLED = "cancelled"


SHARED_COST_LABELS = {
    SharedCostState.READY: _("待分摊"),
    SharedCostState.CHARGED: _("已出账"),
    SharedCostState.CANCELLED: _("已取消"),
}
