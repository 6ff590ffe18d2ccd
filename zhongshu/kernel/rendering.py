"""The tables of a new database in a quarter of the time.

Django renders a model of a migration anew whenever a model near it changes; where all hangs together by site and user,
that is every model for each of hundreds of steps. A new model, a new field and a new index or constraint change no
other model: here only what is new is rendered, as classes are when a program starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED


@contextmanager
def only_what_is_new() -> Iterator[None]:
    """While migrating an empty database. Other changes (of a field that is there) are rendered as Django does."""
    theirs = {name: getattr(ProjectState, name) for name in _OURS}
    try:
        for name, ours in _OURS.items():
            setattr(ProjectState, name, ours)
        yield
    finally:
        for name, method in theirs.items():
            setattr(ProjectState, name, method)


def _add_model(state: Any, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:  # as Django asks: hasattr would render them
        state.apps.render_multiple([model])


def _add_field(  # noqa: PLR0917 - as Django calls it
    state: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool
) -> None:
    key = app_label, model_name
    if not preserve_default:  # it was for the rows that were there
        field = field.clone()
        field.default = NOT_PROVIDED
    state.models[key].fields[name] = field
    if state._relations is not None:
        state.resolve_model_field_relations(key, name, field)
    if "apps" in state.__dict__:
        state.apps.get_model(*key).add_to_class(name, field.clone())


def _append_option(state: Any, app_label: str, model_name: str, name: str, added: object) -> None:
    options = state.models[app_label, model_name].options
    options[name] = [*options[name], added]
    if "apps" in state.__dict__:
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, name, [*getattr(meta, name), added])


_OURS: Final = {"add_model": _add_model, "add_field": _add_field, "_append_option": _append_option}
