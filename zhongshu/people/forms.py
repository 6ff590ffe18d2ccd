"""What is typed about staff, teams and rosters."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.people.actions.staff import MOST_CAPACITY
from zhongshu.people.kinds import ABSENCE_LABELS, DUTY_LABELS, TEAM_KIND_LABELS
from zhongshu.people.models import Skill, Staff, Team
from zhongshu.people.queries import hireable, not_gone
from zhongshu.web.forms import DayInput, Dressed, MinuteInput


def _serving(site: Site) -> Any:
    return Staff.objects.filter(not_gone(now()), site=site).select_related("user")


class _SiteForm(Dressed):
    """A form whose choices are those of one site."""

    look = {forms.CheckboxSelectMultiple: "choice-list"}

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in self.choices_at(site).items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def choices_at(self, site: Site) -> dict[str, Any]:
        return {}


def _skills() -> "forms.ModelMultipleChoiceField[Skill]":
    return forms.ModelMultipleChoiceField(
        Skill.objects.none(), label=_("技能"), required=False, widget=forms.CheckboxSelectMultiple
    )


class HireForm(_SiteForm):
    user = forms.ModelChoiceField(User.objects.none(), label=_("账号"), help_text=_("先在“用户”里建账号。"))
    employee_no = forms.CharField(max_length=20, label=_("工号"))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("班组"), required=False)
    title = forms.CharField(max_length=40, label=_("岗位"), required=False)
    joined_on = forms.DateField(label=_("入职日期"), widget=DayInput())
    skills = _skills()
    capacity = forms.IntegerField(min_value=1, max_value=MOST_CAPACITY, initial=5, label=_("同时承接工单数"))

    def choices_at(self, site: Site) -> dict[str, Any]:
        return {
            "user": hireable(site_id=site.pk, at=now()),
            "team": Team.objects.filter(site=site),
            "skills": Skill.objects.order_by("code"),
        }


class ArrangeForm(_SiteForm):
    team = forms.ModelChoiceField(Team.objects.none(), label=_("班组"), required=False)
    skills = _skills()
    capacity = forms.IntegerField(min_value=1, max_value=MOST_CAPACITY, label=_("同时承接工单数"))

    def choices_at(self, site: Site) -> dict[str, Any]:
        return {"team": Team.objects.filter(site=site), "skills": Skill.objects.order_by("code")}


class LeaveForm(_SiteForm):
    left_on = forms.DateField(label=_("离职日期"), widget=DayInput())


class TeamForm(_SiteForm):
    code = forms.SlugField(max_length=30, label=_("编码"))
    name = forms.CharField(max_length=40, label=_("名称"))
    kind = forms.ChoiceField(choices=choices(TEAM_KIND_LABELS), label=_("类别"))


class LeadForm(_SiteForm):
    lead = forms.ModelChoiceField(Staff.objects.none(), label=_("主管"), required=False)

    def choices_at(self, site: Site) -> dict[str, Any]:
        return {"lead": _serving(site)}


class RosterForm(_SiteForm):
    staff = forms.ModelChoiceField(Staff.objects.none(), label=_("员工"))
    duty = forms.ChoiceField(choices=choices(DUTY_LABELS), label=_("职责"))
    day = forms.DateField(label=_("日期"), widget=DayInput())
    starts = forms.TimeField(label=_("上班"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}))
    hours = forms.IntegerField(min_value=1, max_value=24, initial=8, label=_("小时"))

    def choices_at(self, site: Site) -> dict[str, Any]:
        return {"staff": _serving(site)}

    def offer(self, staff: Iterable[Staff]) -> None:
        """The choices from a list that is at hand, which spares reading it again."""
        named = [(person.pk, f"{person.user.name}（{person.employee_no}）") for person in staff]
        self.fields["staff"].choices = [("", "—"), *named]  # type: ignore[attr-defined]

    def period(self) -> tuple[datetime, datetime]:
        """When the shift starts and ends, on the sites' clock."""
        starts_at = datetime.combine(self.cleaned_data["day"], self.cleaned_data["starts"], SITE_ZONE)
        return starts_at, starts_at + timedelta(hours=self.cleaned_data["hours"])


class AbsenceForm(_SiteForm):
    reason = forms.ChoiceField(choices=choices(ABSENCE_LABELS), label=_("原因"))
    starts_at = forms.DateTimeField(label=_("从"), widget=MinuteInput())
    ends_at = forms.DateTimeField(label=_("到"), widget=MinuteInput())
