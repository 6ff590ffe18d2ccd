"""What is typed about orders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.estate.models import Place
from zhongshu.estate.queries import find_place
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.people.models import Staff
from zhongshu.web.forms import DayInput, MinuteInput, Named
from zhongshu.work.kinds import URGENCY_LABELS, Urgency
from zhongshu.work.models import WorkOrder

ANY_TEAM = ("", _("自动选择"))


class KitForm(Named):
    look = {forms.CheckboxInput: ""}


def _reason() -> forms.CharField:
    return forms.CharField(label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class MoveForm(KitForm):
    """A move of an order: nothing to say."""

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, **kwargs)


class NoteForm(MoveForm):
    note = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(MoveForm):
    reason = _reason()


class HoldForm(MoveForm):
    reason = _reason()
    resume_on = forms.DateField(label=_("恢复日期"), widget=DayInput())


class ObjectionForm(MoveForm):
    right_team_kind = forms.ChoiceField(label=_("应由哪个部门处理"))
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.order.team.kind if self.order.team else ""
        others = [(kind.value, TEAM_KIND_LABELS[kind]) for kind in TeamKind if kind != present]
        self.fields["right_team_kind"].choices = others  # type: ignore[attr-defined]


class ReassignmentForm(MoveForm):
    team_kind = forms.ChoiceField(label=_("部门"), required=False)
    staff_id = forms.ChoiceField(label=_("处理人"), required=False, help_text=_("不选则由系统在当班人员中选择。"))
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [ANY_TEAM, *choices(TEAM_KIND_LABELS)]
        self.fields["team_kind"].choices = teams  # type: ignore[attr-defined]
        self.fields["staff_id"].choices = staff_choices(self.order.site_id, blank=True)  # type: ignore[attr-defined]

    def clean_staff_id(self) -> int | None:
        return int(self.cleaned_data["staff_id"]) if self.cleaned_data["staff_id"] else None


class PlaceForm(MoveForm):
    place = forms.CharField(label=_("位置编码"), max_length=60, help_text=_("例如 P1-3-2-1502"))
    reason = _reason()

    def clean_place(self) -> Place:
        return _known_place(self.order.site_id, self.cleaned_data["place"])


class UrgencyForm(MoveForm):
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=choices(URGENCY_LABELS))
    reason = _reason()


class PhotoForm(MoveForm):
    photo = forms.FileField(
        label=_("照片"), widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"})
    )
    is_after = forms.BooleanField(label=_("完工后"), required=False)


class SeveralForm(KitForm):
    """Several orders to one person."""

    staff_id = forms.ChoiceField(label=_("处理人"))
    reason = _reason()

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff_id"].choices = staff_choices(site.pk)  # type: ignore[attr-defined]

    def clean_staff_id(self) -> int:
        return int(self.cleaned_data["staff_id"])


class TaskForm(KitForm):
    """Work given by head office or a manager."""

    title = forms.CharField(label=_("要做什么"), max_length=120)
    description = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=choices(URGENCY_LABELS), initial=Urgency.P3)
    place = forms.CharField(label=_("位置编码"), max_length=60, required=False, help_text=_("例如 P1-3-2-1502，可不填"))
    team_kind = forms.ChoiceField(label=_("部门"), choices=choices(TEAM_KIND_LABELS))
    assignee = forms.ChoiceField(label=_("处理人"), required=False, help_text=_("不选则由系统在当班人员中选择。"))
    due_at = forms.DateTimeField(label=_("完成期限"), required=False, widget=MinuteInput())
    report_hours = forms.IntegerField(
        label=_("每隔几小时汇报"), required=False, min_value=1, max_value=720, help_text=_("不填则不要求汇报。")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["assignee"].choices = staff_choices(site.pk, blank=True)  # type: ignore[attr-defined]

    def clean_place(self) -> Place | None:
        return _known_place(self.site.pk, self.cleaned_data["place"]) if self.cleaned_data["place"] else None

    def clean_assignee(self) -> Staff | None:
        if not self.cleaned_data["assignee"]:
            return None
        return Staff.objects.select_related("user", "team").get(pk=self.cleaned_data["assignee"])


def staff_choices(site_id: int, *, blank: bool = False) -> list[tuple[str, Any]]:
    """Everybody employed at the site, with their team. One statement."""
    staff = Staff.objects.filter(site_id=site_id, left_on__isnull=True, user__is_active=True)
    rows = staff.select_related("user", "team").order_by("team__code", "employee_no")
    people = [(str(s.pk), f"{s.user.name}（{s.team.name}）" if s.team else s.user.name) for s in rows]
    return [("", _("自动选择")), *people] if blank else people


def _known_place(site_id: int, code: str) -> Place:
    place = find_place(site_id, code)
    if place is None:
        raise forms.ValidationError(_("没有编码为 %(code)s 的位置。") % {"code": code})
    return place
