"""Every address of the program, with an example of each argument."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.house.world import World


@dataclass(frozen=True, slots=True)
class Address:
    """A named address and one method it takes."""

    name: str
    method: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def addresses() -> list[Address]:
    """All of them, in the order of their names; an address without a name is a fault of the test's caller."""
    return sorted(_walk(get_resolver(), ""), key=str)


def _walk(resolver: URLResolver, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner)
        else:
            yield from _of_pattern(entry, namespace)


def _of_pattern(entry: URLPattern, namespace: str) -> Iterator[Address]:
    assert entry.name, f"{entry.pattern} has no name"
    arguments = tuple(entry.pattern.regex.groupindex) or tuple(getattr(entry.pattern, "converters", ()))
    for method in _methods(entry.callback):
        yield Address(namespace + entry.name, method, arguments)


def _methods(view: Callable[..., Any]) -> tuple[str, ...]:
    operations = getattr(getattr(view, "__self__", None), "operations", None)
    if operations is not None:
        return tuple(sorted({method for operation in operations for method in operation.methods}))
    return tuple(sorted(getattr(view, "methods", ("GET",))))


def url_of(address: Address, world: World) -> str:
    """The address with arguments that exist in the world. Raises LookupError for an argument without an example."""
    return reverse(address.name, kwargs={name: example(address.name, name, world) for name in address.arguments})


def example(address: str, argument: str, world: World) -> Any:
    """What to put for an argument: by `address.argument`, else by the argument alone."""
    examples: dict[str, Callable[[], Any]] = EXAMPLES(world)
    for key in (f"{address}.{argument}", f"{address.split(':', maxsplit=1)[0]}.{argument}", argument):
        if key in examples:
            return examples[key]()
    raise LookupError(f"{address} takes {argument!r}: add an example to tests/house/addresses.py")


def EXAMPLES(world: World) -> dict[str, Callable[[], Any]]:
    return {
        "work.number": lambda: world.order.number,
        "cases.number": lambda: world.case.number,
        "console:account.number": lambda: world.account.number,
        "console:phone_order.number": lambda: world.order.number,
        "estate.code": lambda: world.unit.code,
        "people.code": lambda: "engineering",
        "employee_no": lambda: "E0",
        "people.pk": lambda: world.roster_entry.pk,
        "estate:customer.pk": lambda: world.customer.pk,
    }
