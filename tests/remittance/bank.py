"""A site with a bank: dwellings that owe, a bank account of ours, and a bank that answers."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tests.billing.till import DAY, Till
from tests.cast import LONG_AGO, Cast
from tests.remittance.test_bank_files import answered_for
from zhongshu.estate import actions as estate
from zhongshu.estate.models import Account, AccountPlace, Customer, HouseholdMember, Place
from zhongshu.estate.naming import Address
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.remittance import actions
from zhongshu.remittance.layouts.debits import sample
from zhongshu.remittance.models import BankAccount, DebitBatch, DebitLine, StatementLine
from zhongshu.remittance.queries.banks import debits_in

OURS = "0200001234567890123"


@dataclass
class Bank:
    """Rooms 101, 102 … of 1期1栋1单元; `cashier` keeps the debits, `finance` sets up and undoes."""

    till: Till
    ours: BankAccount
    homes: dict[str, Account] = field(default_factory=dict)

    @classmethod
    def build(cls, cast: Cast, at: datetime, *, layout: str = "fixed") -> "Bank":
        till = Till(cast, at, None)  # type: ignore[arg-type]  # the story says which account
        said = {"actor": till.bookkeeper, "at": at, "site": cast.yql}
        Place.objects.create(site=cast.yql, kind="community", code="YQL", path="YQL", label="云栖里")
        rules = actions.save_layout(**said, rules=sample(layout))
        ours = actions.open_bank_account(
            **said, name="物业费收款户", bank_name="某某银行", number=OURS, merchant="M1", layout=rules
        )
        return cls(till, ours)

    @property
    def at(self) -> datetime:
        return self.till.at

    @property
    def cashier(self) -> Actor:
        return self.till.cashier

    @property
    def finance(self) -> Actor:
        return self.till.bookkeeper

    def home(self, room: str, owner: str, *owes: str, member: str = "") -> Account:
        """A dwelling whose owner owes these amounts, each a month older."""
        site = self.till.cast.yql
        address = Address("P1", "1", "1", 1, room)
        rows = [row for row in (*address.above(), address.unit()) if not Place.objects.filter(code=row.code).exists()]
        estate.add_places(actor=self.till.cast.system, at=self.at, site=site, rows=rows)
        unit = Place.objects.get(site=site, code=address.unit().code)
        account = Account.objects.create(
            site=site, number=f"H{room}", customer=self._person(owner), unit=unit, starts_on=LONG_AGO
        )
        AccountPlace.objects.create(site=site, account=account, place=unit, starts_on=LONG_AGO)
        if member:
            HouseholdMember.objects.create(
                site=site, account=account, customer=self._person(member), relation="family", starts_on=LONG_AGO
            )
        for number, amount in enumerate(owes):
            self.till.bill(amount, f"2026-{10 - number:02}-28", account=account)
        self.homes[room] = account
        return account

    def _person(self, name: str) -> Customer:
        return Customer.objects.create(site=self.till.cast.yql, kind="person", name=name)

    def allows(self, room: str, number: str = "") -> None:
        account = self.homes[room]
        actions.authorise_debit(
            actor=self.cashier, at=self.at, account_id=account.pk, bank_account_id=self.ours.pk,
            number=number or f"62220202001122{room:0>5}", holder=account.customer.name, starts_on=LONG_AGO,
        )  # fmt: skip

    def batch(self) -> DebitBatch:
        today = day_of(self.at)
        return actions.make_batch(
            actor=self.cashier, at=self.at, bank_account_id=self.ours.pk, collects_on=today, due_until=today
        )

    def answer(self, batch: DebitBatch, *codes: str) -> bytes:
        """What the bank sends back; its code for each line."""
        debits = [debit for _line, debit in debits_in(batch, remark="")]
        return answered_for("fixed", batch.number, debits, [(code, "") for code in codes], day_of(self.at))

    def takes(self, batch: DebitBatch, content: bytes) -> int:
        """The result comes in and the money is booked; how many lines changed."""
        taken = actions.take_result(
            actor=self.cashier, at=self.at, batch_id=batch.pk, file_name="r.txt", content=content
        )
        while actions.book_collected(actor=self.cashier, at=self.at, batch_id=batch.pk):
            pass
        return taken.changed

    def lines(self, batch: DebitBatch) -> list[tuple[str, str, str]]:
        """Unit, amount, state, in the order of the file."""
        rows = DebitLine.objects.filter(batch=batch).select_related("account__unit").order_by("sequence")
        return [(row.account.number, str(row.amount), row.state) for row in rows]

    def owes(self, room: str) -> Decimal:
        rows = self.homes[room].charges.all()
        return sum((row.open_amount for row in rows), Decimal(0))

    def imports(self, *rows: str, header: str = "交易日期,收入,支出,对方户名,对方账号,附言,流水号") -> int:
        """A statement with these lines; how many were new."""
        text = "\n".join([header, *rows])
        before = StatementLine.objects.count()
        actions.import_statement(
            actor=self.cashier, at=self.at, bank_account_id=self.ours.pk, file_name="s.csv", content=text.encode("gbk")
        )
        while actions.look_for_matches(site_id=self.ours.site_id):
            pass
        return StatementLine.objects.count() - before

    def line(self, text: str) -> StatementLine:
        return StatementLine.objects.get(remark__contains=text)

    def advice(self, text: str) -> list[tuple[str, int, list[str], bool]]:
        """The account's number, points, reasons, whether certain."""
        numbers = dict(Account.objects.values_list("pk", "number"))
        line = self.line(text)
        return [
            (numbers[one["account_id"]], one["score"], one["reasons"], one["is_certain"])
            for one in line.suggestions or ()
        ]


__all__ = ["DAY", "OURS", "Bank"]
