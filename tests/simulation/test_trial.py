"""A trial finds what is wrong, and tells it as a short story. Each defect here is planted, and real."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from zhongshu.config.tick import tick
from zhongshu.kernel import once
from zhongshu.simulation.charging import AT_ONCE, Charging
from zhongshu.simulation.invariants import INVARIANTS
from zhongshu.simulation.throwaway import Throwaway
from zhongshu.simulation.trial import Lived, Plan, Trial, again, answer
from zhongshu.work import batch

WITHOUT_BILLS = Charging(starts_on=date.max)
BUSY_DAYS = Plan(seed=5, days=6, units=12, faults=True, trying=40, charging=WITHOUT_BILLS)
CALM_DAYS = Plan(seed=5, days=12, units=12, trying=30, charging=WITHOUT_BILLS)
SAME_INTAKE_AT_ONCE, DELIVERY_REPEATED = 58, 90  # seeds with such a fault, and few others, on the first day


def live(database: Throwaway, plan: Plan = BUSY_DAYS, *, spoil: str = "", shrink_seconds: float = 60) -> Lived:
    """The plan, lived in a database that was spoilt by some SQL beforehand."""

    def prepare() -> None:
        if spoil:
            with connection.cursor() as cursor:
                cursor.execute(spoil)

    trial = Trial(plan, database, tick=lambda at: tick(at=at), prepare=prepare)
    return trial.run(shrink_seconds=shrink_seconds)


def broken(lived: Lived) -> set[str]:
    return {violation.invariant for violation in lived.violations}


def test_a_sound_program_keeps_every_promise_and_lives_the_same_again(database: Throwaway) -> None:
    with_bills = replace(BUSY_DAYS, charging=AT_ONCE)
    lived, once_more = live(database, with_bills), live(database, with_bills)
    assert lived.violations == []
    assert lived.counts["cases"] > 5
    assert sum(lived.injected.values()) > 5
    assert lived.checks == BUSY_DAYS.days * len(INVARIANTS)
    assert list(map(str, lived.story)) == list(map(str, once_more.story))
    assert (lived.counts, lived.injected) == (once_more.counts, once_more.injected)


def test_a_matter_that_becomes_two_cases_is_found(database: Throwaway, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is no longer unique: who sends the same twice is heard twice."""
    monkeypatch.setattr(once, "_CLAIM", once._CLAIM.replace("ON CONFLICT (scope, key) DO NOTHING", ""))
    spoil = "ALTER TABLE kernel_idempotentrequest DROP CONSTRAINT idempotent_request_once"
    lived = live(database, replace(BUSY_DAYS, seed=SAME_INTAKE_AT_ONCE), spoil=spoil)
    assert "one_case_for_each_matter" in broken(lived)
    assert 1 <= len(lived.asked) <= 4
    assert any("fault" in happening for happening in lived.asked)


def test_a_reaction_that_runs_twice_is_found(database: Throwaway) -> None:
    spoil = "ALTER TABLE kernel_outboxreaction DROP CONSTRAINT outbox_reaction_once"
    lived = live(database, replace(BUSY_DAYS, seed=DELIVERY_REPEATED), spoil=spoil)
    assert broken(lived) == {"one_reaction_for_each_event"}
    assert 1 <= len(lived.asked) <= 3


def test_an_escalation_that_is_skipped_is_found(database: Throwaway, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = batch._claim_steps
    monkeypatch.setattr(batch, "_claim_steps", lambda at: [step for step in claim(at=at) if step.percent != 50])
    lived = live(database, CALM_DAYS)
    assert "every_due_step_is_fired" in broken(lived)
    assert len(lived.asked) == 1


_REWRITE = """
    ALTER TABLE work_ordermove DISABLE TRIGGER append_only;
    CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE work_ordermove SET by_name = '某人' WHERE order_id = NEW.order_id AND verb = 'accept';
        RETURN NULL;
    END $$;
    CREATE TRIGGER spoil AFTER INSERT ON work_ordermove FOR EACH ROW WHEN (NEW.verb = 'finish')
        EXECUTE FUNCTION spoil();
"""


def test_a_move_that_was_rewritten_is_found(database: Throwaway) -> None:
    lived = live(database, CALM_DAYS, spoil=_REWRITE)
    assert broken(lived) == {"every_move_is_audited", "history_is_only_added_to"}
    assert len(lived.asked) == 1


PAYING_DAYS = Plan(seed=5, days=3, units=12, faults=True, trying=1)
_CENT_TOO_MUCH = """
    CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.amount := NEW.amount + 0.01;
        NEW.open_amount := NEW.amount;
        RETURN NEW;
    END $$;
    CREATE TRIGGER a_spoil BEFORE INSERT ON billing_charge FOR EACH ROW WHEN (NEW.run_id IS NOT NULL)
        EXECUTE FUNCTION spoil();
"""


def test_a_cent_too_much_on_a_bill_is_found(database: Throwaway) -> None:
    found = broken(live(database, PAYING_DAYS, spoil=_CENT_TOO_MUCH, shrink_seconds=0))
    assert found == {"fees_by_area_are_area_times_price", "fixed_and_metered_fees_are_reckoned_anew"}


def test_money_that_never_reaches_the_drawer_is_found(database: Throwaway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhongshu.cashier.actions.taking.move_cash", lambda shift, amount: None)
    found = broken(live(database, PAYING_DAYS, shrink_seconds=0))
    assert found >= {"every_drawer_holds_what_went_through_it", "sub_ledgers_agree_with_the_ledger"}


def test_what_nobody_foresaw_is_a_broken_promise_with_its_place(database: Throwaway) -> None:
    spoil = "ALTER TABLE cases_followup ADD CONSTRAINT never CHECK (false)"
    lived = live(database, CALM_DAYS, spoil=spoil)
    assert broken(lived) <= {"nothing_unforeseen", "every_event_is_delivered"}
    assert "never" in lived.violations[0].what
    assert len(lived.asked) == 1


def test_a_story_is_lived_again_by_its_ids(database: Throwaway) -> None:
    shortest = live(database, CALM_DAYS, spoil=_REWRITE)
    alone = replace(CALM_DAYS, only=shortest.asked)
    assert broken(live(database, alone, spoil=_REWRITE)) == broken(shortest)
    assert live(database, alone).violations == []


def test_the_answer_names_seed_story_and_the_way_to_live_it_again() -> None:
    plan = Plan(seed=7, days=30, units=100, faults=True)
    assert again(plan, None) == "bin/zhongshu simulate --seed 7 --days 30 --units 100 --faults"
    assert again(plan, ["a", "b"]).endswith(" --faults --only a,b")
    found: dict[str, Any] = answer(plan, Lived(days=30, checks=870, counts={"cases": 3}))
    assert found["ok"]
    assert found["lived"] == {"days": 30, "checks": 870, "cases": 3}
    assert found["happenings"] == found["story"] == found["violations"] == []
