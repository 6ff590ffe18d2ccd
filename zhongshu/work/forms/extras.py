"""What is written down about an order besides its moves."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import day_of, local, now
from zhongshu.people.queries import on_duty
from zhongshu.work.forms import MoveForm
from zhongshu.work.kinds import BOOKED_BY_LABELS, CONSENT_LABELS, BookedBy, ItemKind
from zhongshu.work.lifecycle import JOB_VERB_LABELS, JobState, JobVerb, job_possible
from zhongshu.work.models import WorkOrder
from zhongshu.work.policies.checklists import TICKED, Item, items_of
from zhongshu.work.policies.operating import has_team_walls
from zhongshu.work.queries import contractors_for, entries_of, free_slots, job_of, price_list, template_of


class MaterialForm(MoveForm):
    """What was used: of the price list, else in words with a price."""

    item_id = forms.TypedChoiceField(label=_("价目"), required=False, coerce=int, empty_value=None)
    name = forms.CharField(label=_("名称（不在价目表时）"), max_length=60, required=False)
    unit_price = forms.DecimalField(label=_("单价（元）"), required=False, min_value=0, max_digits=8, decimal_places=2)
    quantity = forms.DecimalField(label=_("数量"), min_value=0, max_digits=6, decimal_places=2, initial=1)
    is_charged = forms.BooleanField(label=_("由客户支付"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = price_list(self.order.site_id, day_of(now()))
        lines = [(str(item.pk), f"{item.name} ¥{item.unit_price}/{item.unit}") for item in items]
        self.fields["item_id"].choices = [("", _("不在价目表")), *lines]  # type: ignore[attr-defined]


class StrikeForm(MoveForm):
    material_id = forms.IntegerField(label=_("材料"), min_value=1, max_value=2**62)


class AgreementForm(MoveForm):
    """What the customer agreed to, beforehand."""

    amount = forms.DecimalField(label=_("同意的金额（元）"), min_value=0, max_digits=8, decimal_places=2)
    agreed_by = forms.CharField(label=_("谁同意的"), max_length=40)
    how = forms.ChoiceField(label=_("怎样同意的"), choices=choices(CONSENT_LABELS))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed_by"].initial = self.order.contact_name


class ChecklistForm(MoveForm):
    """A field for each item of the order's checklist, named by its key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template = template_of(self.order)
        entered = entries_of(self.order)
        for item in items_of(template.items) if template else ():
            field = self._field(item)
            field.initial = entered[item.key].value if item.key in entered else None
            is_tick, is_photo = item.kind == ItemKind.TICK, item.kind == ItemKind.PHOTO
            look = "form-check-input" if is_tick else "form-select" if is_photo else "form-control"
            field.widget.attrs["class"] = look
            self.fields[item.key] = field

    def _field(self, item: Item) -> forms.Field:
        label = item.label + (f"（{item.unit}）" if item.unit else "") + (" *" if item.is_mandatory else "")
        if item.kind == ItemKind.TICK:
            return forms.BooleanField(label=label, required=False)
        if item.kind == ItemKind.PHOTO:
            photos = [(str(photo.pk), f"{local(photo.at):%m-%d %H:%M}") for photo in self.order.photos.order_by("pk")]
            return forms.ChoiceField(label=label, required=False, choices=[("", _("未选")), *photos])
        span = f"{item.low or '…'} – {item.high or '…'}" if item.low or item.high else ""
        return forms.CharField(label=label, required=False, max_length=500, help_text=span)

    def clean(self) -> dict[str, Any]:
        """As the action takes it: words by key."""
        said = super().clean() or {}
        return {"values": {key: TICKED if value is True else str(value or "") for key, value in said.items()}}


class VisitForm(MoveForm):
    slot = forms.ChoiceField(label=_("上门时段"))
    channel = forms.ChoiceField(
        label=_("怎样约的"),
        choices=choices({door: label for door, label in BOOKED_BY_LABELS.items() if door != BookedBy.PORTAL}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = slot_choices(self.order)  # type: ignore[attr-defined]


def slot_choices(order: WorkOrder) -> list[tuple[str, str]]:
    """The free windows of the order's team, with how many places are left."""
    free = free_slots(order.team, at=now())
    return [(slot.key, gettext("%(slot)s（余 %(free)d）") % {"slot": slot, "free": slot.free}) for slot in free]


class AidForm(MoveForm):
    staff_id = forms.TypedChoiceField(label=_("请谁支援"), coerce=int)
    note = forms.CharField(label=_("需要做什么"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = on_duty(site_id=self.order.site_id, at=now()).exclude(pk=self.order.assignee_id or 0)
        if has_team_walls(self.order.site.operating_model):
            present = present.exclude(team=self.order.team)
        people = [(str(s.pk), f"{s.user.name}（{s.team.name if s.team else ''}）") for s in present]
        self.fields["staff_id"].choices = people  # type: ignore[attr-defined]


class HandingForm(MoveForm):
    """To which contractor."""

    contractor_id = forms.TypedChoiceField(label=_("委外单位"), coerce=int)
    task = forms.CharField(label=_("委托内容"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit = [(str(one.pk), f"{one.name} {one.phone}") for one in contractors_for(self.order, day_of(now()))]
        self.fields["contractor_id"].choices = fit  # type: ignore[attr-defined]


class JobStepForm(forms.Form):
    """How far a contractor is; `verbs`: what they can do now."""

    verb = forms.ChoiceField(label=_("进展"))
    people = forms.CharField(label=_("到场人员和电话"), max_length=120, required=False)
    result = forms.CharField(
        label=_("做了什么"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, verbs: Iterable[JobVerb], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = choices({verb: JOB_VERB_LABELS[verb] for verb in verbs})
        self.fields["verb"].choices = labels  # type: ignore[attr-defined]


class ContractorStepForm(JobStepForm, MoveForm):
    """The same as we write it down for them."""

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        job = job_of(order)
        super().__init__(*args, order=order, verbs=job_possible(JobState(job.state)) if job else (), **kwargs)


class ProgressForm(MoveForm):
    percent = forms.IntegerField(label=_("完成百分比"), min_value=0, max_value=100)
    text = forms.CharField(label=_("进度"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
