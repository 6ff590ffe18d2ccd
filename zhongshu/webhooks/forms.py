"""What people type about endpoints. Rules live in the actions; their refusals come back as errors of the form."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.forms import Form
from zhongshu.identity.models import Site
from zhongshu.web.forms import DayInput
from zhongshu.webhooks.actions.endpoints import DESCRIPTION_LENGTH, URL_LENGTH
from zhongshu.webhooks.policies import group_of
from zhongshu.webhooks.queries import offered_events, offered_groups

ALL_SITES = "all"


class EndpointForm(Form):
    url = forms.CharField(
        label=_("推送地址"),
        max_length=URL_LENGTH,
        widget=forms.URLInput({"placeholder": "https://example.com/hooks"}),
        help_text=_("必须是公网的 https 地址。"),
    )
    description = forms.CharField(
        label=_("说明"), max_length=DESCRIPTION_LENGTH, required=False, help_text=_("给谁、做什么用。")
    )
    events = forms.MultipleChoiceField(label=_("事件"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["events"])
        field.choices = [
            (choice, choice)
            for group in offered_groups()
            for choice in (group, *(name for name in offered_events() if group_of(name) == group))
        ]


class NewEndpointForm(EndpointForm):
    """`sites` are those the actor may manage endpoints of; `everywhere` adds all of them at once."""

    site = forms.ChoiceField(label=_("项目"))
    field_order = ["url", "site", "description", "events"]

    def __init__(self, *args: Any, sites: list[Site], everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {str(site.pk): site for site in sites}
        options = [(key, site.name) for key, site in self._sites.items()]
        field = cast(forms.ChoiceField, self.fields["site"])
        field.choices = [*options, (ALL_SITES, _("全部项目"))] if everywhere else options

    def chosen_site(self) -> Site | None:
        return self._sites.get(self.cleaned_data["site"])


class PeriodForm(Form):
    """Both days included."""

    since = forms.DateField(label=_("从哪天"), widget=DayInput)
    until = forms.DateField(label=_("到哪天"), widget=DayInput)
