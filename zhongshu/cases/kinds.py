"""The words of cases: categories, the bodies we refer to, and what a line of the timeline is about."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhongshu.cases.classification.labels import Category, Referral
from zhongshu.work import kinds as work

CATEGORY_LABELS = {category: work.CATEGORY_LABELS[category] for category in Category}

REFERRAL_LABELS = {
    Referral.GAS_COMPANY: _("燃气公司"),
    Referral.FIRE_BRIGADE: _("消防 119"),
    Referral.POLICE: _("公安 110"),
    Referral.AMBULANCE: _("急救 120"),
    Referral.HOUSING_AUTHORITY: _("住建部门"),
    Referral.CITY_MANAGEMENT: _("城管"),
    Referral.REGISTERED_LOCKSMITH: _("备案开锁企业"),
    Referral.TELECOM_OPERATOR: _("通信运营商"),
    Referral.CITY_HOTLINE: _("12345 政务热线"),
    Referral.LEGAL_AID: _("12348 法律援助"),
}


class EntryKind(StrEnum):
    """What a line of a case's timeline is about."""

    HEARD = "heard"
    PLACE = "place"
    CLASSIFIED = "classified"
    NOTE = "note"
    HANDOVER = "handover"
    ORDER = "order"
    CALL = "call"
    SIGNED_OFF = "signed_off"
    REOPENED = "reopened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    OWNER_TOLD = "owner_told"


ENTRY_LABELS = {
    EntryKind.HEARD: _("受理"),
    EntryKind.PLACE: _("核实位置"),
    EntryKind.CLASSIFIED: _("更正分类"),
    EntryKind.NOTE: _("备注"),
    EntryKind.HANDOVER: _("移交"),
    EntryKind.ORDER: _("工单"),
    EntryKind.CALL: _("回访"),
    EntryKind.SIGNED_OFF: _("验收"),
    EntryKind.REOPENED: _("重开"),
    EntryKind.CLOSED: _("关闭"),
    EntryKind.WITHDRAWN: _("撤销"),
    EntryKind.OWNER_TOLD: _("提醒"),
}


class CallReason(StrEnum):
    """Why a customer is called back."""

    COMPLAINT = "complaint"
    REOPENED = "reopened"
    ALWAYS = "always"
    SAMPLE = "sample"


CALL_REASON_LABELS = {
    CallReason.COMPLAINT: _("投诉必访"),
    CallReason.REOPENED: _("重开后必访"),
    CallReason.ALWAYS: _("紧急报事必访"),
    CallReason.SAMPLE: _("抽样回访"),
}
