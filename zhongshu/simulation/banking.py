"""What goes through banks: transfers that stand on a statement the next day, and direct debits that partly fail."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from zhongshu.billing.models import Charge
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.remittance import actions as remittance
from zhongshu.remittance.kinds import BatchState, StatementState
from zhongshu.remittance.layouts.debits import Debit
from zhongshu.remittance.layouts.files import Sheet, write
from zhongshu.remittance.layouts.spec import Holds, Layout, layout_of
from zhongshu.remittance.models import BankAccount, DebitAuthorisation, DebitBatch, StatementLine
from zhongshu.remittance.queries.banks import debits_in
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.paying import Kind, payer_of
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

#: The bank is asked twice a month; who could not pay is asked again.
ASKED_ON: Final = (3, 18)
HEADER: Final = "交易日期,收入,支出,对方户名,对方账号,附言,流水号"
TELLS_ROOM = 0.7
#: What the bank answers to a debit, and how often.
ANSWERS: Final = {"0000": 85, "1001": 12, "9999": 3}
KEEPERS: Final = (Role.CASHIER, Role.FINANCE)


class Bank:
    """Duties: nothing of it can be left out. Whose money it is, is the household's happening."""

    def __init__(self) -> None:
        self.has_begun = False

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/bank")
        if not self.has_begun and world.charging.begins(day):
            self.has_begun = True
            world.later(at_hour(day, 0.4), by, partial(_authorise, world, by))
        if day.day in ASKED_ON:
            world.later(at_hour(day, 10.2), by, partial(_ask, world, by))
        world.later(at_hour(day, 15.5), by, partial(_answer, world, by))
        world.later(at_hour(day, 16.2), by, partial(_import, world, by))


def ours(world: "World") -> BankAccount | None:
    """The site's account that collects."""
    return BankAccount.objects.filter(site=world.site, is_active=True, layout__isnull=False).order_by("pk").first()


def keeper(world: "World", at: datetime, by: Happening) -> Actor | None:
    """Who sees to the bank's files."""
    return somebody(world, KEEPERS, at, by.dice("files"))


# --- transfers


def transfer(world: "World", by: Happening, account: Account, amount: Decimal, at: datetime) -> None:
    """A transfer that the bank will tell of: most say for which dwelling it is."""
    room = account.unit.code if account.unit and by.dice("remark").random() < TELLS_ROOM else ""
    number = f"6217{Random(account.number).randrange(10**12):012d}"  # noqa: S311
    name, reference = account.customer.name, f"LS{world.site.code}{by.id.replace('/', '')}"
    row = f"{day_of(at):%Y%m%d},{amount},,{name},{number},{room}物业费,{reference}"
    world.arrived.append((row, account.pk))
    world.tell(at, by, f"{account.number} transfers {amount}")


def _import(world: "World", by: Happening, at: datetime) -> None:
    """The statement of the day; what is certain is confirmed together, of the rest a person knows most."""
    bank, clerk = ours(world), keeper(world, at, by)
    if bank is None or clerk is None or not world.arrived:
        return
    arrived, world.arrived = world.arrived, []
    content = "\n".join([HEADER, *(row for row, _account in arrived)]).encode("gb18030")
    said: dict[str, Any] = {"bank_account_id": bank.pk, "file_name": f"{day_of(at)}.csv", "content": content}
    world.do(by, remittance.import_statement, actor=clerk, at=at, **said)
    while remittance.look_for_matches(site_id=world.site.pk):
        pass
    world.do(by, remittance.confirm_certain, actor=clerk, at=at + timedelta(minutes=5), site_id=world.site.pk)
    known = {row.rpartition(",")[2]: account_id for row, account_id in arrived}
    open_lines = StatementLine.objects.filter(bank_account=bank, state=StatementState.OPEN, reference__in=known)
    for line in open_lines.order_by("line"):
        told: dict[str, Any] = {"line_id": line.pk, "account_id": known[line.reference]}
        world.do(by, remittance.confirm_match, actor=clerk, at=at + timedelta(minutes=9), **told)


# --- direct debits


def _authorise(world: "World", by: Happening, at: datetime) -> None:
    """Households that pay by direct debit let us."""
    bank, clerk = ours(world), keeper(world, at, by)
    if bank is None or clerk is None:
        return
    homes = Account.objects.filter(site=world.site, unit__isnull=False, kind="ordinary", ends_on=None)
    for account in homes.select_related("customer").order_by("number"):
        if payer_of(world.seed, account.number).kind is not Kind.BY_DEBIT:
            continue
        if DebitAuthorisation.objects.filter(account=account).exists():
            continue
        number = f"6222{Random(account.number).randrange(10**15):015d}"  # noqa: S311
        said: dict[str, Any] = {"account_id": account.pk, "bank_account_id": bank.pk, "number": number}
        told: dict[str, Any] = {"holder": account.customer.name, "starts_on": day_of(at)}
        world.do(by, remittance.authorise_debit, actor=clerk, at=at, **said, **told)


def _ask(world: "World", by: Happening, at: datetime) -> None:
    """Everything that is billed, also what is due by the end of the month."""
    bank, clerk = ours(world), keeper(world, at, by)
    if bank is None or clerk is None or not Charge.objects.filter(site=world.site).exists():
        return
    said: dict[str, Any] = {"bank_account_id": bank.pk, "collects_on": day_of(at)}
    due_until = day_of(at).replace(day=28) + timedelta(days=3)
    receipt = world.do_once(
        by, lambda batch: {"row": batch.pk}, remittance.make_batch, actor=clerk, at=at, due_until=due_until, **said
    )
    if receipt is not None:
        world.do(by, remittance.fetch_file, actor=clerk, at=at + timedelta(minutes=3), batch_id=receipt["row"])


def _answer(world: "World", by: Happening, at: datetime) -> None:
    """What the bank sends back in the afternoon, and again the next day for what it did not know yet."""
    clerk = keeper(world, at, by)
    sent = DebitBatch.objects.filter(site=world.site, state=BatchState.OPEN, sent_at__lt=at)
    for batch in sent.select_related("bank_account__layout").order_by("pk"):
        if clerk is None or batch.bank_account.layout is None:
            return
        layout = layout_of(batch.bank_account.layout.rules)
        debits = [debit for _line, debit in debits_in(batch, remark="")]
        is_late = batch.collects_on < day_of(at)
        codes = [_code(batch, debit, is_late=is_late) for debit in debits]
        content = result_file(layout, batch.number, debits, codes, batch.collects_on)
        said: dict[str, Any] = {"batch_id": batch.pk, "file_name": f"{batch.number}.txt", "content": content}
        world.do(by, remittance.take_result, actor=clerk, at=at, **said)
        world.do(by, remittance.book_collected, actor=clerk, at=at + timedelta(minutes=5), batch_id=batch.pk, most=5000)


def _code(batch: DebitBatch, debit: Debit, *, is_late: bool) -> str:
    """The same debit gets the same answer again, but that the bank knows all of them the day after."""
    dice = Random(debit.reference)  # noqa: S311
    code = dice.choices(list(ANSWERS), list(ANSWERS.values()))[0]
    return "0000" if is_late and code == "9999" else code


def result_file(layout: Layout, batch: str, debits: Sequence[Debit], codes: Sequence[str], day: date) -> bytes:
    """What a bank that knows the layout sends back: a code for each debit."""
    details: list[dict[Holds, Any]] = [
        {
            Holds.BATCH: batch, Holds.SEQUENCE: debit.sequence, Holds.REFERENCE: debit.reference,
            Holds.ACCOUNT_NO: debit.account_no, Holds.AMOUNT: debit.amount, Holds.CODE: code, Holds.MESSAGE: "",
            Holds.COLLECTED: debit.amount if code in layout.paid else Decimal("0.00"), Holds.DAY: day,
        }
        for debit, code in zip(debits, codes, strict=True)
    ]  # fmt: skip
    paid = [one[Holds.AMOUNT] for one in details if one[Holds.CODE] in layout.paid]
    around: dict[Holds, Any] = {
        Holds.BATCH: batch, Holds.MERCHANT: "M10086", Holds.DAY: day, Holds.COUNT: len(debits),
        Holds.TOTAL: sum((debit.amount for debit in debits), Decimal(0)),
        Holds.PAID_COUNT: len(paid), Holds.PAID_TOTAL: sum(paid, Decimal(0)),
    }  # fmt: skip
    return write(layout, layout.back, Sheet(around, details, around))
