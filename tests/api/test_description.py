"""The description of the API is valid, complete, and says of everything what it is."""

import json
from collections import Counter
from collections.abc import Iterator
from enum import EnumType
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
import schemathesis
from django.core.management import call_command
from django.test import Client
from ninja import Schema

from zhongshu.config.api import api
from zhongshu.kernel.outbox import known_events, told


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    written = StringIO()
    call_command("openapi", stdout=written)
    found: dict[str, Any] = json.loads(written.getvalue())
    return found


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in description["paths"].values() for operation in path.values()]


def test_it_is_valid(description: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(description).validate()


def test_the_validation_is_one(description: dict[str, Any]) -> None:
    """What is no description is not taken for one."""
    broken = description | {"info": {"title": 7}}
    with pytest.raises(Exception, match=r"7|version|valid"):
        schemathesis.openapi.from_dict(broken).validate()


def test_the_command_and_the_address_say_the_same(description: dict[str, Any], tmp_path: Path, db: None) -> None:
    assert Client().get("/api/v1/openapi.json").json() == description
    call_command("openapi", out=tmp_path / "api.json", stdout=StringIO())
    assert json.loads((tmp_path / "api.json").read_text()) == description


def test_every_operation_has_a_name_of_its_own_a_tag_and_words(description: dict[str, Any]) -> None:
    ids = Counter(operation["operationId"] for operation in operations(description))
    assert [name for name, times in ids.items() if times > 1] == []
    tags = {tag["name"] for tag in description["tags"]}
    for operation in operations(description):
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags
        assert operation["tags"]
        assert operation["security"], operation["operationId"]
    assert set(description["components"]["securitySchemes"]) == {"BearerToken", "BrowserSession"}


def test_every_body_has_an_example_that_fits(description: dict[str, Any]) -> None:
    bodies = 0
    for operation in operations(description):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"] | {"components": description["components"]}
            jsonschema_rs.validate(schema, content["example"])
            bodies += 1
    assert bodies > 40


def test_no_two_schemas_share_a_name() -> None:
    """Of two with one name the description would have one only, and the clients made from it break."""
    names = Counter(f"{cls.__name__}" for cls in _schemas(Schema) if cls.__module__.startswith("zhongshu."))
    assert [name for name, times in names.items() if times > 1] == []


def test_no_two_enums_share_a_name() -> None:
    """Nor of two enums: one would promise the other's words."""
    annotations = (field.annotation for cls in _schemas(Schema) for field in cls.model_fields.values())
    enums = {part for told in annotations for part in _parts(told) if isinstance(part, EnumType)}
    names = Counter(enum.__name__ for enum in enums)
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)


def _schemas(base: type[Schema]) -> set[type[Schema]]:
    below = set(base.__subclasses__())
    return below | {inner for cls in below for inner in _schemas(cls)}


def test_every_event_that_leaves_the_house_is_described(description: dict[str, Any]) -> None:
    ours = {name for name, (cls, _) in known_events().items() if cls.__module__.startswith("zhongshu.") and told(cls)}
    assert set(description["webhooks"]) == ours
    assert len(api.get_openapi_schema()["webhooks"]) == len(ours) >= 3
