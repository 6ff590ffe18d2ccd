"""The customer's side: a link that opens once, the explanation, a copy, the request for a person, the correction."""

import re
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.care.household import Household, noon_of
from zhongshu.care import actions
from zhongshu.care.engine.reminding import remind
from zhongshu.care.errors import Involved, LinkDead, NotNow
from zhongshu.care.models import Entry, ExplanationLink, ImprovementPlan, ReviewRequest, Task
from zhongshu.cases.kinds import Severity
from zhongshu.identity.actor import NOBODY, Actor
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import CustomerNotice, Message

pytestmark = pytest.mark.django_db
D = date.fromisoformat


def actor(home: Household, role: Role, name: str = "") -> Actor:
    return home.till.cast.actor(role, home.till.cast.yql, name=name)


def handed(home: Household) -> str:
    """Where a new link leads."""
    _link, secret = actions.make_link(actor=actor(home, Role.KEEPER), at=now(), account_id=home.till.account.pk)
    return reverse("care:own", args=[secret])


def asked(home: Household, entry: Entry | None, on: str = "2026-03-10", words: str = "没有吵架") -> ReviewRequest:
    given: dict[str, Any] = {"account": home.till.account, "words": words, "entry_id": entry.pk if entry else None}
    return actions.ask_review(actor=NOBODY, at=noon_of(on), **given)


def judged(home: Household, points: int = -8, on: str = "2026-03-01") -> Entry:
    """Judged by the quality department, whose person must not look at it again."""
    home.judged(on, points)
    actions.enter_complaints(actor=home.till.cast.system, at=noon_of(on), site_id=home.till.site_id)
    return Entry.objects.latest("pk")


# The link


def test_a_link_opens_once_and_stays_with_the_browser_that_opened_it(home: Household) -> None:
    where, first, second = handed(home), Client(), Client()
    looked = first.get(where)
    assert (looked.status_code, "情感值说明" in looked.content.decode()) == (200, True)
    assert "A-1" not in looked.content.decode()
    assert "业主" not in looked.content.decode()
    assert ExplanationLink.objects.get().opened_at is None  # looking opens nothing
    assert first.post(where).status_code == 302
    shown = first.get(where)
    assert (shown.status_code, "100" in shown.content.decode()) == (200, True)
    assert "业主" not in shown.content.decode()
    assert (shown.headers["Referrer-Policy"], shown.headers["X-Robots-Tag"]) == ("strict-origin", "noindex")
    assert "no-store" in shown.headers["Cache-Control"]
    assert [second.get(where).status_code, second.post(where).status_code] == [404, 404]
    assert second.get(f"{where}/copy").status_code == 404
    assert second.post(f"{where}/reviews", {"words": "我"}).status_code == 404
    paper = first.get(f"{where}/copy")
    assert paper.content.startswith(b"%PDF-")


def test_unknown_expired_and_opened_elsewhere_sound_the_same(home: Household) -> None:
    opened, expired, replaced = handed(home), "", handed(home)
    assert Client().post(opened).status_code == 404  # a new link ends the earlier ones
    mine = Client()
    mine.post(replaced)
    expired = handed(home)
    ExplanationLink.objects.filter(opened_at=None).update(valid_until=now())
    answers = {
        (answer.status_code, re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()))
        for where in (opened, expired, replaced, "/care/e/" + "x" * 43, "/care/e/x")
        for answer in (Client().get(where), Client().post(where))
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    assert mine.get(replaced).status_code == 404  # also for whoever had opened it, once it is over


def test_only_the_hash_is_kept_and_nobody_writes_the_secret_down(home: Household) -> None:
    secret = handed(home).rsplit("/", 1)[1]
    assert len(secret) == 43  # 256 bits
    assert secret not in str(list(ExplanationLink.objects.values()) + list(AuditEntry.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_at_once_one_gets_it(home: Household) -> None:
    secret = handed(home).rsplit("/", 1)[1]
    barrier, results = Barrier(2), list[str]()

    def open_it() -> None:
        barrier.wait()
        try:
            actions.open_link(actor=NOBODY, at=now(), secret=secret)
            results.append("opened")
        except LinkDead:
            results.append("dead")
        finally:
            connection.close()

    threads = [Thread(target=open_it) for _nth in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["dead", "opened"]


def test_a_link_is_sent_or_printed_by_those_who_may(home: Household, settings: Any) -> None:
    account, keeper, guard = home.till.account, Client(), Client()
    keeper.force_login(home.till.cast.user(Role.KEEPER, home.till.cast.yql))
    guard.force_login(home.till.cast.user(Role.GUARD, home.till.cast.yql))
    page = f"/care/accounts/{account.number}/explanation"
    slip = keeper.post(f"{page}/slip")
    assert slip.content.startswith(b"%PDF-")
    assert keeper.post(f"{page}/message").status_code == 302
    notice = CustomerNotice.objects.get(kind="explanation")
    assert "/care/e/" in notice.body
    assert account.customer.name not in notice.body
    assert "未打开" in keeper.get(page).content.decode()
    assert [guard.get(page).status_code, guard.post(f"{page}/slip").status_code] == [404, 404]
    with pytest.raises(Invalid, match="纸条"):
        actions.send_link(actor=actor(home, Role.KEEPER), at=now(), account_id=account.pk, home="")
    elsewhere = home.till.cast.actor(Role.KEEPER, home.till.cast.xh)
    with pytest.raises(NotFound):
        actions.make_link(actor=elsewhere, at=now(), account_id=account.pk)


# The request, the answer, the correction


def test_a_customer_contests_a_deduction_and_another_person_gives_it_back(home: Household) -> None:
    entry = judged(home)
    manager = home.till.cast.user(Role.SITE_MANAGER, home.till.cast.yql)
    asking = asked(home, entry)
    assert asking.due_on == D("2026-03-25")
    assert Message.objects.get(kind="review_asked", recipient=manager).link == f"/care/reviews/{asking.pk}"
    answer: dict[str, Any] = {"at": noon_of("2026-03-12"), "request_id": asking.pk, "answer": "录像显示没有争吵"}
    with pytest.raises(Involved):  # who judged
        actions.answer_review(actor=home.till.cast.actor(Role.QUALITY), entries=[entry.pk], **answer)
    with pytest.raises(NotFound):
        actions.answer_review(actor=actor(home, Role.KEEPER), entries=[entry.pk], **answer)
    with pytest.raises(Invalid):
        actions.answer_review(actor=actor(home, Role.SITE_MANAGER), entries=[entry.pk + 999], **answer)
    assert ReviewRequest.objects.get().outcome == "waiting"
    done = actions.answer_review(actor=actor(home, Role.SITE_MANAGER), entries=[entry.pk], **answer)
    assert done.outcome == "corrected"
    assert [home.score(day) for day in ("2026-03-11", "2026-03-12", "2027-03-01")] == [92, 100, 100]
    reversal = Entry.objects.get(reverses=entry)
    assert (reversal.points, reversal.in_force_until, reversal.confirmed_by) == (8, entry.in_force_until, manager)
    assert "录像显示没有争吵" in CustomerNotice.objects.get(kind="explanation").body
    with pytest.raises(NotNow):
        actions.answer_review(actor=actor(home, Role.SITE_MANAGER), **answer)
    with pytest.raises(NotNow):
        actions.reverse_entry(actor=actor(home, Role.SITE_MANAGER), at=home.at, entry_id=entry.pk, reason="再退")


def test_what_is_right_stays_and_the_reasons_are_told(home: Household) -> None:
    judged(home)
    asking = asked(home, None, words="凭什么扣我分")
    done = actions.answer_review(
        actor=actor(home, Role.SITE_MANAGER), at=noon_of("2026-03-12"), request_id=asking.pk, answer="按标准认定"
    )
    assert (done.outcome, home.score("2026-03-12")) == ("upheld", 92)


def test_one_request_waits_at_a_time_and_is_reminded_of(home: Household) -> None:
    entry = judged(home)
    asked(home, entry)
    asked(home, None)
    with pytest.raises(NotNow):
        asked(home, entry)
    with pytest.raises(Invalid):
        asked(home, None, words="  ")
    gold = Entry.objects.get(pk=entry.pk)
    gold.pk += 999
    with pytest.raises(Invalid):
        asked(home, gold)
    home.till.cast.user(Role.SITE_MANAGER, home.till.cast.yql)
    counts = [remind(noon_of(day))["reviews"] for day in ("2026-03-19", "2026-03-20", "2026-03-21", "2026-03-27")]
    assert counts == [0, 2, 0, 2]


def test_who_judged_or_is_complained_about_reverses_nothing(home: Household) -> None:
    entry = judged(home)
    complaint = entry.judgement.case.complaint if entry.judgement else None
    assert complaint is not None
    complaint.against = home.till.cast.user(Role.SITE_MANAGER, home.till.cast.yql)
    complaint.save()
    said: dict[str, Any] = {"at": noon_of("2026-03-12"), "entry_id": entry.pk, "reason": "错了"}
    for who in (actor(home, Role.SITE_MANAGER), home.till.cast.actor(Role.QUALITY)):
        with pytest.raises(Involved):
            actions.reverse_entry(actor=who, **said)
    actions.reverse_entry(actor=actor(home, Role.SITE_MANAGER, "另一位"), **said)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE care_entry SET points = 0")


def test_points_of_arrears_taken_back_by_hand_are_not_entered_again(home: Household) -> None:
    home.bills("2025-01-01", 8)
    home.morning(D("2025-06-01"))
    entry = Entry.objects.get(rule="arrears.5")
    manager = actor(home, Role.SITE_MANAGER)
    actions.reverse_entry(actor=manager, at=noon_of("2025-06-10"), entry_id=entry.pk, reason="票据遗失")
    assert Task.objects.get(rule="arrears.5").state == "withdrawn"
    home.morning(D("2025-06-11"))
    home.morning(D("2025-07-01"))
    rows = Entry.objects.filter(episode__isnull=False).order_by("pk").values_list("rule", "points")
    assert [rule for rule, _points in rows] == ["arrears.3", "arrears.4", "arrears.5", "reversal", "arrears.6"]
    assert [home.score(day) for day in ("2025-06-09", "2025-06-10", "2025-07-01")] == [94, 97, 92]
    home.pays("800.00", "2025-07-05")
    home.morning(D("2025-07-06"))
    assert {str(row["in_force_until"]) for row in home.shown("2025-07-06")["entries"]} == {"2026-07-05"}
    assert home.score("2026-07-05") == 100


def test_a_judgement_revised_after_the_points_were_given_back_gives_them_back_once(home: Household) -> None:
    entry = judged(home)
    said: dict[str, Any] = {"at": noon_of("2026-03-12"), "entry_id": entry.pk, "reason": "错了"}
    actions.reverse_entry(actor=actor(home, Role.SITE_MANAGER), **said)
    assert entry.judgement is not None
    home.revised(entry.judgement.case, "2026-03-15")
    home.morning(D("2026-03-16"))
    assert home.score("2026-03-16") == 99
    again = home.morning(D("2026-03-17"))
    assert (again.entries, Entry.objects.filter(reverses=entry).count()) == (0, 1)


def test_only_deductions_that_count_are_given_back(home: Household) -> None:
    entry = judged(home, on="2025-03-01")
    manager = actor(home, Role.SITE_MANAGER)
    with pytest.raises(NotNow, match="到期"):
        actions.reverse_entry(actor=manager, at=noon_of("2026-03-01"), entry_id=entry.pk, reason="错了")
    reversal = actions.reverse_entry(actor=manager, at=noon_of("2026-02-28"), entry_id=entry.pk, reason="错了")
    with pytest.raises(Invalid):
        actions.reverse_entry(
            actor=actor(home, Role.SITE_MANAGER, "另一位"),
            at=noon_of("2026-02-28"),
            entry_id=reversal.pk,
            reason="错了",
        )


# The pages


@pytest.fixture
def mine(home: Household) -> tuple[Client, str]:
    """A browser that has opened the link, and where it leads."""
    judged(home, on=str((now() - timedelta(days=20)).date()))
    where, client = handed(home), Client()
    client.post(where)
    return client, where


def test_a_resident_reads_contests_and_reads_the_answer(home: Household, mine: tuple[Client, str]) -> None:
    client, where = mine
    page = client.get(where).content.decode()
    assert all(words in page for words in ("92", "您反映的事项", "−8", "不影响报修"))
    refused = client.post(f"{where}/reviews", {"words": "", "entry_id": ""})
    assert (refused.status_code, ReviewRequest.objects.count()) == (422, 0)
    entry = Entry.objects.get()
    assert client.post(f"{where}/reviews", {"words": "没有吵架", "entry_id": entry.pk}).status_code == 302
    assert "没有吵架" in client.get(where).content.decode()
    again = client.post(f"{where}/reviews", {"words": "再说一次", "entry_id": entry.pk})
    assert (again.status_code, "再说一次" in again.content.decode()) == (422, True)
    manager = Client()
    manager.force_login(home.till.cast.user(Role.SITE_MANAGER, home.till.cast.yql))
    review = f"/care/reviews/{ReviewRequest.objects.get().pk}"
    assert "没有吵架" in manager.get("/care/reviews").content.decode()
    assert manager.post(review, {"answer": "", "entries": [entry.pk]}).status_code == 422
    assert manager.post(review, {"answer": "已更正", "entries": [entry.pk]}).status_code == 302
    read = client.get(where).content.decode()
    assert all(words in read for words in ("100", "已更正", "复核更正"))


def test_a_manager_reads_plans_and_records(home: Household) -> None:
    home.judge(home.complaint(), Severity.MAJOR, -50, noon_of("2026-03-01"))
    home.morning(D("2026-03-02"))
    home.judge(home.complaint(), Severity.MAJOR, -20, noon_of("2026-03-02"))
    home.morning(D("2026-03-03"))
    manager = Client()
    manager.force_login(home.till.cast.user(Role.SITE_MANAGER, home.till.cast.yql))
    for kind, name, text in (("plans", "改善方案", "每周上门"), ("records", "重点项目", "已面谈")):
        listed = manager.get(f"/care/{kind}").content.decode()
        assert (name in listed, "A-1" in listed) == (True, True)
        assert "A-1" in manager.get(f"/care/{kind}?state=late").content.decode()
        assert "A-1" not in manager.get(f"/care/{kind}?state=done").content.decode()
        pk = ImprovementPlan.objects.get().pk if kind == "plans" else 0
        pk = pk or int(listed.split("/care/records/")[1].split('"')[0])
        assert manager.post(f"/care/{kind}/{pk}", {"text": ""}).status_code == 422
        assert manager.post(f"/care/{kind}/{pk}", {"text": text}).status_code == 302
        assert text in manager.get(f"/care/{kind}/{pk}").content.decode()


def test_programs_see_requests_answer_them_and_give_points_back(home: Household) -> None:
    entry = judged(home, on=str((now() - timedelta(days=20)).date()))
    other = judged(home, -6, on=str((now() - timedelta(days=10)).date()))
    asked(home, entry, on=str(now().date()))
    manager = Client()
    manager.force_login(home.till.cast.user(Role.SITE_MANAGER, home.till.cast.yql))
    sends: dict[str, Any] = {"content_type": "application/json"}
    (row,) = manager.get("/api/v1/sites/YQL/care-reviews?outcome=waiting").json()["items"]
    answer = {"answer": "已更正", "entries": [entry.pk]}
    done = manager.post(f"/api/v1/care-reviews/{row['id']}/answer", answer, **sends)
    assert (done.status_code, done.json()["outcome"]) == (200, "corrected")
    given = manager.post(f"/api/v1/care-entries/{other.pk}/reversal", {"reason": "重复"}, **sends)
    assert (given.status_code, given.json()["points"]) == (201, 6)
    assert manager.post(f"/api/v1/care-entries/{other.pk}/reversal", {"reason": "重复"}, **sends).status_code == 409
    for kind in ("plans", "records"):
        assert manager.get(f"/api/v1/sites/YQL/care-{kind}").json()["items"] == []
