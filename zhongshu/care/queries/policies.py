"""Tables and back-tests as they are told to people and programs."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from zhongshu.care.models import BackTest, Policy
from zhongshu.care.permissions import SET_CARE_POLICY, VIEW_CARE
from zhongshu.care.policies.reading import as_json
from zhongshu.care.queries.tables import choices_of, policy_then
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site


def versions_of(site_id: int | None) -> QuerySet[Policy]:
    """Of the site's own, or (None) of the company, the latest first."""
    return Policy.objects.filter(Q(site_id=site_id)).select_related("made_by").order_by("-starts_on", "-pk")


def policy_seen(actor: Actor, pk: int) -> Policy:
    """Of the company everybody's, of a site who may see its scores. Raises NotFound."""
    sites = actor.sites(VIEW_CARE)
    rows = Policy.objects.filter(pk=pk).select_related("made_by", "site")
    return found(rows if sites is None else rows.filter(Q(site=None) | Q(site__in=sites)))


def back_tests_of(site_id: int) -> QuerySet[BackTest]:
    """The latest first."""
    rows = BackTest.objects.filter(site_id=site_id).select_related("asked_by", "site")
    return rows.defer("result").order_by("-pk")


def back_test_seen(actor: Actor, pk: int) -> BackTest:
    """Raises NotFound."""
    rows = actor.visible(BackTest.objects.filter(pk=pk), SET_CARE_POLICY)
    return found(rows.select_related("site", "asked_by"))


def policy_told(site: Site | None, on: date) -> dict[str, Any]:
    """The version in force for the site (None: of the company) that day, its choices, and all versions there are."""
    policy = policy_then(site.pk if site else None, on)
    rows = [*versions_of(site.pk), *versions_of(None)] if site else list(versions_of(None))
    return {
        "site": site.code if site else None,
        "on": on,
        **_head(policy),
        "choices": as_json(choices_of(policy)),
        "versions": [_head(row) for row in rows],
    }


def _head(policy: Policy) -> dict[str, Any]:
    return {"of": "site" if policy.site_id else "company", "version": policy.version, "starts_on": policy.starts_on}


def back_test_told(test: BackTest) -> dict[str, Any]:
    """`to`: the last day. `today` and `proposed` have the shape of `engine.back_test.looked_back`; null until done."""
    found_ = test.result or {"version": None, "today": None, "proposed": None}
    return {
        "id": test.pk,
        "site": test.site.code,
        "from": test.from_on,
        "to": test.to_on - timedelta(days=1),
        "choices": test.choices,
        "asked_at": test.asked_at,
        "done_at": test.done_at,
        "failure": test.failure,
        **found_,
    }
