"""A household at the till, and what the commands tell of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import StringIO
from json import loads
from typing import Any

from django.core.management import call_command

from tests.billing.till import DAY, Till
from zhongshu.billing.models import Charge, Payment
from zhongshu.care import actions
from zhongshu.care.actions import Evaluated
from zhongshu.care.models import Policy
from zhongshu.care.policies.table import months_later
from zhongshu.cases import actions as cases
from zhongshu.cases.kinds import Criterion, Severity
from zhongshu.cases.models import Case, Complaint
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE

CRITERION = {
    Severity.NOT_UPHELD: Criterion.NO_FACTS,
    Severity.ORDINARY: Criterion.CURT,
    Severity.MEDIUM: Criterion.QUARREL,
    Severity.MAJOR: Criterion.HARM,
}


def command(*args: str) -> Any:
    """What the program answers."""
    out = StringIO()
    call_command("care", *args, "--json", stdout=out, stderr=StringIO())
    return loads(out.getvalue())


@dataclass
class Household:
    """The account A-1 of the site YQL. Today is 2026-11-04: days of the story lie in the past."""

    till: Till
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.till.at

    def evaluated(self, on: str) -> dict[str, Any]:
        return dict(command("evaluate", "--site", "YQL", "--on", on))

    def morning(self, day: date) -> Evaluated:
        """That day is evaluated as it begins, at six."""
        at = datetime.combine(day, time(6), SITE_ZONE)
        return actions.evaluate(actor=self.till.cast.system, at=at, site_id=self.till.site_id, on=day)

    def daily(self, first: str, last: str) -> None:
        """Evaluated every morning from the last of each month to the second of the next, and on a quiet day."""
        day = DAY(first)
        while day <= DAY(last):
            if day.day in (1, 2, 15) or (day + timedelta(days=1)).day == 1:
                actions.evaluate(actor=self.till.cast.system, at=self.at, site_id=self.till.site_id, on=day)
            day += timedelta(days=1)

    def shown(self, on: str, *more: str) -> dict[str, Any]:
        return dict(command("explain", "A-1", "--on", on, *more))

    def policy(self) -> Policy:
        return Policy.objects.get(site=None)

    def score(self, on: str) -> int:
        return int(self.shown(on)["score"])

    def bills(self, first: str, months: int) -> list[Charge]:
        """A hundred yuan a month, due on the last day of it."""
        start = DAY(first)
        ends = [months_later(start, nth + 1) - timedelta(days=1) for nth in range(months)]
        return [self.till.bill("100.00", str(end)) for end in ends]

    def pays(self, amount: str, on: str) -> Payment:
        return self.till.takes(amount, on=on)

    def complaint(self, kind: str = "complaint") -> Case:
        """Somebody of the household complained."""
        number = f"AJ{next(self.till.numbers)}"
        case = Case.objects.create(
            site=self.till.cast.yql, number=number, channel="telephone", text="保安骂人", account=self.till.account,
            category="service_attitude", urgency="P3", team_kind="security", state="open", opened_at=self.at,
        )  # fmt: skip
        Complaint.objects.create(
            site=self.till.cast.yql, case=case, kind=kind, at=self.at, judge_due_at=self.at + timedelta(days=1)
        )
        return case

    def judge(self, case: Case, severity: Severity, points: int, at: datetime | None = None, act: Any = None) -> None:
        (act or cases.judge)(
            actor=self.till.cast.actor(Role.QUALITY, at=at or self.at), at=at or self.at, case_id=case.pk,
            severity=severity, points=points, criteria=[CRITERION[severity]], note_text="已核实",
        )  # fmt: skip

    def judged(self, on: str, points: int) -> Case:
        """A medium complaint, judged that noon."""
        case = self.complaint()
        self.judge(case, Severity.MEDIUM, points, noon_of(on))
        return case

    def revised(self, case: Case, on: str) -> None:
        """Quality finds it not upheld after all."""
        self.judge(case, Severity.NOT_UPHELD, -1, noon_of(on), cases.revise_judgement)


def noon_of(day: str) -> datetime:
    return datetime.combine(DAY(day), time(12), SITE_ZONE)


def entries(shown: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [(row["effective_on"], row["rule"], row["occurrence"], row["points"]) for row in shown["entries"]]
