"""The description of the API (OpenAPI 3.1): what django-ninja writes, and what it leaves out."""

from copy import deepcopy
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from zhongshu.config.examples import example_of
from zhongshu.config.operations import KEY, REPLAYED
from zhongshu.config.problems import PROBLEM
from zhongshu.kernel.outbox import known_events
from zhongshu.webhooks.engine.bodies import schema_of
from zhongshu.webhooks.queries import offered_events

Node = dict[str, Any]

ABOUT = (
    "Property management for programs. Tokens, errors, repetition, lists and following changes are told in "
    "docs/api.md, webhooks in docs/webhooks.md."
)
TAGS = {
    "cases": "What customers told us, from hearing it to closing it.",
    "incidents": "One cause and many matters: notices, one repair, every caller answered; planned works.",
    "complaints": "Complaints judged, what each role did about them, and revisions.",
    "referrals": "Bodies outside that matters are handed to, and the checks that it helped.",
    "channels": "Doors from outside: telephone, 12345, letters, alarms; the load of angry contact.",
    "scene": "Calls for help on the spot, who came, the evidence, the care.",
    "quality": "Help for sites, supervision, samples, answered escalations, service standards.",
    "knowledge": "Articles, their versions, search, and what must be read.",
    "messages": "What was sent to whom by which channel, and whether it arrived.",
    "ledger": "Accounts of the general ledger, balanced entries, periods, trial balance.",
    "billing": "Charge items, tariffs, meters, runs, charges, payments and what they cleared.",
    "cashier": "The counter: shifts, deposits, refunds, the one card, invoices.",
    "remittance": "Online payments, direct debit, bank statements.",
    "collecting": "Notices about arrears, their deliveries, documents, payment plans, reasons, limitation.",
    "community": "Visits at the door, satisfaction surveys.",
    "care": "The sentiment score: its entries, bands, gold, and why.",
    "foresight": "How likely accounts are to fall into arrears, and how good that is.",
    "insight": "Figures, reports, hot spots and the matters behind them.",
    "orders": "Work orders, their moves and photos.",
    "places": "The tree of places, keepers and occupancy.",
    "accounts": "Who holds a dwelling, with household and parking.",
    "customers": "People and companies we serve.",
    "imports": "Workbooks that are sent, previewed and taken.",
    "people": "Staff, teams, rosters, absences.",
    "identity": "Oneself, users, roles, tokens, the audit, jobs.",
    "webhooks": "Endpoints that are told what happens, and their deliveries.",
    "console": "Search, the live board, figures, messages.",
    "resident": "What residents do: report, follow, answer.",
}
PROBLEMS = {
    "400": "The body cannot be read.",
    "401": "No token, or none that is valid.",
    "403": "Seen, but not yours to change; also a write with a session and without its CSRF token.",
    "404": "Absent, or not for you.",
    "409": "Not as things stand; also an Idempotency-Key that came before with another request.",
    "413": "Too large.",
    "415": "A body of another type.",
    "422": "Something in the request makes no sense; `field` names it.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "500": "Our fault; `error_id` is in the log.",
}
PROBLEM_SCHEMA: Node = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "message": {"type": "string", "description": "A sentence for a person, in the language asked for."},
        "field": {"type": "string", "description": "The input at fault; may be empty."},
        "error_id": {"type": "string", "description": "Of a 500: what the log has it under."},
    },
    "required": ["type", "title", "status", "detail", "code", "message", "field"],
    "examples": [
        {
            "type": "urn:zhongshu:problem:invalid",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "缺少 text。",  # matter
            "code": "invalid",
            "message": "缺少 text。",  # matter
            "field": "text",
        }
    ],
}
KEY_PARAMETER: Node = {
    "in": "header",
    "name": KEY,
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "Chosen by the caller, new for each thing to be done. A repetition with the same key and the same "
    f"request does nothing and gets the first answer with its status, and `{REPLAYED}: true`.",
}


class DescribedApi(NinjaAPI):
    """An API whose description says what its operations do alike."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[str, Node] = {}

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name, unique in the API."""
        return operation.view_func.__name__

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Node | None = None) -> Any:
        """The same for everybody as long as the program runs: put together once (half a second), then copied."""
        prefix = path_prefix or self.get_root_path(path_params or {})
        if prefix not in self._described:
            self._described[prefix] = dict(self._whole(prefix))
        return deepcopy(self._described[prefix])

    def _whole(self, prefix: str) -> Any:
        schema = super().get_openapi_schema(path_prefix=prefix)
        schema["info"] |= {"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
        schema["servers"] = [{"url": "/", "description": "The installation that this description comes from."}]
        schema["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
        _describe_components(schema["components"])
        for path in schema["paths"].values():
            for method, operation in path.items():
                _describe(operation, method, schema["components"]["schemas"])
        schema["webhooks"] = {name: {"post": _webhook(name)} for name in offered_events()}
        return schema


def _describe_components(components: Node) -> None:
    components["schemas"]["Problem"] = PROBLEM_SCHEMA
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"Problem{status}": {"description": about, "content": content} for status, about in PROBLEMS.items()
    }
    schemes = components["securitySchemes"]
    schemes["BearerToken"] |= {"description": "`Authorization: Bearer zs_…`; an administrator makes tokens."}
    schemes["BrowserSession"] |= {"description": "The session of the pages; writes also carry `X-CSRFToken`."}


def _describe(operation: Node, method: str, schemas: Node) -> None:
    operation.setdefault("description", f"{operation['summary']}.")
    body = operation.get("requestBody", {}).get("content", {})
    if method == "post":
        operation.setdefault("parameters", []).append(KEY_PARAMETER)
    for content in body.values():
        content["example"] = example_of(content["schema"], schemas)
    for status in PROBLEMS:
        if body or status not in ("400", "413", "415"):
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})


def _webhook(name: str) -> Node:
    event, _reactions = known_events()[name]
    schema = schema_of(event)
    return {
        "operationId": "told_" + name.replace(".", "_"),
        "summary": schema["description"],
        "tags": ["webhooks"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again; 410 pauses the endpoint."}},
        "security": [],
    }
