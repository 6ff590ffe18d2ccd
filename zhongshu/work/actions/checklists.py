"""Checklists: versions of templates, and what is entered for an order."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.work import queries
from zhongshu.work.engine.moves import check_open, locked
from zhongshu.work.errors import NotYourOrder
from zhongshu.work.kinds import CATEGORY_LABELS, ItemKind, OrderKind
from zhongshu.work.models import ChecklistEntry, ChecklistTemplate, OrderChecklist, WorkOrder
from zhongshu.work.permissions import ARRANGE_WORK, may_record
from zhongshu.work.policies import checklists

VALUE_LENGTH = 500


@transaction.atomic
def publish_checklist(
    *, actor: Actor, at: datetime, site: Site | None, kind: str, category: str, name: str, text: str
) -> ChecklistTemplate:
    """A new version, in force from now on, for orders opened from now on; `site` None: the company's own.

    `text`: an item a line, as `policies.checklists` reads them. Raises NotFound, Invalid.
    """
    actor.require(ARRANGE_WORK, site.pk if site else None)
    if site is None and not actor.is_system and actor.sites(ARRANGE_WORK) is not None:
        raise Invalid(_("公司的检查表由总部或系统管理员维护。"), field="site")
    if kind not in {"", *OrderKind} or category not in {"", *CATEGORY_LABELS}:
        raise Invalid(_("没有这个类型或类别。"), field="kind")
    if not name.strip():
        raise Invalid(_("请写明检查表的名称。"), field="name")
    try:
        items = checklists.read(text)
    except checklists.BadLine as wrong:
        raise Invalid(str(wrong), field="text") from wrong
    draft = ChecklistTemplate(
        site=site,
        kind=kind,
        category=category,
        name=name.strip()[:60],
        items=checklists.kept(items),
        starts_at=at,
        by_id=actor.user_id,
    )
    return _publish(draft, actor=actor, at=at)


def _publish(template: ChecklistTemplate, *, actor: Actor, at: datetime) -> ChecklistTemplate:
    """As the next version of the same, which ends the one before."""
    site, kind, category = template.site, template.kind, template.category
    same = ChecklistTemplate.objects.select_for_update().filter(site=site, kind=kind, category=category)
    latest = same.order_by("-version").first()
    same.filter(ends_at__isnull=True).update(ends_at=at)
    template.version = latest.version + 1 if latest else 1
    template.save()
    after = {"kind": kind, "category": category, "version": template.version}
    audit.record(actor=actor, at=at, verb="work.publish_checklist", target=template, after=after)
    return template


@transaction.atomic
def enter_checklist(*, actor: Actor, at: datetime, order_id: int, values: Mapping[str, str]) -> OrderChecklist:
    """Enter values by the keys of the items; an empty one takes the entry back. All or none.

    Raises OrderNotFound, NotYourOrder, OrderEnded, Invalid.
    """
    order = locked(order_id, actor=actor)
    if not may_record(actor, order):
        raise NotYourOrder(_("只有处理人、支援的人和派单的人可以填写检查表。"))
    check_open(order)
    template = queries.template_of(order)
    if template is None:
        raise Invalid(_("这张工单没有检查表。"))
    items = {item.key: item for item in checklists.items_of(template.items)}
    said = {key: value.strip()[:VALUE_LENGTH] for key, value in values.items()}
    _check(order, items, said)
    sheet, _new = OrderChecklist.objects.get_or_create(
        order=order, defaults={"site_id": order.site_id, "template": template}
    )
    for key, value in said.items():
        _enter(sheet, items[key], value, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="work.enter_checklist", target=order, after=said)
    return sheet


def _check(order: WorkOrder, items: Mapping[str, checklists.Item], said: Mapping[str, str]) -> None:
    photo_ids = set(order.photos.values_list("pk", flat=True))
    for key, value in said.items():
        if key not in items:
            raise Invalid(_("检查表里没有这一项。"), field=key)
        wrong = checklists.problem(items[key], value, photo_ids=photo_ids) if value else ""
        if wrong:
            raise Invalid(wrong, field=key)


def _enter(sheet: OrderChecklist, item: checklists.Item, value: str, *, actor: Actor, at: datetime) -> None:
    entries = ChecklistEntry.objects.filter(checklist=sheet, key=item.key)
    if not value:
        entries.delete()
        return
    photo_id = int(value) if item.kind == ItemKind.PHOTO else None
    facts = {"value": value, "photo_id": photo_id, "at": at, "by_id": actor.user_id}
    if not entries.update(**facts):
        ChecklistEntry.objects.create(checklist=sheet, key=item.key, **facts)
