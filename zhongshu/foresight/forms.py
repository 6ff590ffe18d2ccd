"""What is typed on the pages of foresight."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.web.forms import Named, words_field


class SwitchForm(Named):
    """`scope`: the company or the site one works at; `position`: where the switch goes."""

    scope = forms.ChoiceField(label=_("范围"), choices=[("company", _("全公司")), ("site", _("本项目"))])
    position = forms.ChoiceField(label=_("开关"), choices=[("on", _("启用")), ("off", _("停用"))])
    reason = words_field(_("原因"), most=300)


class ObjectionForm(Named):
    """How the customer put it."""

    reason = words_field(_("客户怎么说的"), most=300)
