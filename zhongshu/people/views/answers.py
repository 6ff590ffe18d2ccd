"""What the views of people share: a form that an action may refuse, and the number that a page sends."""

from collections.abc import Callable
from typing import Any

from django import forms

from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.people.models import Staff


def done(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was in order and the action agreed; if not, the form says why. What is absent stays absent."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except NotFound:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def status_of(form: forms.Form) -> int:
    return 422 if form.errors else 200


def id_in(text: str) -> int | None:
    """The id somebody chose in a list; None when it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def name_of(staff: Staff) -> dict[str, str]:
    """For sentences about somebody."""
    return {"name": staff.user.name}
