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
    FURTHER_CALL = "further_call"
    LINKED = "linked"
    INCIDENT = "incident"
    REFERRAL = "referral"
    COMPLAINT = "complaint"


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
    EntryKind.FURTHER_CALL: _("催单"),
    EntryKind.LINKED: _("关联报事"),
    EntryKind.INCIDENT: _("事件"),
    EntryKind.REFERRAL: _("转介"),
    EntryKind.COMPLAINT: _("投诉"),
}


class CallReason(StrEnum):
    """Why a customer is called back."""

    COMPLAINT = "complaint"
    REOPENED = "reopened"
    ALWAYS = "always"
    SAMPLE = "sample"
    RAIN = "rain"


CALL_REASON_LABELS = {
    CallReason.COMPLAINT: _("投诉必访"),
    CallReason.REOPENED: _("重开后必访"),
    CallReason.ALWAYS: _("紧急报事必访"),
    CallReason.SAMPLE: _("抽样回访"),
    CallReason.RAIN: _("雨后回访"),
}


class NoticeKind(StrEnum):
    """What a notice of an incident tells."""

    ANNOUNCED = "announced"
    OPENED = "opened"
    UPDATE = "update"
    RESTORED = "restored"


NOTICE_KIND_LABELS = {
    NoticeKind.ANNOUNCED: _("计划预告"),
    NoticeKind.OPENED: _("事件通知"),
    NoticeKind.UPDATE: _("进展通知"),
    NoticeKind.RESTORED: _("恢复通知"),
}


class AnswerWay(StrEnum):
    """How somebody who reported an incident was told that it is over."""

    MESSAGE = "message"
    CALL = "call"


ANSWER_WAY_LABELS = {AnswerWay.MESSAGE: _("已发消息"), AnswerWay.CALL: _("已电话答复")}


class CheckBack(StrEnum):
    """What came of a referral."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"


CHECK_BACK_LABELS = {CheckBack.HELPED: _("已解决"), CheckBack.NOT_HELPED: _("没有解决")}


class ComplaintKind(StrEnum):
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    COMPLIMENT = "compliment"


COMPLAINT_KIND_LABELS = {
    ComplaintKind.COMPLAINT: _("投诉"),
    ComplaintKind.SUGGESTION: _("建议"),
    ComplaintKind.COMPLIMENT: _("表扬"),
}


class ComplaintSubject(StrEnum):
    """What a complaint is about."""

    ATTITUDE = "attitude"
    TIMELINESS = "timeliness"
    WORKMANSHIP = "workmanship"
    CHARGES = "charges"
    ENVIRONMENT = "environment"
    SECURITY = "security"
    FACILITIES = "facilities"
    NOTICE = "notice"
    PRIVACY = "privacy"
    OTHER = "other"


COMPLAINT_SUBJECT_LABELS = {
    ComplaintSubject.ATTITUDE: _("服务态度"),
    ComplaintSubject.TIMELINESS: _("响应不及时"),
    ComplaintSubject.WORKMANSHIP: _("维修质量"),
    ComplaintSubject.CHARGES: _("收费问题"),
    ComplaintSubject.ENVIRONMENT: _("环境卫生"),
    ComplaintSubject.SECURITY: _("安全秩序"),
    ComplaintSubject.FACILITIES: _("公共设施"),
    ComplaintSubject.NOTICE: _("告知不到位"),
    ComplaintSubject.PRIVACY: _("个人信息"),
    ComplaintSubject.OTHER: _("其他"),
}


class Severity(StrEnum):
    NOT_UPHELD = "not_upheld"
    ORDINARY = "ordinary"
    MEDIUM = "medium"
    MAJOR = "major"


SEVERITY_LABELS = {
    Severity.NOT_UPHELD: _("非有效投诉及建议"),
    Severity.ORDINARY: _("一般投诉"),
    Severity.MEDIUM: _("中等投诉"),
    Severity.MAJOR: _("重大投诉"),
}


class Criterion(StrEnum):
    """The written criteria by which a complaint is judged; each belongs to a severity."""

    WITHIN_RULES = "within_rules"
    BEYOND_POWERS = "beyond_powers"
    NO_FACTS = "no_facts"
    WISH = "wish"
    LATE = "late"
    CURT = "curt"
    NOT_TOLD = "not_told"
    BADLY_DONE = "badly_done"
    TWICE = "twice"
    QUARREL = "quarrel"
    PROMISE_BROKEN = "promise_broken"
    MONEY_LOST = "money_lost"
    HARM = "harm"
    UNLAWFUL = "unlawful"
    MANY = "many"
    PUBLIC = "public"


CRITERIA = {
    Criterion.WITHIN_RULES: (Severity.NOT_UPHELD, _("按合同和制度办理，没有过错，需要解释清楚")),
    Criterion.BEYOND_POWERS: (Severity.NOT_UPHELD, _("不属于物业职责或权限，已说明并转介")),
    Criterion.NO_FACTS: (Severity.NOT_UPHELD, _("经核实与事实不符，或无法查证")),
    Criterion.WISH: (Severity.NOT_UPHELD, _("是建议或希望，不是过错")),
    Criterion.LATE: (Severity.ORDINARY, _("超过承诺时限，没有造成损失")),
    Criterion.CURT: (Severity.ORDINARY, _("态度冷淡、用语不当，没有争吵")),
    Criterion.NOT_TOLD: (Severity.ORDINARY, _("应告知的没有告知，或没有反馈结果")),
    Criterion.BADLY_DONE: (Severity.ORDINARY, _("一次没有做好，需要返工")),
    Criterion.TWICE: (Severity.MEDIUM, _("同一问题再次投诉，或三十天内返工两次")),
    Criterion.QUARREL: (Severity.MEDIUM, _("与客户争吵、推诿，或泄露客户信息")),
    Criterion.PROMISE_BROKEN: (Severity.MEDIUM, _("书面答复没有兑现")),
    Criterion.MONEY_LOST: (Severity.MEDIUM, _("造成客户财物损失，可以协商赔偿")),
    Criterion.HARM: (Severity.MAJOR, _("造成人身伤害或重大财产损失")),
    Criterion.UNLAWFUL: (Severity.MAJOR, _("违法违规收费、停水停电催费、侵占公共收益")),
    Criterion.MANY: (Severity.MAJOR, _("十户以上共同投诉同一问题")),
    Criterion.PUBLIC: (Severity.MAJOR, _("媒体曝光、主管部门督办或引起诉讼")),
}
