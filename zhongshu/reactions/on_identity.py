"""When somebody's way in was changed by somebody else."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.identity.actor import system_actor
from zhongshu.identity.events import OperatingModelSwitched, SecondFactorRemoved
from zhongshu.kernel.outbox import reacts_to
from zhongshu.messaging.actions import tell
from zhongshu.work.actions import point_to_next


@reacts_to(SecondFactorRemoved)
def tell_whose_it_was(happened: SecondFactorRemoved, *, at: datetime) -> None:
    """Who did not ask for it hears of it."""
    tell(
        recipient_ids=[happened.user_id],
        site_id=happened.site_id,
        kind="security",
        title=_("您的二次验证已被管理员解除"),
        body=_("原因：%(reason)s。如果不是您要求的，请马上修改密码并告诉系统管理员。") % {"reason": happened.reason},
        link="/me/security",
        is_urgent=True,
        dedupe_key=f"second_factor_removed:{happened.user_id}:{at.isoformat()}",
        at=at,
    )


@reacts_to(OperatingModelSwitched)
def point_to_who_is_next(happened: OperatingModelSwitched, *, at: datetime) -> None:
    """Who rules now hears of the objections that wait; nothing that is open changes."""
    if happened.site_id is not None:
        point_to_next(actor=system_actor(), at=at, site_id=happened.site_id)
