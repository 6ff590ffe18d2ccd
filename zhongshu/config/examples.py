"""Examples of what is sent, for the description of the API: made from the schemas, with likely words for names."""

from typing import Any

Node = dict[str, Any]

# matter: what a program might send
LIKELY: dict[str, Any] = {
    "site": "YQL",
    "text": "厨房水龙头一直滴水",  # matter
    "place_text": "二期3栋2单元1502",  # matter
    "place_code": "P2-3-2-1502",
    "place": "P2-3-2-1502",
    "caller_phone": "15400010001",
    "phone": "15400010001",
    "phones": ["15400010001"],
    "name": "王小明",  # matter
    "caller_name": "王小明",  # matter
    "reason": "客户来电更正",  # matter
    "events": ["work", "cases.moved"],
    "url": "https://example.com/hooks",
    "scopes": ["cases.view"],
    "account": "YQL-0001",
    "numbers": ["WX-YQL-20261104-001"],
    "username": "yql04",
    "employee_no": "E0042",
    "language": "en",
    "month": "2026-11",
    "period": "2026-11",
    "code": "engineering",
    "title": "检查消防通道",  # matter
}
FORMATS = {"date": "2026-11-04", "date-time": "2026-11-04T12:00:00+08:00", "binary": "", "uuid": "0" * 32}


def example_of(schema: Node, schemas: Node, name: str = "") -> Any:
    """A value that the schema allows; `schemas` are the named ones it may refer to."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, name)
    for kind in ("anyOf", "allOf", "oneOf"):
        if kind in schema:
            return example_of(schema[kind][0], schemas, name)
    if "enum" in schema:
        return schema["enum"][0]
    return _of_type(schema, schemas, name)


def _of_type(schema: Node, schemas: Node, name: str) -> Any:
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            wanted = [key for key in properties if key in schema.get("required", ()) or key in LIKELY]
            return {key: example_of(properties[key], schemas, key) for key in wanted}
        case "array":
            return LIKELY.get(name) or [example_of(schema["items"], schemas, name)]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
        case "null":
            return None
    return FORMATS.get(schema.get("format", "")) or LIKELY.get(name, "…")[: schema.get("maxLength", 200)]
