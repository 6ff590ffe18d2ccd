"""What the sidebar shows to whom: an entry stands there when its page's own door would open."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.identity.roles import STAFF
from zhongshu.messaging.models import Message


@dataclass(frozen=True, slots=True)
class Place:
    """A page one can go to from the sidebar, by the name of its address."""

    name: str
    label: str | Promise
    icon: str
    group: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the sidebar as one person sees it on one page."""

    url: str
    label: str
    icon: str
    group: str
    is_here: bool
    badge: int | None = None


_SERVICE, _FIGURES, _FILES, _TEAM, _SYSTEM = _("客户服务"), _("统计分析"), _("房产客户"), _("人员班次"), _("系统管理")
_MONEY = _("收费财务")
PLACES = (
    Place("console:home", _("工作台"), "home"),
    Place("console:desk", _("接待台"), "headset", _SERVICE),
    Place("console:board", _("实时看板"), "layout-kanban", _SERVICE),
    Place("cases:cases", _("报事"), "message-circle", _SERVICE),
    Place("work:orders", _("工单"), "tool", _SERVICE),
    Place("work:pool", _("抢单池"), "user-check", _SERVICE),
    Place("work:visits", _("上门计划"), "calendar-time", _SERVICE),
    Place("work:held", _("挂起的工单"), "player-pause", _SERVICE),
    Place("work:tasks", _("交办"), "clipboard-list", _SERVICE),
    Place("work:aid_hours", _("支援"), "users", _SERVICE),
    Place("work:contractor_jobs", _("委外"), "building", _SERVICE),
    Place("work:handing", _("工单设置"), "settings", _SERVICE),
    Place("cases:incidents", _("事件"), "alert-triangle", _SERVICE),
    Place("cases:complaints", _("投诉"), "message-report", _SERVICE),
    Place("cases:follow_ups", _("回访"), "phone-call", _SERVICE),
    Place("cases:check_backs", _("转介回访"), "phone-call", _SERVICE),
    Place("cases:directory", _("转介名录"), "phone", _SERVICE),
    Place("cases:repeats", _("重复来电"), "users", _SERVICE),
    Place("cases:rain", _("雨天和规则"), "settings", _SERVICE),
    Place("channels:calls", _("通话"), "phone", _SERVICE),
    Place("channels:call_backs", _("待回电"), "phone-call", _SERVICE),
    Place("channels:sheets", _("12345工单"), "clipboard-list", _SERVICE),
    Place("channels:letters", _("信件"), "mail", _SERVICE),
    Place("channels:alarms", _("设备报警"), "bell", _SERVICE),
    Place("channels:load", _("情绪负荷"), "user-check", _SERVICE),
    Place("scene:calls", _("现场支援"), "urgent", _SERVICE),
    Place("community:to_visit", _("今天拜访谁"), "users", _SERVICE),
    Place("community:coverage", _("拜访覆盖率"), "chart-bar", _SERVICE),
    Place("community:surveys", _("满意度调查"), "message-circle", _SERVICE),
    Place("care:morning", _("今天见谁"), "users", _SERVICE),
    Place("care:bands", _("情感值区间"), "chart-bar", _SERVICE),
    Place("care:flow", _("区间流向"), "route", _SERVICE),
    Place("care:elevation", _("楼栋立面图"), "building", _SERVICE),
    Place("care:tasks", _("预警任务"), "clipboard-list", _SERVICE),
    Place("care:policies", _("情感值规则"), "settings", _SERVICE),
    Place("foresight:ahead", _("欠费预见"), "eye", _SERVICE),
    Place("care:plans", _("改善方案"), "clipboard-list", _SERVICE),
    Place("care:records", _("重点项目档案"), "alert-triangle", _SERVICE),
    Place("care:reviews", _("人工复核"), "user-check", _SERVICE),
    Place("knowledge:articles", _("知识库"), "info-circle", _SERVICE),
    Place("quality:window", _("品质窗口"), "circle-check", _SERVICE),
    Place("quality:inquiries", _("求助和督办"), "message-report", _SERVICE),
    Place("quality:escalations", _("升级未答复"), "alert-triangle", _SERVICE),
    Place("quality:judgement_samples", _("裁定抽查"), "filter", _SERVICE),
    Place("quality:standards", _("服务标准"), "clipboard-list", _SERVICE),
    Place("billing:charges", _("账单"), "clipboard-list", _MONEY),
    Place("billing:runs", _("出账"), "refresh", _MONEY),
    Place("billing:items", _("收费项目"), "settings", _MONEY),
    Place("cashier:counter", _("收费台"), "home", _MONEY),
    Place("cashier:shifts", _("收款班次"), "history", _MONEY),
    Place("cashier:handovers", _("交给我的现金"), "send", _MONEY),
    Place("cashier:closes", _("柜台日结"), "circle-check", _MONEY),
    Place("cashier:deposits", _("押金"), "key", _MONEY),
    Place("cashier:releases", _("押金退还"), "arrow-back", _MONEY),
    Place("cashier:stand_ins", _("代收授权"), "user-check", _MONEY),
    Place("cashier:cards", _("一卡通"), "id", _MONEY),
    Place("cashier:invoices", _("发票"), "clipboard-list", _MONEY),
    Place("collecting:arrears", _("欠费"), "alert-triangle", _MONEY),
    Place("collecting:overview", _("欠费概览"), "chart-bar", _MONEY),
    Place("collecting:pursuit", _("法务追收"), "shield-lock", _MONEY),
    Place("care:legal", _("法务跟进"), "shield-lock", _MONEY),
    Place("billing:payments", _("收款记录"), "clipboard-list", _MONEY),
    Place("billing:reliefs", _("冲销和减免"), "circle-check", _MONEY),
    Place("billing:refunds", _("预存款退款"), "arrow-back", _MONEY),
    Place("remittance:orders", _("在线支付"), "phone", _MONEY),
    Place("remittance:alerts", _("支付异常"), "alert-triangle", _MONEY),
    Place("remittance:bills", _("支付平台对账"), "circle-check", _MONEY),
    Place("remittance:codes", _("缴费码"), "home", _MONEY),
    Place("remittance:debit_batches", _("银行代扣"), "send", _MONEY),
    Place("remittance:statement_lines", _("银行流水"), "building", _MONEY),
    Place("collecting:notices", _("催费文书"), "mail", _MONEY),
    Place("collecting:limitation", _("诉讼时效"), "clock", _MONEY),
    Place("collecting:lawyers", _("律师"), "id", _MONEY),
    Place("collecting:contact_hours", _("催费联系时间"), "calendar-time", _MONEY),
    Place("billing:readings", _("抄表"), "activity", _MONEY),
    Place("billing:shared", _("公共分摊"), "users-group", _MONEY),
    Place("billing:contracts", _("经营合同"), "building-community", _MONEY),
    Place("ledger:trial_balance", _("总账"), "clipboard-list", _MONEY),
    Place("ledger:proposals", _("手工凭证"), "user-check", _MONEY),
    Place("ledger:periods", _("结账"), "calendar-time", _MONEY),
    Place("insight:report", _("运营报表"), "chart-bar", _FIGURES),
    Place("insight:analysis", _("运行分析"), "clipboard-list", _FIGURES),
    Place("insight:collection", _("收缴率"), "chart-bar", _FIGURES),
    Place("insight:ageing", _("欠费账龄"), "history", _FIGURES),
    Place("insight:plan", _("热点图"), "map-pin", _FIGURES),
    Place("insight:mine", _("我的指标"), "user", _FIGURES),
    Place("insight:wall", _("实时大屏"), "eye", _FIGURES),
    Place("estate:places", _("房产位置"), "building-community", _FILES),
    Place("estate:customers", _("客户"), "users", _FILES),
    Place("estate:imports", _("数据导入"), "file-import", _FILES),
    Place("people:staff", _("员工"), "id", _TEAM),
    Place("people:teams", _("班组"), "users-group", _TEAM),
    Place("people:rosters", _("排班"), "calendar-time", _TEAM),
    Place("people:on_duty", _("当班"), "user-check", _TEAM),
    Place("cases:learning", _("识别效果"), "school", _SYSTEM),
    Place("identity:users", _("账号与权限"), "shield-lock", _SYSTEM),
    Place("identity:sites", _("项目设置"), "settings", _SYSTEM),
    Place("identity:tokens", _("接口令牌"), "key", _SYSTEM),
    Place("webhooks:endpoints", _("消息推送"), "send", _SYSTEM),
    Place("channels:settings", _("渠道设置"), "headset", _SYSTEM),
    Place("insight:screens", _("大屏"), "key", _SYSTEM),
    Place("remittance:merchants", _("支付商户"), "key", _SYSTEM),
    Place("messaging:channels", _("发送渠道"), "message-circle", _SYSTEM),
    Place("messaging:deliveries", _("发送记录"), "mail", _SYSTEM),
    Place("identity:audit", _("操作审计"), "history", _SYSTEM),
    Place("identity:jobs", _("后台任务"), "activity", _SYSTEM),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `menu`, `sites` and `unread_count` (counted when used) of the signed-in person."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return {"menu": []}
    return {
        "menu": menu_of(actor, request.path),
        "sites": getattr(request, "sites", []),
        "unread_count": SimpleLazyObject(lambda: unread_count(actor)),
    }


def menu_of(actor: Actor, path: str) -> list[Entry]:
    """The pages the person may open, the one they are on marked."""
    if not actor.holds(*STAFF):
        return []
    open_doors = [(place, url) for place in PLACES for url, right in [_door(place.name)] if _may(actor, url, right)]
    here = max((url for _place, url in open_doors if _leads_to(url, path)), key=len, default="")
    return [_entry(place, url, is_here=url == here) for place, url in open_doors]


def unread_count(actor: Actor) -> int:
    """How many messages the person has not read yet."""
    return Message.objects.filter(recipient_id=actor.user_id, read_at__isnull=True).count()


def _entry(place: Place, url: str, *, is_here: bool) -> Entry:
    return Entry(url=url, label=str(place.label), icon=place.icon, group=str(place.group), is_here=is_here)


def _may(actor: Actor, url: str, right: Right | None) -> bool:
    return bool(url) and (right is None or actor.may(right))


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


@cache
def _door(name: str) -> tuple[str, Right | None]:
    """Address and right of a page; no address where that page is not installed."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return "", None
    return url, getattr(resolve(url).func, "required_right", None)
