"""What the screens that cross apps give out as workbooks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from zhongshu.cases.lifecycle import CASE_STATE_LABELS, CaseState
from zhongshu.console.accounts import matters, orders
from zhongshu.estate.kinds import RELATION_LABELS, Relation
from zhongshu.estate.models import Account, HouseholdMember
from zhongshu.identity.actor import Actor
from zhongshu.web.excel import Sheet
from zhongshu.work.kinds import category_name
from zhongshu.work.lifecycle import STATE_LABELS, State


def account_sheets(actor: Actor, account: Account) -> list[Sheet]:
    """Household, cases and work orders of an account. No phone numbers: those are revealed one by one."""
    return [
        Sheet(_("家庭成员"), [_("姓名"), _("身份"), _("自"), _("至")], _household(account)),
        Sheet(
            _("报事"), [_("编号"), _("时间"), _("内容"), _("类别"), _("紧急程度"), _("状态")], _cases(actor, account)
        ),
        Sheet(_("工单"), [_("编号"), _("时间"), _("标题"), _("班组"), _("处理人"), _("状态")], _orders(account)),
    ]


def _household(account: Account) -> Iterator[list[object]]:
    for member in HouseholdMember.objects.filter(account=account).select_related("customer").order_by("pk"):
        relation = RELATION_LABELS[Relation(member.relation)]
        yield [member.customer.name, str(relation), member.starts_on, member.ends_on]


def _cases(actor: Actor, account: Account) -> Iterator[list[object]]:
    for case in matters(actor, account):
        category, state = category_name(case.category), CASE_STATE_LABELS[CaseState(case.state)]
        yield [case.number, case.opened_at, case.text, category, case.urgency, str(state)]


def _orders(account: Account) -> Iterator[list[object]]:
    for order in orders(account):
        names = [order.team.name if order.team else "", order.assignee.user.name if order.assignee else ""]
        yield [order.number, order.opened_at, order.title, *names, str(STATE_LABELS[State(order.state)])]
