"""A form and the action behind it: a refusal stands where the fault is, and what was typed stays."""

from collections.abc import Callable

from django import forms

from zhongshu.kernel.errors import NotFound, Refusal


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
