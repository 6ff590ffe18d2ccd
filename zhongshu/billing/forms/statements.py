"""Which day a statement is asked of."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from zhongshu.web.forms import DayInput, Named

_BOUNDS = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


class StatementForm(Named):
    on = forms.DateField(label=_("截至"), widget=DayInput(), validators=_BOUNDS)
