"""In which words documents ask, and who may sign as a lawyer."""

from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from zhongshu.collecting.errors import WordsRefused
from zhongshu.collecting.kinds import DOCUMENT_LABELS
from zhongshu.collecting.models import DunningTemplate, Lawyer
from zhongshu.collecting.permissions import EDIT_WORDS, REGISTER_LAWYERS
from zhongshu.collecting.policies.shipped import Words
from zhongshu.collecting.policies.words import fault_in
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent, may_everywhere
from zhongshu.identity.models import Company, Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.periods import in_force
from zhongshu.kernel.words import stated

TITLE_LENGTH, TEXT_LENGTH = 60, 3000


@transaction.atomic
def save_template(
    *,
    actor: Actor,
    at: datetime,
    company_id: int,
    site: Site | None,
    kind: str,
    title: str,
    text: str,
    starts_on: date | None = None,
) -> DunningTemplate:
    """A new version from a day on (default: today), of a site or (None) of all without their own; what was made before
    keeps its words. Raises NotFound, Invalid, WordsRefused.
    """
    if site is None and not may_everywhere(actor, EDIT_WORDS):
        raise absent()
    actor.require(EDIT_WORDS, site.pk if site else None)
    today = day_of(at)
    begins = starts_on or today
    words = _checked(kind, title, text, begins, today)
    found(Company.objects.select_for_update().filter(pk=company_id))
    same = DunningTemplate.objects.filter(company_id=company_id, site=site, kind=kind)
    latest = same.order_by("-version").first()
    _end(same, begins)
    template = DunningTemplate.objects.create(
        company_id=company_id, site=site, kind=kind, version=latest.version + 1 if latest else 1, title=words.title,
        text=words.text, starts_on=begins, created_by_id=actor.user_id, created_at=at,
    )  # fmt: skip
    after = audit.values(template, ("kind", "version", "title", "text", "starts_on"))
    audit.record(actor=actor, at=at, verb="collecting.save_template", target=template, after=after)
    return template


def _checked(kind: str, title: str, text: str, begins: date, today: date) -> Words:
    if kind not in DOCUMENT_LABELS:
        raise Invalid(_("没有这种文书。"), field="kind")
    if begins < today:
        raise Invalid(_("新版本从今天或以后开始使用，过去的文书不改。"), field="starts_on")
    said = stated(title, field="title", most=TITLE_LENGTH, what=_("标题"))
    body = stated(text.replace("\r\n", "\n"), field="text", most=TEXT_LENGTH, what=_("正文"))
    if fault := fault_in(Words(said, body)):
        raise WordsRefused(fault.reason, field=fault.field)
    return Words(said, body)


def _end(same: "models.QuerySet[DunningTemplate]", on: date) -> None:
    """What is in force ends; versions that were to begin later never do: their period is empty."""
    same.filter(Q(ends_on=None) | Q(ends_on__gt=on)).update(ends_on=Greatest("starts_on", Value(on)))


@transaction.atomic
def register_lawyer(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    name: str,
    licence: str,
    firm: str,
    firm_licence: str,
    phone: str = "",
    address: str = "",
) -> Lawyer:
    """Who signs lawyer's letters for the site from today on; whoever did so before does no more. Raises NotFound,
    Invalid."""
    actor.require(REGISTER_LAWYERS, site_id)
    if not (licence.strip().isascii() and licence.strip().isalnum() and 10 <= len(licence.strip()) <= 20):
        raise Invalid(_("请填写律师执业证号，10 到 20 位数字或字母。"), field="licence")
    facts = {
        "name": stated(name, field="name", most=40, what=_("律师姓名")),
        "licence": licence.strip(),
        "firm": stated(firm, field="firm", most=80, what=_("律师事务所")),
        "firm_licence": stated(firm_licence, field="firm_licence", most=40, what=_("律所执业许可证号")),
        "phone": phone.strip()[:20],
        "address": address.strip()[:120],
    }
    starts_on = _end_lawyers(site_id, day_of(at))
    lawyer = Lawyer.objects.create(site_id=site_id, starts_on=starts_on, **facts)
    audit.record(actor=actor, at=at, verb="collecting.register_lawyer", target=lawyer, after=facts)
    return lawyer


@transaction.atomic
def end_lawyer(*, actor: Actor, at: datetime, lawyer_id: int) -> Lawyer:
    """No more letters are signed by the lawyer from today on. Raises NotFound."""
    rows = Lawyer.objects.select_for_update(of=("self",)).filter(in_force(day_of(at)), pk=lawyer_id)
    lawyer = found(actor.visible(rows, REGISTER_LAWYERS))
    lawyer.ends_on = day_of(at)
    lawyer.save(update_fields=["ends_on"])
    audit.record(actor=actor, at=at, verb="collecting.end_lawyer", target=lawyer, after={"ends_on": lawyer.ends_on})
    return lawyer


def _end_lawyers(site_id: int, today: date) -> date:
    Lawyer.objects.select_for_update().filter(in_force(today), site_id=site_id).update(ends_on=today)
    return today
