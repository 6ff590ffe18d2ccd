"""What is owed, told anew: statements, months in arrears, and what customers are asked with."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from zhongshu.billing.queries.statements import statements
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.invariants.looking import Look
from zhongshu.simulation.invariants.money import STANDS

LOOKED_AT: Final = 4
TRIFLE: Final = Decimal(1)

#: By account: its site, what its charges have open but for late fees, and its credit.
_OPEN = f"""
    SELECT a.id, a.site_id, a.number,
        (SELECT coalesce(sum(open_amount), 0) FROM billing_charge c WHERE c.account_id = a.id
            AND c.late_fee_of_id IS NULL AND {STANDS}),
        (SELECT coalesce(sum(unallocated), 0) FROM billing_payment WHERE account_id = a.id)
    FROM estate_account a WHERE a.id = ANY (%(some)s)"""
_RECURRING = f"""
    SELECT c.account_id, c.amount, c.amount - c.open_amount, c.period_start, c.period_end, c.due_on,
        c.detail -> 'months'
    FROM billing_charge c JOIN billing_chargeitem i ON i.id = c.item_id
    WHERE i.is_recurring AND c.late_fee_of_id IS NULL AND c.account_id = ANY (%(some)s) AND {STANDS}"""


def statements_are_what_the_charges_have_open(look: Look) -> Iterator[str]:
    """Today's statement of an account: its principal is what its charges have open, its credit what its payments have
    left. Of some accounts each day.
    """
    today = day_of(look.until)
    for account_id, site_id, number, owed, credit in look.rows(_OPEN, some=_some(look)):
        told = statements(site_id, [account_id], today)[account_id]
        if (told.principal, told.credit) != (owed, credit):
            yield f"the statement of {number} says {told.principal} and {told.credit}; it is {owed} and {credit}"


def months_in_arrears_are_counted_anew(look: Look) -> Iterator[str]:
    """Months of service that ended, are past due and not paid, money clearing the oldest first: never more than the
    months since the oldest was due. Of some accounts each day.
    """
    today, some = day_of(look.until), _some(look)
    asked = "SELECT id, (SELECT months FROM billing_arrears(a.site_id, ARRAY[a.id], %(today)s, %(today)s + 1, 1, NULL))"
    told = look.rows(f"{asked} FROM estate_account a WHERE id = ANY (%(some)s)", some=some)
    charges = look.rows(_RECURRING, some=some)
    for account_id, months in told:
        counted = _counted([facts for pk, *facts in charges if pk == account_id], today)
        if counted != (months or 0):
            yield f"account {account_id} is said to be {months} months in arrears; it is {counted}"


def _some(look: Look) -> list[int]:
    known = [pk for (pk,) in look.rows("SELECT DISTINCT account_id FROM billing_charge ORDER BY account_id")]
    return look.dice.sample(known, min(LOOKED_AT, len(known)))


def _counted(charges: list[list[Any]], today: date) -> int:
    late: list[tuple[date, date]] = []
    for amount, paid, starts_on, ends_on, due_on, told in charges:
        weights = _told(told) if told else _by_days(starts_on, ends_on)
        late += [(month, due_on) for month in _unpaid(amount, paid, weights) if due_on < today]
    ended = {month for month, _due_on in late if _next(month) <= today}
    return min(len(ended), _months_since(min(due_on for _month, due_on in late), today)) if ended else 0


def _unpaid(amount: Decimal, paid: Decimal, weights: list[tuple[date, Decimal]]) -> Iterator[date]:
    """The months of a charge that money has not cleared."""
    whole, so_far, before = sum(weight for _month, weight in weights), Decimal(0), Decimal(0)
    for month, weight in weights:
        so_far += weight
        upto = (amount * so_far / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if upto - before >= TRIFLE and paid <= upto - TRIFLE:
            yield month
        before = upto


def _told(months: list[dict[str, Any]]) -> list[tuple[date, Decimal]]:
    return sorted((date.fromisoformat(f"{each['month']}-01"), Decimal(each["amount"])) for each in months)


def _by_days(starts_on: date, ends_on: date) -> list[tuple[date, Decimal]]:
    found, month = [], starts_on.replace(day=1)
    while month < ends_on:
        days = (min(ends_on, _next(month)) - max(starts_on, month)).days
        found.append((month, Decimal(days) / (_next(month) - month).days))
        month = _next(month)
    return found


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _months_since(day: date, today: date) -> int:
    """One, and one more on the same day of every later month, or on its last where it has no such day."""
    last = (_next(today.replace(day=1)) - timedelta(days=1)).day
    whole = (today.year - day.year) * 12 + today.month - day.month
    return 1 + whole - (today.day < min(day.day, last))


def notices_name_what_is_owed(look: Look) -> Iterator[str]:
    """A notice's sums are those of the charges it names: its own account's, due before its day."""
    yield from look.found(
        "notice {} asks for {} and {}, and names {} and {}",
        "SELECT n.number, n.principal, n.late_fees, coalesce(sum(c.open_amount), 0), coalesce(sum(c.late_fee), 0)"
        " FROM collecting_notice n LEFT JOIN collecting_noticecharge c ON c.notice_id = n.id"
        " WHERE n.id > %(collecting_notice)s GROUP BY n.id"
        " HAVING n.principal <> coalesce(sum(c.open_amount), 0) OR n.late_fees <> coalesce(sum(c.late_fee), 0)",
    )
    yield from look.found(
        "notice {} of {} names charge {}, due on {}, of account {}",
        'SELECT n.number, n."on", c.id, c.due_on, c.account_id FROM collecting_notice n'
        " JOIN collecting_noticecharge named ON named.notice_id = n.id JOIN billing_charge c ON c.id = named.charge_id"
        ' WHERE n.id > %(collecting_notice)s AND (c.account_id <> n.account_id OR c.due_on > n."on")',
    )


def plans_come_to_what_they_name(look: Look) -> Iterator[str]:
    """The instalments of a plan come to its total, and so do the debts it names."""
    yield from look.found(
        "plan {} of {} names debts of {}, in instalments of {}",
        "SELECT * FROM (SELECT id, total,"
        " (SELECT coalesce(sum(open_amount + late_fee), 0) FROM collecting_plancharge WHERE plan_id = p.id) AS debts,"
        " (SELECT coalesce(sum(amount), 0) FROM collecting_instalment WHERE plan_id = p.id) AS parts"
        " FROM collecting_paymentplan p WHERE id > %(collecting_paymentplan)s) AS plans"
        " WHERE total <> debts OR total <> parts",
    )
