"""Names of states and reasons."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class WebhookDeliveryState(StrEnum):
    """WAITING: for its first or next try. FAILED: given up after the last try."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Pause(StrEnum):
    """Why an endpoint is not sent anything. GONE: it answered 410. FAILING: it took nothing for days."""

    BY_HAND = "by_hand"
    GONE = "gone"
    FAILING = "failing"


class WebhookFault(StrEnum):
    """Why a try got no answer."""

    FORBIDDEN = "forbidden"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    BROKEN = "broken"


DELIVERY_STATE_LABELS = {
    WebhookDeliveryState.WAITING: _("待推送"),
    WebhookDeliveryState.DELIVERED: _("已送达"),
    WebhookDeliveryState.FAILED: _("推送失败"),
}

PAUSE_LABELS = {
    Pause.BY_HAND: _("人工暂停"),
    Pause.GONE: _("对方答复不再接收（410）"),
    Pause.FAILING: _("连续多日推送失败"),
}

FAULT_LABELS = {
    WebhookFault.FORBIDDEN: _("地址不允许：不是公网地址"),
    WebhookFault.UNKNOWN_HOST: _("域名无法解析"),
    WebhookFault.UNREACHABLE: _("无法连接"),
    WebhookFault.TIMEOUT: _("超时"),
    WebhookFault.TLS: _("TLS 证书无效"),
    WebhookFault.BROKEN: _("连接中断"),
}
