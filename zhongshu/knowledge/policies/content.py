"""What a version says, and when it says enough to be settled."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated
from zhongshu.knowledge.kinds import ArticleKind, Audience
from zhongshu.work.kinds import CATEGORY_LABELS, OrderKind, Urgency

TITLE_LENGTH, TITLE_EN_LENGTH, SOURCE_LENGTH = 60, 120, 300
LINES_LENGTH, BODY_LENGTH = 3000, 20_000
MOST_TAGS, TAG_LENGTH = 8, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The words of a version. `first_minute`, `steps` and `says` hold one instruction or sentence a line; `body` is
    Markdown. Empty `categories`, `order_kinds` or `urgencies` mean any."""

    title: str
    title_en: str = ""
    audience: str = Audience.STAFF
    categories: tuple[str, ...] = ()
    order_kinds: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    first_minute: str = ""
    steps: str = ""
    says: str = ""
    body: str = ""


FIELDS = tuple(field.name for field in fields(Content))


def lines_of(text: str) -> list[str]:
    """One instruction or sentence a line; blank lines are none."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def tidy(content: Content) -> Content:
    """The same without blanks around it and nothing twice. Raises Invalid for what is too long or not known."""
    words = {
        "title": stated(content.title, field="title", most=TITLE_LENGTH, what=_("标题")),
        "title_en": short(content.title_en, field="title_en", most=TITLE_EN_LENGTH, what=_("英文标题")),
        "source": short(content.source, field="source", most=SOURCE_LENGTH, what=_("出处")),
        "first_minute": short(content.first_minute, field="first_minute", most=LINES_LENGTH, what=_("第一分钟")),
        "steps": short(content.steps, field="steps", most=LINES_LENGTH, what=_("步骤")),
        "says": short(content.says, field="says", most=LINES_LENGTH, what=_("怎么说")),
        "body": short(content.body, field="body", most=BODY_LENGTH, what=_("正文")),
    }
    sets = {
        "categories": _known(content.categories, CATEGORY_LABELS, "categories"),
        "order_kinds": _known(content.order_kinds, OrderKind, "order_kinds"),
        "urgencies": _known(content.urgencies, Urgency, "urgencies"),
        "tags": _tags(content.tags),
    }
    if content.audience not in set(Audience):
        raise Invalid(_("没有这个选项。"), field="audience")
    return Content(**words, **sets, audience=content.audience)  # type: ignore[arg-type]


def _known(codes: Collection[str], all_codes: Iterable[str], field: str) -> tuple[str, ...]:
    """In the order in which they are known."""
    known = tuple(code for code in all_codes if code in codes)
    if len(known) < len(set(codes)):
        raise Invalid(_("没有这个选项。"), field=field)
    return known


def _tags(tags: Collection[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(tag.replace("\x00", "").strip() for tag in tags if tag.strip()))
    if len(found) > MOST_TAGS or any(len(tag) > TAG_LENGTH for tag in found):
        limits = {"most": MOST_TAGS, "length": TAG_LENGTH}
        raise Invalid(_("标签最多 %(most)d 个，每个最多 %(length)d 字。") % limits, field="tags")
    return found


def require_enough(kind: ArticleKind, content: Content) -> None:
    """What a version must say before anybody reviews it. Raises Invalid.

    A rule of procedure has steps, a script something to say, the law its source, all else a text.
    """
    needed = {ArticleKind.SOP: "steps", ArticleKind.SCRIPT: "says"}.get(kind, "body")
    if not getattr(content, needed):
        said = {"steps": _("操作规程须写明步骤。"), "says": _("话术须写明怎么说。"), "body": _("请写正文。")}
        raise Invalid(said[needed], field=needed)
    if kind is ArticleKind.LAW and not content.source:
        raise Invalid(_("法规解读须注明出处。"), field="source")


Words = str | tuple[str, ...]


class Mark(StrEnum):
    """What became of a line from one version to the next."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one field's line."""

    field: str
    mark: Mark
    text: str


def differences(old: Content, new: Content) -> list[Change]:
    """Field by field and line by line; fields in which nothing changed are left out."""
    before, after = asdict(old), asdict(new)
    return [change for name in FIELDS if before[name] != after[name] for change in _changes(name, before, after)]


def _changes(name: str, before: dict[str, Words], after: dict[str, Words]) -> list[Change]:
    old, new = _as_lines(before[name]), _as_lines(after[name])
    changes = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            changes += [Change(name, Mark.SAME, line) for line in old[a:b]]
            continue
        changes += [Change(name, Mark.GONE, line) for line in old[a:b]]
        changes += [Change(name, Mark.NEW, line) for line in new[c:d]]
    return changes


def _as_lines(value: Words) -> list[str]:
    return value.splitlines() if isinstance(value, str) else list(value)
