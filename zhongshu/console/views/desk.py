"""The call-taker's screen."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhongshu.cases.actions import Part, open_cases
from zhongshu.cases.classification import Classification
from zhongshu.cases.errors import UnknownWord
from zhongshu.cases.kinds import CATEGORY_LABELS
from zhongshu.cases.lifecycle import CHANNEL_LABELS, Channel
from zhongshu.cases.queries.incidents import running
from zhongshu.channels.actions import link_call
from zhongshu.console import accounts, queries
from zhongshu.console.desk import Heard, read
from zhongshu.console.known import joined, known
from zhongshu.console.parting import BY_LINE, DECIDED, Matter, parted, parts, pieces
from zhongshu.console.permissions import USE_DESK
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.once import new_key, once
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.work.kinds import URGENCY_LABELS, Urgency

W = TypeVar("W", bound=StrEnum)
DESK_CHANNELS = (
    Channel.TELEPHONE,
    Channel.COUNTER,
    Channel.WECHAT,
    Channel.LETTER,
    Channel.HOTLINE_12345,
    Channel.PATROL,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, kept as it was typed."""

    token: str
    who: str = ""
    text: str = ""
    account: str = ""
    place_code: str = ""
    category: str = ""
    urgency: str = ""
    team_kind: str = ""
    channel: str = Channel.TELEPHONE
    lower_hazard: str = ""
    call: str = ""
    joins: str = ""
    parting: str = ""
    joined: tuple[str, ...] = ()
    decided: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, sent: QueryDict) -> "Typed":
        words = {name: str(sent.get(name, "")).strip() for name in cls.__slots__ if name not in ("joined", "decided")}
        chosen = [name for name in sent if name.partition("-")[0] in DECIDED and "-" in name]
        decided = tuple((name, str(sent[name])) for name in sorted(chosen))
        return cls(**words, joined=tuple(sent.getlist("joined")), decided=decided)

    @property
    def several(self) -> list[Matter]:
        """The matters told apart; one, where nobody and nothing finds more."""
        return parted(self.text, self.parting, self.joined, dict(self.decided))

    def heard(self, site: Site, at: datetime) -> Heard:
        return Heard(self.who, self.text, accounts.brief(site.pk, self.account, at=at))


@page(USE_DESK, "GET", "POST")
def desk(request: SignedInRequest) -> HttpResponse:
    """The screen; sent, it opens the case, and shows what came of it above an empty form."""
    if request.method == "POST":
        return _open(request, Typed.of(request.POST))
    opened = queries.opened_case(request.actor, request.GET.get("opened", ""))
    typed = Typed(token=new_key(), who=request.GET.get("who", ""), account=request.GET.get("account", ""))
    typed = replace(typed, call=request.GET.get("call", ""))
    return _screen(request, typed, opened=opened)


@page(USE_DESK)
def caller(request: SignedInRequest) -> HttpResponse:
    """Who that is: the accounts found for what was typed; the card of the only one, or of the one picked."""
    at, site_id = now(), request.site.pk
    who, picked = request.GET.get("who", "").strip(), request.GET.get("account", "")
    found = accounts.found(site_id, who, at=at) if len(who) > 1 or not who.isascii() else []
    chosen = next((each for each in found if each.number == picked), found[0] if len(found) == 1 else None)
    return render(request, "console/parts/caller.html", _card(chosen, site_id, at) | {"found": found, "who": who})


def _card(chosen: accounts.AccountBrief | None, site_id: int, at: datetime) -> dict[str, Any]:
    if chosen is None:
        return {"chosen": None}
    return {
        "chosen": chosen,
        "members": accounts.household(chosen.number, site_id, at=at),
        "matters": accounts.recent_matters(chosen.number, site_id),
    }


@page(USE_DESK, "POST")
def reading(request: SignedInRequest) -> HttpResponse:
    """What the machine makes of what was typed so far: place, classification, hazards."""
    typed = Typed.of(request.POST)
    if not (typed.text or typed.who):
        return render(request, "console/parts/reading.html", {"typed": typed})
    return render(request, "console/parts/reading.html", {"typed": typed, **_read(typed, request.site)})


def _read(typed: Typed, site: Site) -> dict[str, Any]:
    at = now()
    heard = typed.heard(site, at)
    seen = read(heard, site_id=site.pk, picked=typed.place_code, at=at)
    shown = {"reading": seen, **_words(), "suggested": _suggested(seen.classification), "several": _several(typed)}
    return shown | {"known": known(seen, heard, site_id=site.pk, category=typed.category, at=at)}


def _several(typed: Typed) -> list[dict[str, Any]]:
    """Each matter with the names of what is suggested; none where it is one from the beginning."""
    if len(pieces(typed.text, typed.parting if typed.parting == BY_LINE else "")) < 2:
        return []
    return [{"matter": matter, "suggested": _suggested(matter.suggestion)} for matter in typed.several]


def _words() -> dict[str, Any]:
    return {"categories": CATEGORY_LABELS, "urgencies": URGENCY_LABELS, "teams": TEAM_KIND_LABELS}


def _suggested(suggestion: Classification) -> dict[str, Any]:
    return {
        "category": CATEGORY_LABELS[suggestion.category],
        "urgency": URGENCY_LABELS[Urgency(suggestion.urgency)],
        "team": TEAM_KIND_LABELS[TeamKind(suggestion.team)],
    }


def _open(request: SignedInRequest, typed: Typed) -> HttpResponse:
    try:
        answer = once(
            scope=f"console.desk.{request.user.pk}",
            key=typed.token,
            said=asdict(replace(typed, token="")),
            at=now(),
            act=lambda: {"case": _heard_once(request, typed)},
        )
    except Refusal as refusal:
        return _screen(request, replace(typed, token=new_key()), refusal=refusal, status=refusal.status)
    return redirect(f"{reverse('console:desk')}?{urlencode({'opened': answer['case']})}")


def _heard_once(request: SignedInRequest, typed: Typed) -> str:
    at = now()
    heard = typed.heard(request.site, at)
    said: dict[str, Any] = {
        "text": typed.text,
        "channel": _word(Channel, typed.channel, "channel") or Channel.TELEPHONE,
        "place_text": heard.place_text,
        "caller_phone": heard.caller_phone,
        "caller_name": heard.caller_name,
        "place_code": read(heard, site_id=request.site.pk, picked=typed.place_code, at=at).picked or None,
    }
    texts = [matter.text for matter in typed.several]
    number = joined(typed.joins, texts, actor=request.actor, at=at, site=request.site, said=said)
    number = number or _opened(request, typed, said, at)
    if typed.call.isdecimal() and len(typed.call) < 16:
        link_call(actor=request.actor, at=at, call_pk=int(typed.call), case_number=number)
    return number


def _opened(request: SignedInRequest, typed: Typed, said: dict[str, Any], at: datetime) -> str:
    """A case, or one for each of the matters told apart; the number of the first."""
    several = typed.several
    decided: dict[str, Any] = {}
    if len(several) < 2:
        urgency, team_kind = _word(Urgency, typed.urgency, "urgency"), _word(TeamKind, typed.team_kind, "team_kind")
        decided = {"category": typed.category or None, "urgency": urgency, "team_kind": team_kind}
    said |= decided | {"parts": _parts(several) if len(several) > 1 else [Part(text=typed.text, **decided)]}
    follow = not typed.lower_hazard
    return open_cases(actor=request.actor, at=at, site=request.site, follow_hazard=follow, **said).case.number


def _parts(several: list[Matter]) -> list[Part]:
    try:
        return parts(several)
    except ValueError:
        raise UnknownWord(_("没有这个选项，请重新选择。"), field="urgency") from None


def _word(words: type[W], typed: str, field: str) -> W | None:
    """The word of an enum that was chosen; None where nothing was. Raises UnknownWord."""
    if not typed:
        return None
    try:
        return words(typed)
    except ValueError:
        raise UnknownWord(_("没有这个选项，请重新选择。"), field=field) from None


def _screen(
    request: SignedInRequest, typed: Typed, *, opened: Any = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    shown: dict[str, Any] = {
        "typed": typed,
        "opened": opened,
        "refusal": refusal,
        "running": running(request.site.pk, at=now()),
        "channels": [(channel, CHANNEL_LABELS[channel]) for channel in DESK_CHANNELS],
    }
    if typed.text or typed.who:
        shown |= _read(typed, request.site)
    return render(request, "console/desk.html", shown, status=status)
