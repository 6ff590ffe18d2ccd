"""The report's account of what happened, written from the log. In Chinese, as it is filed."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import local
from zhongshu.scene.kinds import DANGER_LABELS, ENTRY_LABELS, EVIDENCE, Danger, EntryKind
from zhongshu.scene.models import Entry
from zhongshu.scene.queries import CallView


def body_of(view: CallView) -> str:
    """What happened, when back-up came against its target, the log line by line, the evidence with its hashes."""
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join([*_head(view), "", *map(_line, view.entries), "", *_evidence(view), *_care(view)])


def _head(view: CallView) -> Iterator[str]:
    call = view.call
    yield _("求助编号：%(number)s") % {"number": call.number}
    yield _("时间：%(at)s") % {"at": local(call.raised_at).strftime("%Y-%m-%d %H:%M:%S")}
    yield _("地点：%(place)s") % {"place": call.place.label if call.place else _("未知")}
    yield _("求助人：%(name)s；情况：%(danger)s") % {
        "name": call.raised_by.name,
        "danger": DANGER_LABELS[Danger(call.danger)],
    }
    yield _arrival(view)


def _arrival(view: CallView) -> str:
    target = (view.call.target_at - view.call.raised_at) // timedelta(minutes=1)
    if view.took is None:
        return _("支援未到场（目标 %(target)s 分钟）。") % {"target": target}
    words = {"first": view.coming[0].user.name, "took": _minutes(view.took.total_seconds()), "target": target}
    late = _("支援 %(took)s到场，超过 %(target)s 分钟的目标；最先应援：%(first)s。")
    return (late if view.is_late else _("支援 %(took)s到场，目标 %(target)s 分钟；最先应援：%(first)s。")) % words


def _minutes(seconds: float) -> str:
    return _("%(m)d 分 %(s)d 秒") % {"m": seconds // 60, "s": seconds % 60}


def _line(entry: Entry) -> str:
    at = local(entry.at).strftime("%m-%d %H:%M:%S")
    what = str(ENTRY_LABELS[EntryKind(entry.kind)])
    return " ".join(filter(None, [f"{entry.nth}.", at, entry.by_name, what, told(entry)]))


def told(entry: Entry) -> str:
    """What a line says beside its kind; numbers of witnesses masked."""
    facts = [masked(value) if name == "phone" else value for name, value in entry.facts.items() if name != "report"]
    return "；".join(filter(None, [entry.text, *facts]))


def _evidence(view: CallView) -> Iterator[str]:
    kept = [entry for entry in view.evidence if entry.kind in EVIDENCE]
    yield _("证据 %(n)s 项，记录链校验值 %(hash)s：") % {"n": len(kept), "hash": view.entries[-1].hash}
    for entry in kept:
        yield f"{entry.nth}. {ENTRY_LABELS[EntryKind(entry.kind)]} {entry.sha256 or entry.hash}"


def _care(view: CallView) -> Iterator[str]:
    if view.care:
        done = sum(task.done_at is not None for task in view.care)
        words = {"name": view.call.harmed_name or _("未写明"), "n": len(view.care), "done": done}
        yield _("关怀：%(name)s，%(n)s 项，已完成 %(done)s 项。") % words
