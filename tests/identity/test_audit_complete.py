"""Every action of every app writes the audit, itself or through a function of ours that it calls.

Generic: it finds the actions by walking `zhongshu/*/actions`, so those to come are covered too. The rare one that
leaves no line says why with `@audit.unaudited("…")`.
"""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

import zhongshu
from zhongshu.identity import audit

PACKAGE = Path(zhongshu.__file__).parent
APPS = sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())
ACTIONS = [f"zhongshu.{app}.actions" for app in APPS if find_spec(f"zhongshu.{app}.actions")]


def exported(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What the module names in `__all__`, else its public functions of ours."""
    names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    for name in names:
        thing = getattr(module, name)
        if inspect.isfunction(thing) and thing.__module__.startswith(module.__name__):
            yield name, thing


def records(action: Callable[..., Any], seen: set[object] | None = None) -> bool:
    """Whether the function, or one of ours that it uses, calls `audit.record`."""
    seen = set() if seen is None else seen
    action = inspect.unwrap(action)
    if action is audit.record:
        return True
    if action in seen or not isinstance(action, FunctionType) or not action.__module__.startswith("zhongshu."):
        return False
    seen.add(action)
    return any(records(used, seen) for used in _used_by(action))


def _used_by(function: FunctionType) -> Iterator[Callable[..., Any]]:
    """Functions of ours that its code names: globals of its module, attributes of modules and methods of classes
    among them, and what its closure holds."""
    names = _names(function.__code__)
    held = [cell.cell_contents for cell in function.__closure__ or ()]
    for thing in [*(function.__globals__[name] for name in names & function.__globals__.keys()), *held]:
        if inspect.isfunction(thing):
            yield thing
        elif inspect.ismodule(thing) and thing.__name__.startswith("zhongshu."):
            yield from (vars(thing)[name] for name in names & vars(thing).keys() if callable(vars(thing)[name]))
        elif inspect.isclass(thing) and thing.__module__.startswith("zhongshu."):
            yield from (method for method in vars(thing).values() if inspect.isfunction(method))


def _names(code: CodeType) -> set[str]:
    """Every name in the code and in what is nested in it: comprehensions, inner functions."""
    nested = (part for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*map(_names, nested))


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_of_the_app_writes_the_audit(name: str) -> None:
    silent = [
        action
        for action, function in exported(import_module(name))
        if not records(function) and not getattr(inspect.unwrap(function), "__unaudited__", "")
    ]
    assert silent == []


def test_identity_has_actions_to_look_at() -> None:
    assert "zhongshu.identity.actions" in ACTIONS
    assert len(list(exported(import_module("zhongshu.identity.actions")))) > 10


def test_a_silent_function_would_be_found() -> None:
    def silent() -> None:
        str(1)

    silent.__module__ = "zhongshu.tests"
    assert not records(silent)


def test_a_function_that_records_through_another_is_not_silent() -> None:
    from zhongshu.identity import actions

    assert records(actions.create_user)
    assert not records(actions.use_token)
