"""What the views of people share: the status of a form, the id somebody chose, a name in a sentence."""

from django import forms

from zhongshu.people.models import Staff


def status_of(form: forms.Form) -> int:
    return 422 if form.errors else 200


def id_in(text: str) -> int | None:
    """The id somebody chose in a list; None when it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def name_of(staff: Staff) -> dict[str, str]:
    """For sentences about somebody."""
    return {"name": staff.user.name}
