"""The audit and the jobs, as an administrator reads them."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from zhongshu.identity import actions, audit
from zhongshu.identity.actions.jobs import NotFailed
from zhongshu.identity.actor import Actor
from zhongshu.identity.job_queries import health
from zhongshu.identity.queries import audit_entries
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.jobs import deliver_event
from zhongshu.kernel.models import OutboxEvent


@pytest.fixture
def written(cast: Cast, noon: datetime) -> None:
    """Two entries: a keeper's at YQL today, a guard's at XH tomorrow."""
    keeper = cast.actor(Role.KEEPER, cast.yql, name="王芳")
    audit.record(
        actor=keeper, at=noon, verb="tests.ring", target=cast.yql, site_id=cast.yql.pk,
        before={"bell": "off", "floor": 1}, after={"bell": "on", "floor": 1, "by": ["王芳"]},
    )  # fmt: skip
    guard = cast.actor(Role.GUARD, cast.xh)
    audit.record(actor=guard, at=noon + timedelta(days=1), verb="tests.lock", target=cast.xh, site_id=cast.xh.pk)


@pytest.mark.usefixtures("written")
class TestAudit:
    def test_it_is_filtered(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        filters = [
            {"who": "王"}, {"who": "keeper_yql_王芳"}, {"verb": "tests.r"}, {"target": f"identity.site:{cast.yql.pk}"},
            {"site": str(cast.yql.pk)}, {"before": noon + timedelta(hours=1)},
        ]  # fmt: skip
        for wanted in filters:
            assert [entry.verb for entry in audit_entries(admin, **wanted)] == ["tests.ring"], wanted  # type: ignore[arg-type]
        assert [entry.verb for entry in audit_entries(admin, since=noon + timedelta(hours=1))] == ["tests.lock"]
        assert [entry.verb for entry in audit_entries(admin)] == ["tests.lock", "tests.ring"]

    def test_who_administers_one_site_reads_that_sites_audit(self, cast: Cast) -> None:
        local = cast.actor(Role.ADMINISTRATOR, cast.xh)
        assert [entry.verb for entry in audit_entries(local)] == ["tests.lock"]

    def test_the_page_shows_before_and_after_side_by_side(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.HEAD_OFFICE))
        page = client.get(reverse("identity:audit"), {"until": "2026-11-04", "since": "2026-11-04"}).content.decode()
        assert "tests.ring" in page
        assert "tests.lock" not in page
        assert '<th scope="row">bell</th><td>off</td><td>on</td>' in page
        assert "[&quot;王芳&quot;]" in page

    def test_nonsense_in_the_filters_is_no_error(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.ADMINISTRATOR))
        for nonsense in ("2026-02-31", "soon", "￥"):
            assert client.get(reverse("identity:audit"), {"since": nonsense, "site": nonsense}).status_code == 200


def _failed_job() -> int:
    job_id: int = deliver_event.defer(event_id=7)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    return job_id


@pytest.mark.usefixtures("no_jobs")
class TestJobs:
    def test_a_failed_job_is_tried_again_once(self, admin: Actor, noon: datetime) -> None:
        job_id = _failed_job()
        with audited("identity.retry_job"):
            actions.retry_job(actor=admin, at=noon, job_id=job_id)
        assert ProcrastinateJob.objects.get().status == "todo"
        with audited(), pytest.raises(NotFailed):
            actions.retry_job(actor=admin, at=noon, job_id=job_id)

    def test_an_event_is_delivered_again_while_it_waits(self, admin: Actor, noon: datetime) -> None:
        event = OutboxEvent.objects.create(site_id=1, name="tests.x", payload={}, occurred_at=noon, attempts=3)
        with audited("identity.redeliver_event"):
            actions.redeliver_event(actor=admin, at=noon, event_id=event.pk)
        assert ProcrastinateJob.objects.get().args == {"event_id": event.pk}
        OutboxEvent.objects.update(delivered_at=noon)
        with pytest.raises(NotFound):
            actions.redeliver_event(actor=admin, at=noon, event_id=event.pk)

    def test_others_touch_nothing(self, cast: Cast, noon: datetime) -> None:
        job_id = _failed_job()
        manager = cast.actor(Role.SITE_MANAGER, cast.yql)
        with audited(), pytest.raises(NotFound):
            actions.retry_job(actor=manager, at=noon, job_id=job_id)
        assert ProcrastinateJob.objects.get().status == "failed"

    def test_the_health_of_the_workers(self, db: None, noon: datetime) -> None:
        assert not health(at=noon).is_alive
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [noon])
        assert health(at=noon + timedelta(seconds=29)).is_alive
        assert not health(at=noon + timedelta(seconds=30)).is_alive

    def test_the_page_counts_and_offers_what_can_be_done(self, cast: Cast, signed_in: Browser, noon: datetime) -> None:
        job_id = _failed_job()
        event = OutboxEvent.objects.create(
            site_id=1, name="tests.x", payload={}, occurred_at=noon, attempts=3, last_error="ValueError: 坏了"
        )
        client = signed_in(cast.user(Role.ADMINISTRATOR))
        page = client.get(reverse("identity:jobs"), {"state": "failed", "queue": "events"}).content.decode()
        assert "没有响应" in client.get(reverse("identity:health")).content.decode()
        assert "ValueError: 坏了" in page
        assert client.post(reverse("identity:job_retry", args=[job_id])).status_code == 302
        assert client.post(reverse("identity:event_delivery", args=[event.pk])).status_code == 302
        waiting = client.get(reverse("identity:jobs"), {"state": "todo"}).content.decode()
        assert reverse("identity:job_retry", args=[job_id]) not in waiting
        assert client.get(reverse("identity:jobs"), {"state": "nonsense"}).status_code == 200
