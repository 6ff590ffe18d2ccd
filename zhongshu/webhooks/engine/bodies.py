"""What an endpoint is told of an event: `{"id", "type", "occurred_at", "site", "data"}`.

`data` holds the fields marked `Told` and no others: public numbers and codes in place of row numbers, no names, no
phone numbers, no free text. Who wants more asks the API.
"""

from datetime import date, datetime
from json import dumps
from typing import Any, get_args, get_type_hints

from django.apps import apps

from zhongshu.identity.models import Site
from zhongshu.kernel.models import OutboxEvent
from zhongshu.kernel.outbox import DomainEvent, Told, known_events, told
from zhongshu.webhooks.models import Delivery

Schema = dict[str, Any]

_TYPES: dict[type, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def public_id(delivery: Delivery) -> str:
    """What the receiver knows the delivery by; the same at every try."""
    return f"msg_{delivery.key.hex}"


def body_of(delivery: Delivery) -> bytes:
    """The JSON that is sent; the same at every try."""
    event = delivery.event
    said = {
        "id": public_id(delivery),
        "type": event.name,
        "occurred_at": event.occurred_at.isoformat(),
        "site": Site.objects.filter(pk=event.site_id or 0).values_list("code", flat=True).first(),
        "data": _data(event),
    }
    return dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def schema_of(cls: type[DomainEvent]) -> Schema:
    """The JSON schema of the body for an event."""
    hints = get_type_hints(cls)
    data = {mark.name or name: _schema_of_field(hints[name], mark) for name, mark in told(cls).items()}
    properties = {
        "id": {"type": "string", "description": "The same at every try of this delivery."},
        "type": {"type": "string", "const": cls.name},
        "occurred_at": {"type": "string", "format": "date-time"},
        "site": {"type": ["string", "null"], "description": "Code of the site."},
        "data": _object(data),
    }
    return _object(properties) | {"description": " ".join((cls.__doc__ or "").split())}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _data(event: OutboxEvent) -> dict[str, Any]:
    """Nothing of an event that this version of the program does not know."""
    known = known_events().get(event.name)
    fields = told(known[0]) if known else {}
    return {mark.name or name: _value(event.payload[name], mark) for name, mark in fields.items()}


def _value(value: Any, mark: Told) -> Any:
    if not mark.of:
        return value
    model, attribute = mark.of.rsplit(".", 1)
    return apps.get_model(model)._default_manager.filter(pk=value).values_list(attribute, flat=True).first()


def _schema_of_field(hint: Any, mark: Told) -> Schema:
    schema = {"type": "string"} if mark.of else _TYPES.get(hint, {"type": "string"})
    values = {"enum": sorted({str(word) for word in mark.words} | _blank(hint, mark))} if mark.words else {}
    return schema | values | {"description": mark.meaning}


def _blank(hint: Any, mark: Told) -> set[str]:
    """Nothing yet is a word too where the meaning says so."""
    return {""} if "empty" in mark.meaning or type(None) in get_args(hint) else set()
