"""Notices for programs."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.billing.till import Till
from zhongshu.collecting.models import Contact, Notice
from zhongshu.identity.actions import create_token
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, local, now


@pytest.fixture
def token(till: Till) -> dict[str, str]:
    at = now()
    for n in (4, 5, 6, 7):
        till.bill("209.78", str(day_of(at) - timedelta(days=30 * n)))
    user = till.cast.user(Role.LEGAL, till.cast.yql)
    scopes = [
        "collecting.view", "collecting.make_notices", "collecting.hand_over", "collecting.contact",
              "collecting.edit_words", "collecting.watch_limitation"
    ]  # fmt: skip
    _row, plain = create_token(actor=till.cast.system, at=at, user=user, name="催费", scopes=scopes)
    return {"Authorization": f"Bearer {plain}"}


def test_a_program_makes_notices_notes_their_delivery_and_reads_the_clock(till: Till, token: dict[str, str]) -> None:
    client, sent = Client(headers=token), {"content_type": "application/json"}
    made = client.post("/api/v1/sites/YQL/notices", {"kind": "final_demand", "accounts": ["A-1"]}, **sent)
    assert (made.status_code, made.json()) == (201, {"made": 1})
    unknown = client.post("/api/v1/sites/YQL/notices", {"kind": "final_demand", "accounts": ["X"]}, **sent)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "accounts")
    (listed,) = client.get("/api/v1/sites/YQL/notices?state=planned").json()["items"]
    number = listed["number"]
    assert (listed["principal"], listed["evidence"]) == ("839.12", None)
    delivered = {"channel": "mail", "evidence": "receipt", "reference": "EM1"}
    assert client.post(f"/api/v1/notices/{number}/deliveries", delivered).json()["evidence"] == "receipt"
    assert client.post(f"/api/v1/notices/{number}/withdrawal", {"reason": "错"}, **sent).status_code == 409
    clock = client.get("/api/v1/sites/YQL/limitation").json()["items"]
    assert {row["cause"] for row in clock} == {"demand"}
    assert client.get(f"/api/v1/notices/{number}").json()["charges"][0]["open_amount"] == "209.78"
    assert Notice.objects.get().evidence == "receipt"


def test_contacts_and_words_hold_to_the_same_rules(till: Till, token: dict[str, str]) -> None:
    client, sent = Client(headers=token), {"content_type": "application/json"}
    noon = (local(now()) - timedelta(days=1)).replace(hour=12)
    said = {"manner": "phone", "outcome": "other", "contacted_at": noon.isoformat()}
    first = client.post("/api/v1/accounts/YQL/A-1/dunning-contacts", said, **sent)
    second = client.post("/api/v1/accounts/YQL/A-1/dunning-contacts", said, **sent)
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "contact_refused")
    assert client.get("/api/v1/accounts/YQL/A-1/dunning-contacts").json()["total"] == Contact.objects.count() == 1
    words = {"kind": "final_demand", "title": "催费通知书", "text": "逾期将停电。"}
    assert client.post("/api/v1/sites/YQL/document-words", words, **sent).json()["code"] == "words_refused"
    saved = client.post("/api/v1/sites/YQL/document-words", words | {"text": "请交 {合计} 元。"}, **sent).json()
    assert [row["version"] for row in saved["items"] if row["version"]] == [1]
