"""People with a page before them, without a browser: they find links, fields and buttons by their visible words.

What is not on the page cannot be pressed, and the test says what was there instead. Parts that htmx fetches are
fetched where the page says so, with the fields it says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import QueryDict
from django.test import Client

VOID = {"input", "br", "hr", "img", "meta", "link", "wbr", "source", "col"}
SILENT = {"script", "style", "head", "option", "svg"}
TYPED = {"input", "select", "textarea"}


@dataclass(eq=False)
class Node:
    """An element of a page; its text stands between its children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Node | None" = None
    inside: list["Node | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Node"]:
        """Itself and all below it, in the order of the page."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [each for each in reversed(node.inside) if isinstance(each, Node)]

    @property
    def above(self) -> Iterator["Node"]:
        node = self.parent
        while node:
            yield node
            node = node.parent

    @property
    def words(self) -> str:
        """What a reader sees, blanks as one."""
        return " ".join("".join(self._spoken()).split())

    def _spoken(self) -> Iterator[str]:
        for each in self.inside:
            if isinstance(each, str):
                yield each
            elif each.tag not in SILENT:
                yield from (" ", *each._spoken(), " ")

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> list["Node"]:
        return [node for node in self if node.tag in tags]

    def inner(self, tag: str) -> "Node | None":
        """The closest element of that tag around it."""
        return next((node for node in self.above if node.tag == tag), None)


class Page(HTMLParser):
    """Reads a page into nodes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self._here = Node("page")
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self._here)
        self._here.inside.append(node)
        if tag not in VOID:
            self._here = node

    def handle_endtag(self, tag: str) -> None:
        ended = next((node for node in (self._here, *self._here.above) if node.tag == tag), None)
        if ended and ended.parent:
            self._here = ended.parent

    def handle_data(self, data: str) -> None:
        self._here.inside.append(data)


@dataclass
class Visitor:
    """Somebody signed in. `said` of a step are its fields by label (or name): words, True for a box, files."""

    client: Client
    name: str
    url: str = ""
    page: Node = field(default_factory=lambda: Node("page"))
    content: bytes = b""

    def goes_to(self, address: str) -> "Visitor":
        return self._shown(self.client.get(address, follow=True))

    def _shown(self, answer: Any, *, status: int = 200) -> "Visitor":
        where = answer.redirect_chain[-1][0] if answer.redirect_chain else answer.request["PATH_INFO"]
        if not answer.redirect_chain and answer.request["REQUEST_METHOD"] == "GET" and answer.request["QUERY_STRING"]:
            where += "?" + answer.request["QUERY_STRING"]
        self.url, self.content = urljoin(self.url, where), b"".join(answer) if answer.streaming else answer.content
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        self.page = Page(self.content.decode()).root if is_page else Node("page")
        assert answer.status_code == status, f"{self.name} at {self.url}: {answer.status_code}. {self.text}"
        return self

    @property
    def text(self) -> str:
        return next((node.words for node in self.page.all("main")), self.page.words)

    def sees(self, *words: str) -> "Visitor":
        for each in words:
            assert each in self.page.words, f"{self.name} does not see {each!r} at {self.url}: {self.text}"
        return self

    def does_not_see(self, *words: str) -> "Visitor":
        for each in words:
            assert each not in self.page.words, f"{self.name} sees {each!r} at {self.url}: {self.text}"
        return self

    def follows(self, words: str, *, near: str = "") -> "Visitor":
        """The link with those words; `near`: words of the row, the item or the card around it."""
        links = [each for each in self.page.all("a") if words in each.words and _is_near(each, near)]
        assert links, f"{self.name} finds no link {words!r} {near} at {self.url}: {self.text}"
        return self.goes_to(urljoin(self.url, links[0].get("href")))

    def has_button(self, words: str, *, near: str = "") -> bool:
        return bool(self._buttons(words, near))

    def _buttons(self, words: str, near: str) -> list[Node]:
        return [each for each in self.page.all("button") if each.words == words and _is_near(each, near)]

    def presses(self, words: str, said: dict[str, Any] | None = None, *, near: str = "", refused: int = 0) -> "Visitor":
        """Fills in the form of that button and sends it; `refused`: the status of the refusal that is expected."""
        found = [form for each in self._buttons(words, near) if (form := each.inner("form"))]
        fitting = [form for form in found if all(_field(form, label) for label in said or {})]
        labels = [[_label(each) for each in form.all(*TYPED) if each.get("type") != "hidden"] for form in found]
        assert fitting, f"{self.name}: no button {words!r} {near} with {said} at {self.url}: {labels or self.text}"
        form = fitting[0]
        self._fill(form, said or {})
        return self._send(form, next(each for each in form.all("button") if each.words == words), refused)

    def chooses(self, label: str, value: str) -> "Visitor":
        """Where choosing is enough."""
        node = _field(self.page, label)
        form = node.inner("form") if node and "data-submit-on-change" in node.attributes else None
        assert form, f"{self.name} finds nothing to choose as {label!r} at {self.url}: {self.text}"
        self._fill(form, {label: value})
        return self._send(form, None, 0)

    def _send(self, form: Node, button: Node | None, refused: int) -> "Visitor":
        address, values = urljoin(self.url, form.get("action")), _values(form)
        if button and button.get("name"):
            values.append((button.get("name"), button.get("value")))
        said: dict[str, Any] = {}
        for name, value in values:
            said.setdefault(name, []).append(value)
        if form.get("method").lower() != "post":
            return self._shown(self.client.get(urlsplit(address).path, said, follow=True))
        return self._shown(self.client.post(address, said, follow=True), status=refused or 200)

    def presses_on(self, words: str) -> "Visitor":
        """The button that holds those words among others."""
        found = [each for each in self.page.all("button") if words in each.words and each.inner("form")]
        assert found, f"{self.name} finds no button with {words!r} at {self.url}: {self.text}"
        form = found[0].inner("form")
        assert form
        return self._send(form, found[0], 0)

    def fills(self, said: dict[str, Any]) -> "Visitor":
        """Types without sending."""
        self._fill(self.page, said)
        return self

    def _fill(self, where: Node, said: dict[str, Any]) -> None:
        for label, value in said.items():
            node = _field(where, label)
            assert node, f"{self.name} finds no field {label!r} at {self.url}: {self.text}"
            try:
                _put(where, node, value)
            except LookupError as none:
                raise AssertionError(f"{self.name}, {label} at {self.url}: {none}") from none

    def waits(self) -> "Visitor":
        """Until the page has fetched what it fetches by itself."""
        for node in [each for each in self.page if "load" in each.get("hx-trigger").replace(",", " ").split()]:
            self._fetch(node)
        return self

    def lets(self, part: str) -> "Visitor":
        """The part of the page with that id asks again, as it does when something was typed."""
        self._fetch(next(each for each in self.page if each.get("id") == part))
        return self

    def _fetch(self, node: Node) -> None:
        values = [(node.get("name"), node.get("value"))] if node.get("name") else []
        values += [value for each in _included(self.page, node.get("hx-include")) for value in _values_of(each)]
        if form := node if node.tag == "form" else node.inner("form"):
            hidden = [each for each in form.all("input") if each.get("name") == "csrfmiddlewaretoken"]
            values += [value for each in hidden for value in _values_of(each)]
        send = self.client.post if node.get("hx-post") else self.client.get
        address = urljoin(self.url, node.get("hx-post") or node.get("hx-get"))
        query = QueryDict(mutable=True)
        for name, value in values:
            query.appendlist(name, value)
        answer = send(address, dict(query.lists()), headers={"HX-Request": "true"}) if values else send(address)
        assert answer.status_code == 200, f"{self.name}: {address} {answer.status_code}"
        target = _target(self.page, node)
        target.inside = list(Page(answer.content.decode()).root.inside)
        for each in target.inside:
            if isinstance(each, Node):
                each.parent = target


def _is_near(node: Node, words: str) -> bool:
    around = (each for each in node.above if each.tag in {"tr", "li", "section", "form", "details"})
    return not words or any(words in each.words for each in around)


def _values(form: Node) -> list[tuple[str, Any]]:
    return [value for each in form.all(*TYPED) for value in _values_of(each)]


def _values_of(node: Node) -> list[tuple[str, Any]]:
    """What a browser would send of it."""
    kind, name = node.get("type"), node.get("name")
    if not name or (kind in {"checkbox", "radio"} and "checked" not in node.attributes):
        return []
    if kind == "file":
        files = node.__dict__.get("files", [])
        return [(name, each) for each in files]
    if node.tag == "select":
        options = node.all("option")
        chosen = [each for each in options if "selected" in each.attributes] or options[:1]
        return [(name, each.get("value")) for each in chosen]
    if node.tag == "textarea":
        return [(name, node.__dict__.get("typed", "".join(str(each) for each in node.inside)))]
    return [(name, node.attributes.get("value", "on" if kind == "checkbox" else ""))]


def _label(node: Node) -> str:
    """Its label; of one choice among several, the heading of the group."""
    if node.get("type") == "radio" and (group := node.inner("fieldset")):
        return next((each.words for each in group.all("legend")), "")
    return _own_label(node)


def _own_label(node: Node) -> str:
    top = [*node.above][-1]
    named = [each for each in top.all("label") if node.get("id") and each.get("for") == node.get("id")]
    around = node.inner("label")
    if around and not named:
        spans = [each for each in around.all("span") if each.words]
        return spans[0].words if spans and node.get("type") not in {"radio", "checkbox"} else around.words
    return named[0].words if named else node.get("aria-label")


def _field(where: Node, label: str) -> Node | None:
    fields = [each for each in where.all(*TYPED) if each.get("type") != "hidden"]
    fitting = [each for each in fields if label in (_label(each), each.get("name"))]
    fitting += [each for each in fields if each.get("type") == "checkbox" and label in _own_label(each)]
    return fitting[0] if fitting else None


def _put(where: Node, node: Node, value: Any) -> None:
    kind = node.get("type")
    if kind == "checkbox":
        node.attributes.pop("checked", None)
        if value:
            node.attributes["checked"] = ""
    elif kind == "radio":
        _choose([each for each in where.all("input") if each.get("name") == node.get("name")], value, "checked")
    elif node.tag == "select":
        _choose(node.all("option"), value, "selected")
    elif kind == "file":
        node.__dict__["files"] = [value]
    elif node.tag == "textarea":
        node.__dict__["typed"] = str(value)
    else:
        node.attributes["value"] = str(value)


def _choose(choices: Iterable[Node], value: str, mark: str) -> None:
    offered = [(each, _own_label(each) if each.tag == "input" else "".join(map(str, each.inside))) for each in choices]
    fitting = [each for each, words in offered if value in (words.strip(), each.get("value"))]
    fitting += [each for each, words in offered if value in words]
    if not fitting:
        raise LookupError(f"no choice {value!r} among {[words for _each, words in offered]}")
    for each, _words in offered:
        each.attributes.pop(mark, None)
    fitting[0].attributes[mark] = ""


def _included(page: Node, selectors: str) -> Iterator[Node]:
    """Of `#id`, `#id tag` and `#id tag[type=kind]`: the fields."""
    for selector in filter(None, (each.strip() for each in selectors.split(","))):
        part, _blank, rest = selector.removeprefix("#").partition(" ")
        tag, _bracket, kind = rest.partition("[")
        for node in (each for each in page if each.get("id") == part):
            fields = node.all(tag) if tag else node.all(*TYPED)
            yield from (each for each in fields if not kind or kind == f"type={each.get('type')}]")


def _target(page: Node, node: Node) -> Node:
    wanted = node.get("hx-target").removeprefix("#")
    return next((each for each in page if wanted not in ("", "this") and each.get("id") == wanted), node)
