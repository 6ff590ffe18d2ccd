"""The words of knowledge: what an article is, whom it is for, what happened to it."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ArticleKind(StrEnum):
    """`SOP`: how a matter is handled. `SCRIPT`: what to say. `LAW`: the law in plain words, with its source."""

    SOP = "sop"
    SCRIPT = "script"
    GUIDE = "guide"
    LAW = "law"
    FAQ = "faq"


KIND_LABELS = {
    ArticleKind.SOP: _("操作规程"),
    ArticleKind.SCRIPT: _("话术"),
    ArticleKind.GUIDE: _("服务指南"),
    ArticleKind.LAW: _("法规解读"),
    ArticleKind.FAQ: _("常见问答"),
}


class Audience(StrEnum):
    STAFF = "staff"
    RESIDENTS = "residents"
    BOTH = "both"


AUDIENCE_LABELS = {
    Audience.STAFF: _("员工"),
    Audience.RESIDENTS: _("住户"),
    Audience.BOTH: _("员工和住户"),
}

FOR_STAFF = (Audience.STAFF, Audience.BOTH)
FOR_RESIDENTS = (Audience.RESIDENTS, Audience.BOTH)


class EntryKind(StrEnum):
    """What a line of an article's history is about."""

    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    RETIRED = "retired"
    CONFIRMED = "confirmed"
    OWNED = "owned"


ENTRY_LABELS = {
    EntryKind.DRAFTED: _("起草"),
    EntryKind.EDITED: _("改了草稿"),
    EntryKind.SUBMITTED: _("送审"),
    EntryKind.SENT_BACK: _("退回修改"),
    EntryKind.PUBLISHED: _("发布"),
    EntryKind.RETIRED: _("停用"),
    EntryKind.CONFIRMED: _("复核无误"),
    EntryKind.OWNED: _("指定负责人"),
}

WROTE = (EntryKind.DRAFTED, EntryKind.EDITED)
