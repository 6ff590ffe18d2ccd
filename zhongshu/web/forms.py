"""What every form of the pages shares: its look, the browser's own pickers, and the action behind it.

A refusal stands where the fault is, and what was typed stays.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms

from zhongshu.kernel.errors import NotFound, Refusal

_LOOK: dict[type, str] = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}


class Dressed(forms.Form):
    """Fields as the console shows them; `look` says by the kind of widget what an app shows otherwise ("": plain)."""

    look: ClassVar[dict[type, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if wears := (_LOOK | self.look).get(type(field.widget), "form-control"):
                field.widget.attrs.setdefault("class", wears)


class Named(Dressed):
    """Its ids carry the form's own name, so that several stand on one page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        super().__init__(*args, **kwargs)


class DayInput(forms.DateInput):
    """A day, as the browser's own picker wants it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MinuteInput(forms.DateTimeInput):
    """An instant on the sites' clock, likewise."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def words_field(label: Any, *, most: int, rows: int = 2, required: bool = True) -> forms.CharField:
    """Several lines of words."""
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea({"rows": rows}))


def attempt(form: forms.Form, act: Callable[..., object]) -> bool:
    """Whether the form was right and `act`, given its fields, did it; if not, the form says why.

    What does not exist for the person stays that: NotFound is not caught.
    """
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except NotFound:
        raise
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True


def show_refusal(form: forms.Form, refusal: Refusal) -> None:
    """At the field it names, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
