"""Time passes: overdue calls, and the command that lets everything due happen."""

import json

import pytest
from django.core.management import CommandError, call_command

from zhongshu.cases import batch
from zhongshu.config import tick as ticking
from zhongshu.identity.roles import Role
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.work.kinds import Urgency
from zhongshu.work.models import EscalationStep


def overdue(user):
    return Message.objects.filter(recipient=user, kind="call_overdue").count()


@pytest.fixture
def waiting(town):
    """A P2 case, done at 13:00, to be called back about by 13:00 the next day."""
    case = town.hear(urgency=Urgency.P2)
    return town.do_the_work(case)


def test_the_owner_hears_first_then_the_lead_each_once(town, waiting, later):
    owner, lead = town.staff[Role.CALL_TAKER].user, town.staff[Role.SERVICE_LEAD].user
    for hours, told in ((24, (0, 0)), (25, (1, 0)), (28, (1, 0)), (29, (1, 1)), (100, (1, 1))):
        batch.tick(at=later(hours=hours))
        assert (overdue(owner), overdue(lead)) == told


def test_after_a_long_sleep_both_hear_at_once(town, waiting, later):
    first, second = batch.tick(at=later(days=9)), batch.tick(at=later(days=9))
    assert (first["overdue_calls"], first["overdue_calls_to_lead"]) == (1, 1)
    assert set(second.values()) == {0}


def test_a_tick_does_everything_and_a_second_finds_nothing(town, later, capsys):
    case = town.hear(urgency=Urgency.P2)
    OutboxEvent.objects.update(delivered_at=None)  # as if the jobs that deliver had been lost
    call_command("tick", "--at", later(days=2).isoformat(), "--json")
    done = json.loads(capsys.readouterr().out)
    assert done["steps_fired"] > 0
    assert done["events"] > 0
    call_command("tick", "--at", later(days=2).isoformat(), "--json")
    again = json.loads(capsys.readouterr().out)
    assert (again["steps_fired"], again["events"]) == (0, 0)
    assert EscalationStep.objects.filter(clock__order__case_order__case=case, fired_at__isnull=False).exists()


@pytest.mark.parametrize("text", ["2026-11-04T12:00", "2026-11-04 12:00:00", "2026-11-04T04:00Z"])
def test_an_instant_without_an_offset_is_shanghai(db, text, capsys):
    call_command("tick", "--at", text, "--json")
    assert json.loads(capsys.readouterr().out)["at"].startswith(("2026-11-04T12:00:00+08:00", "2026-11-04T04:00:00+00"))


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00", "2026-02-30T00:00", "", "12:00"])
def test_what_is_no_instant_is_refused_in_a_sentence(db, text):
    with pytest.raises(CommandError, match="不是一个时刻"):
        call_command("tick", "--at", text)


def test_a_step_that_fails_does_not_stop_the_others(town, waiting, later, monkeypatch):
    def broken(*, at):
        raise ZeroDivisionError

    monkeypatch.setattr(ticking.work, "tick", broken)
    with pytest.raises(ZeroDivisionError):
        ticking.tick(at=later(days=3))
    assert overdue(town.staff[Role.CALL_TAKER].user) == 1


def test_which_place_a_text_means(town, capsys):
    call_command("resolve_place", "三栋二单元1502", "--site", "HT", "--json")
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"status", "places", "question", "read_back", "suggestions"}
    assert (told["status"], set(told["places"])) == ("ambiguous", {"P1-3-2-1502", "P2-3-2-1502"})


def test_that_room_from_last_time_by_the_caller_s_number(town, capsys):
    town.hear("水管漏水", caller_phone="15400030003")
    call_command("resolve_place", "上次修水管那家", "--site", "HT", "--caller", "154-0003-0003", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["places"]) == ("from_history", ["P2-3-2-1502"])


def test_a_site_that_is_none(town):
    with pytest.raises(CommandError, match="NOWHERE"):
        call_command("resolve_place", "3-2-1502", "--site", "NOWHERE")


@pytest.mark.django_db
def test_one_text_and_a_file_of_them(tmp_path, capsys):
    call_command("classify", "电梯里困了人", "--json")
    assert json.loads(capsys.readouterr().out)["urgency"] == "P1"
    file = tmp_path / "said.tsv"
    file.write_text('id\ttext\n1\t电梯里困了人\n2\t他说"漏水\n3\n', encoding="utf-8")
    call_command("classify", "--file", str(file))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == ["电梯里困了人", '他说"漏水', ""]
    assert lines[0]["category"] == "elevator"


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"words\nx\n", b"", b"text\n\xff\xfe\n"])
def test_a_file_that_is_none(tmp_path, content):
    file = tmp_path / "said.tsv"
    file.write_bytes(content)
    for name in (str(file), str(tmp_path / "absent.tsv")):
        with pytest.raises(CommandError):
            call_command("classify", "--file", name)
    with pytest.raises(CommandError):
        call_command("classify")
