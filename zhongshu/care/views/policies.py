"""The table of the score: what is in force, its versions, a new one; visits; what another would have done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.care import actions
from zhongshu.care.forms.policies import PolicyForm, VisitsForm, as_typed
from zhongshu.care.jobs import back_test as job
from zhongshu.care.kinds import BAND_LABELS, RULE_LABELS, Band, Rule
from zhongshu.care.models import BackTest, Policy
from zhongshu.care.permissions import SET_CARE_POLICY, VIEW_CARE
from zhongshu.care.policies.reading import from_json
from zhongshu.care.policies.wording import Row, in_words
from zhongshu.care.queries.policies import back_test_seen, back_tests_of, policy_seen, versions_of
from zhongshu.care.queries.tables import choices_of, policy_then
from zhongshu.collecting.kinds import NOTICE_KIND_LABELS, NoticeKind
from zhongshu.community.actions import change_rule
from zhongshu.community.queries.rules import rule_on, rules_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import may_everywhere
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt

A_DAY = timedelta(days=1)
SITE, COMPANY = "site", "company"


@page(VIEW_CARE)
def policies(request: SignedInRequest) -> HttpResponse:
    """What is in force at the site, in words; every version of its own and of the company; visits and surveys."""
    return _overview(request, _visits_form(request))


@page(SET_CARE_POLICY, "POST")
def visits(request: SignedInRequest) -> HttpResponse:
    """A new rule of visits and surveys."""
    form, site_id = VisitsForm(request.POST), _scope(request)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if attempt(form, lambda **said: change_rule(**facts, **said)):
        messages.success(request, _("已保存，从所选的日期起执行。"))
        return redirect("care:policies")
    return _overview(request, form, status=422)


def _overview(request: SignedInRequest, form: VisitsForm, *, status: int = 200) -> HttpResponse:
    site_id, today = request.site.pk, day_of(now())
    request.actor.require(VIEW_CARE, site_id)
    policy = policy_then(site_id, today)
    shown = {
        "policy": policy,
        "today": today,
        "table": in_words(choices_of(policy)),
        "own": versions_of(site_id),
        "ours": versions_of(None),
        "rule": rule_on(site_id, today),
        "rules": [*rules_of(site_id), *rules_of(None)],
        "form": form,
        "may_set": request.actor.may(SET_CARE_POLICY, site_id),
        "may_company": may_everywhere(request.actor, SET_CARE_POLICY),
        "tests": back_tests_of(site_id)[:10],
    }
    return render(request, "care/policies.html", shown, status=status)


def _visits_form(request: SignedInRequest) -> VisitsForm:
    today = day_of(now())
    rule = rule_on(request.site.pk, today)
    initial = {"visit_percent": rule.visit_percent, "low_mark": rule.low_mark, "starts_on": today + A_DAY}
    return VisitsForm(initial=initial)


@page(VIEW_CARE)
def policy(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """A version in words, with what differs from the one in force today."""
    seen = policy_seen(request.actor, policy_id)
    today = day_of(now())
    in_force = policy_then(seen.site_id or request.site.pk, today)
    table = in_words(choices_of(seen), choices_of(in_force))
    shown = {"policy": seen, "table": table, "today": today, "in_force": in_force}
    return render(request, "care/policy.html", shown)


@page(SET_CARE_POLICY, "GET", "POST")
def policy_form(request: SignedInRequest) -> HttpResponse:
    """A new version, filled in from the one in force, or from a back-test (`test`); tried first, or put in force."""
    request.actor.require(SET_CARE_POLICY, request.site.pk)
    form = PolicyForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and request.POST.get("act") == "try":
        asked: list[BackTest] = []
        if attempt(form, lambda **_said: asked.append(_ask(request, form))):
            return redirect("care:back_test", asked[0].pk)
    elif request.method == "POST" and attempt(form, lambda **_said: _change(request, form)):
        messages.success(request, _("已保存为新版本，已经评估的日子不变。"))
        return redirect("care:policies")
    shown = {
        "form": form,
        "may_company": may_everywhere(request.actor, SET_CARE_POLICY),
        "scope": request.POST.get("scope", SITE),
        "in_force": policy_then(request.site.pk, day_of(now())),
    }
    return render(request, "care/policy_form.html", shown, status=422 if form.errors else 200)


def _initial(request: SignedInRequest) -> dict[str, Any]:
    today = day_of(now())
    choices = choices_of(policy_then(request.site.pk, today))
    if request.GET.get("test", "").isdecimal():
        choices |= from_json(back_test_seen(request.actor, int(request.GET["test"])).choices)
    return as_typed(choices) | {"starts_on": today + A_DAY}


def _scope(request: SignedInRequest) -> int | None:
    return None if request.POST.get("scope") == COMPANY else request.site.pk


def _change(request: SignedInRequest, form: PolicyForm) -> Policy:
    site_id, starts_on = _scope(request), form.cleaned_data["starts_on"]
    said = _differing(form.choices(), policy_then(site_id, starts_on))
    return actions.change_policy(actor=request.actor, at=now(), site_id=site_id, starts_on=starts_on, **said)


def _ask(request: SignedInRequest, form: PolicyForm) -> BackTest:
    at = now()
    said = _differing(form.choices(), policy_then(request.site.pk, day_of(at)))
    return _begun(request, said)


def _begun(request: SignedInRequest, said: Mapping[str, Any]) -> BackTest:
    at = now()
    asked = actions.ask_back_test(actor=request.actor, at=at, site_id=request.site.pk, on=day_of(at), choices=said)
    job.defer(test_id=asked.pk)
    return asked


def _differing(said: Mapping[str, Any], before: Policy) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value != getattr(before, name)}


@page(SET_CARE_POLICY, "POST")
def back_tests(request: SignedInRequest) -> HttpResponse:
    """Today's table alone, over the last year."""
    return redirect("care:back_test", _begun(request, {}).pk)


@page(SET_CARE_POLICY)
def back_test(request: SignedInRequest, test_id: int) -> HttpResponse:
    """What the proposed table would have done, beside today's; while it is worked out the page asks again."""
    test = back_test_seen(request.actor, test_id)
    if test.done_at and "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Refresh": "true"})
    shown: dict[str, Any] = {"test": test, "last_on": test.to_on - A_DAY, "choices": _named(test)}
    if test.result:
        shown |= _beside(test.result["today"], test.result["proposed"]) | {"version": test.result["version"]}
    return render(request, "care/back_test.html", shown)


def _named(test: BackTest) -> list[Row]:
    """What was changed, beside what is in force."""
    before = choices_of(policy_then(test.site_id, test.to_on - A_DAY))
    return [row for row in in_words(before | from_json(test.choices), before) if row.name in test.choices]


def _beside(today: dict[str, Any], proposed: dict[str, Any]) -> dict[str, Any]:
    return {
        "figures": _figures(today, proposed),
        "months": list(zip(today["bands"], proposed["bands"], strict=True)),
        "points": _pairs(_points(today), _points(proposed), RULE_LABELS, Rule),
        "tasks": _pairs(today["tasks_by_rule"], proposed["tasks_by_rule"], RULE_LABELS, Rule),
        "letters": _pairs(today["letters"], proposed["letters"], NOTICE_KIND_LABELS, NoticeKind),
        "keepers": _keepers(today["keepers"], proposed["keepers"]),
        "visits": proposed["visits"],
        "plots": {"bands": _plot_of_bands(today, proposed), "tasks": _plot_of_tasks(today, proposed)},
    }


def _figures(today: dict[str, Any], proposed: dict[str, Any]) -> list[dict[str, Any]]:
    """How the accounts stand on the last day, and how often one fell so low that somebody must plan."""
    before, after = today["bands"][-1], proposed["bands"][-1]
    rows = [(str(BAND_LABELS[band]), before[band], after[band]) for band in Band]
    rows += [(_("金章客户"), before["gold"], after["gold"])]
    for band in (Band.POOR, Band.PRIORITY):
        label = _("降到“%(band)s”的次数") % {"band": BAND_LABELS[band]}
        rows += [(label, today["falls"].get(band, 0), proposed["falls"].get(band, 0))]
    return [{"label": label, "today": one, "proposed": other} for label, one, other in rows]


def _points(side: dict[str, Any]) -> dict[str, int]:
    return {rule: said["points"] for rule, said in side["rules"].items()}


def _pairs(today: Mapping[str, int], proposed: Mapping[str, int], labels: Any, words: Any) -> list[dict[str, Any]]:
    known = [word for word in words if word in today or word in proposed]
    return [{"label": labels[one], "today": today.get(one, 0), "proposed": proposed.get(one, 0)} for one in known]


def _keepers(today: list[dict[str, Any]], proposed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By keeper the tasks of the year, by working day, and on the busiest."""
    before, after = ({row["keeper"]: row for row in rows} for rows in (today, proposed))
    names = sorted({*before, *after}, key=lambda name: -(after.get(name) or before[name])["tasks"])
    return [{"keeper": name, "today": before.get(name), "proposed": after.get(name)} for name in names]


def _plot_of_bands(today: dict[str, Any], proposed: dict[str, Any]) -> dict[str, Any]:
    """All but the best band, which would hide the others."""
    sides = ((_("现行"), today), (_("试算"), proposed))
    series = [
        {"name": f"{BAND_LABELS[band]}·{name}", "band": band, "stack": name, "data": _column(side, band)}
        for name, side in sides
        for band in list(Band)[1:]
    ]
    return {"labels": [row["on"][:7] for row in today["bands"]], "series": series}


def _column(side: dict[str, Any], band: Band) -> list[int]:
    return [row[band] for row in side["bands"]]


def _plot_of_tasks(today: dict[str, Any], proposed: dict[str, Any]) -> dict[str, Any]:
    months = sorted({*today["tasks_by_month"], *proposed["tasks_by_month"]})
    sides = ((_("现行"), today["tasks_by_month"]), (_("试算"), proposed["tasks_by_month"]))
    series = [{"name": name, "data": [side.get(month, 0) for month in months]} for name, side in sides]
    return {"labels": months, "series": series}
