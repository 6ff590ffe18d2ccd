"""Asking for a customer to be called back, by whomever the site's operating model names."""

from datetime import datetime

from zhongshu.cases.kinds import CallReason
from zhongshu.cases.models import Case, FollowUp
from zhongshu.cases.policies.matters import caller
from zhongshu.cases.queries import role_holders
from zhongshu.estate.queries import keeper_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.work.policies.operating import desk_exists, follow_up_roles


def ask_for_call(case: Case, reason: CallReason, *, due_at: datetime, at: datetime) -> FollowUp:
    """The call to make. Who is to make it stays so, whatever model the site has later."""
    return FollowUp.objects.create(
        site_id=case.site_id, case=case, reason=reason, caller_id=_caller(case, at), opened_at=at, due_at=due_at
    )


def _caller(case: Case, at: datetime) -> int | None:
    model = case.site.operating_model
    if desk_exists(model):
        return None
    keeper = keeper_of(case.place, day_of(at)) if case.place else None
    managers = list(role_holders(case.site_id, Role.SITE_MANAGER, at=at).values_list("pk", flat=True))
    return caller(follow_up_roles(model), keeper_id=keeper.pk if keeper else None, managers=managers)
