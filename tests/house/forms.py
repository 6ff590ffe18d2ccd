"""The forms of a page, as a browser would find them, and how somebody hostile fills them in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

TYPED = {"text", "search", "tel", "email", "url", ""}


@dataclass
class Field:
    """`options` are the values of a select; `value` is what stands there already."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def is_upload(self) -> bool:
        return any(one.kind == "file" for one in self.fields)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.action}"

    def filled(self, text: str) -> dict[str, str]:
        """The text wherever something can be typed; elsewhere what a person in a hurry would choose."""
        return {one.name: _value(one, text) for one in self.fields if one.name and one.kind not in {"submit", "file"}}


def _value(one: Field, text: str) -> str:
    if one.kind in TYPED or one.kind == "textarea":
        return text
    if one.kind == "select":
        return next((option for option in one.options if option), "")
    return one.value


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "form":
            action = attributes.get("action") or attributes.get("hx-post") or attributes.get("hx-get") or ""
            method = "post" if "hx-post" in attributes else attributes.get("method", "get").lower()
            self._open = Form(urljoin(self.page, action), method)
            self.forms.append(self._open)
        elif self._open and tag in {"input", "textarea", "select"}:
            kind = attributes.get("type", "") if tag == "input" else tag
            self._open.fields.append(Field(attributes.get("name", ""), kind, attributes.get("value", "")))
        elif self._open and tag == "option" and self._open.fields:
            self._open.fields[-1].options.append(attributes.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms_of(page: str, html: str) -> list[Form]:
    """Every form on the page at that address."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms
