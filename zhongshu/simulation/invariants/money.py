"""Money: every rule of charging and paying that the tables can show, to the cent."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look

#: Approved reversals, by charge: what was reversed as wrong does not stand.
STANDS = (
    "NOT EXISTS (SELECT FROM billing_relief gone WHERE gone.charge_id = c.id AND gone.kind = 'reversal'"
    " AND gone.state = 'approved')"
)
#: What the ledger's accounts show, by site, fund and code: debits less credits.
_BOOKS = """
    books AS (
        SELECT a.site_id, a.fund, a.code, sum(l.amount) AS amount
        FROM ledger_leg l JOIN ledger_ledgeraccount a ON a.id = l.account_id GROUP BY a.site_id, a.fund, a.code
    )
"""
_AGREE = (
    f"WITH {_BOOKS}, rows AS ({{}})"
    " SELECT coalesce(rows.site_id, books.site_id), coalesce(rows.fund, books.fund), coalesce(rows.amount, 0),"
    " coalesce(books.amount, 0) FROM rows FULL JOIN (SELECT * FROM books WHERE code = '{}') AS books"
    " ON books.site_id = rows.site_id AND books.fund = rows.fund"
    " WHERE coalesce(rows.amount, 0) <> coalesce(books.amount, 0)"
)


def every_entry_balances_in_every_fund(look: Look) -> Iterator[str]:
    """An entry has legs, and in each fund its debits are its credits; so has the whole ledger."""
    yield from look.found(
        "entry {} does not balance in {}: {}",
        "SELECT e.number, a.fund, sum(l.amount) FROM ledger_entry e JOIN ledger_leg l ON l.entry_id = e.id"
        " JOIN ledger_ledgeraccount a ON a.id = l.account_id WHERE e.id > %(ledger_entry)s"
        " GROUP BY e.number, a.fund HAVING sum(l.amount) <> 0",
    )
    yield from look.found(
        "entry {} has no legs",
        "SELECT number FROM ledger_entry e WHERE id > %(ledger_entry)s"
        " AND NOT EXISTS (SELECT FROM ledger_leg WHERE entry_id = e.id)",
    )


def the_trial_balance_is_zero(look: Look) -> Iterator[str]:
    """Over all entries of a site, each fund's accounts add up to nothing."""
    yield from look.found(
        "the trial balance of site {} in {} is {}",
        f"WITH {_BOOKS} SELECT site_id, fund, sum(amount) FROM books GROUP BY site_id, fund HAVING sum(amount) <> 0",
    )


def open_amounts_are_what_is_left(look: Look) -> Iterator[str]:
    """A charge's open amount is what was charged less what cleared it, and never less than nothing or more than all."""
    yield from look.found(
        "charge {} of {} is open by {}, and {} cleared it",
        "SELECT c.id, c.amount, c.open_amount, coalesce(sum(a.amount), 0) FROM billing_charge c"
        " LEFT JOIN billing_allocation a ON a.charge_id = c.id WHERE c.id > %(billing_charge)s"
        " OR c.id IN (SELECT charge_id FROM billing_allocation WHERE id > %(billing_allocation)s)"
        " GROUP BY c.id HAVING c.open_amount <> c.amount - coalesce(sum(a.amount), 0)"
        " OR c.open_amount NOT BETWEEN 0 AND c.amount",
    )


def credit_is_what_is_left_of_payments(look: Look) -> Iterator[str]:
    """What a payment has left is what came less what it cleared and what left again; it is never less than nothing."""
    yield from look.found(
        "payment {} of {} has {} left; it cleared {}, and {} left again",
        "SELECT number, amount, unallocated, used, gone FROM (SELECT p.*,"
        " (SELECT coalesce(sum(amount), 0) FROM billing_allocation WHERE payment_id = p.id) AS used,"
        " (SELECT coalesce(sum(amount), 0) FROM billing_outflow WHERE payment_id = p.id) AS gone"
        " FROM billing_payment p WHERE p.id > %(billing_payment)s"
        " OR p.id IN (SELECT payment_id FROM billing_allocation WHERE id > %(billing_allocation)s)"
        " OR p.id IN (SELECT payment_id FROM billing_outflow WHERE id > %(billing_outflow)s)) AS each"
        " WHERE unallocated <> amount - used - gone OR unallocated < 0",
    )


#: By what it is: the account of the ledger, and the rows that must come to the same.
_SUB_LEDGERS = {
    "receivables": (
        "1122",
        "SELECT c.site_id, i.fund, sum(c.open_amount) AS amount FROM billing_charge c"
        " JOIN billing_chargeitem i ON i.id = c.item_id GROUP BY c.site_id, i.fund",
    ),
    "account credit": (
        "2203",
        "SELECT site_id, 'operating' AS fund, -sum(unallocated) AS amount FROM billing_payment GROUP BY site_id",
    ),
    "deposits": (
        "2241",
        """
        SELECT site_id, 'deposits' AS fund, sum(amount) AS amount FROM (
            SELECT c.site_id, -c.amount AS amount FROM billing_charge c JOIN billing_chargeitem i ON i.id = c.item_id
            WHERE i.method = 'deposit'
            UNION ALL
            SELECT a.site_id, a.amount FROM billing_allocation a JOIN billing_charge c ON c.id = a.charge_id
            JOIN billing_chargeitem i ON i.id = c.item_id WHERE i.method = 'deposit' AND a.relief_id IS NOT NULL
            UNION ALL
            SELECT site_id, CASE WHEN entry_id IS NULL THEN deducted ELSE amount END FROM cashier_depositrelease
            WHERE state = 'approved'
        ) AS each GROUP BY site_id""",
    ),
    "cash": (
        "1001",
        """
        SELECT site_id, 'operating' AS fund, sum(cash) AS amount FROM (
            SELECT site_id, cash FROM cashier_shift
            UNION ALL
            SELECT h.site_id, h.amount FROM cashier_handover h
            WHERE h.refused_at IS NULL AND h.banked_at IS NULL AND h.into_id IS NULL AND (h.goes = 'colleague'
                OR h.goes = 'drawer' AND NOT EXISTS (SELECT FROM cashier_shift WHERE follows_id = h.shift_id))
        ) AS each GROUP BY site_id""",
    ),
}


def sub_ledgers_agree_with_the_ledger(look: Look) -> Iterator[str]:
    """What is owed, credit, deposits held and cash in drawers are what the ledger's accounts say, by fund."""
    for what, (code, rows) in _SUB_LEDGERS.items():
        for site, fund, ours, books in look.rows(_AGREE.format(rows, code)):
            yield f"{what} of site {site} in {fund} are {ours}, and the ledger has {books}"


def nothing_is_charged_twice(look: Look) -> Iterator[str]:
    """One item is charged once for a period, place, account and source, unless the first was reversed."""
    yield from look.found(
        "{} of {} is charged {} times to account {}",
        "SELECT i.code, c.period_start, count(*), c.account_id FROM billing_charge c"
        f" JOIN billing_chargeitem i ON i.id = c.item_id WHERE {STANDS} AND c.late_fee_of_id IS NULL"
        " AND (c.site_id, c.account_id, c.item_id, c.period_start) IN (SELECT site_id, account_id, item_id,"
        " period_start FROM billing_charge WHERE id > %(billing_charge)s)"
        " GROUP BY c.site_id, i.code, c.period_start, c.account_id, c.place_id, c.source_id HAVING count(*) > 1",
    )


def no_place_is_charged_twice_for_a_day(look: Look) -> Iterator[str]:
    """Whoever holds it: no day of a place is charged twice by area or as a fixed amount."""
    yield from look.found(
        "{} of {} is charged for {} days of {}",
        "SELECT i.code, p.code, sum((c.detail ->> 'until')::date - (c.detail ->> 'from')::date),"
        " c.period_end - c.period_start FROM billing_charge c JOIN billing_chargeitem i ON i.id = c.item_id"
        f" JOIN estate_place p ON p.id = c.place_id WHERE {STANDS} AND i.method IN ('area_gross', 'fixed', 'formula')"
        " AND (c.place_id, c.period_start) IN"
        " (SELECT place_id, period_start FROM billing_charge WHERE id > %(billing_charge)s)"
        " GROUP BY i.code, p.code, c.period_start, c.period_end"
        " HAVING sum((c.detail ->> 'until')::date - (c.detail ->> 'from')::date) > c.period_end - c.period_start",
    )


def late_fees_keep_to_their_bounds(look: Look) -> Iterator[str]:
    """No late fee on a late fee, and never more late fees on a charge than its principal."""
    yield from look.found(
        "the late fees of charge {} are {}, more than its {}",
        "SELECT c.late_fee_of_id, sum(c.amount), whole.amount FROM billing_charge c"
        " JOIN billing_charge whole ON whole.id = c.late_fee_of_id"
        f" WHERE {STANDS} AND c.late_fee_of_id IN (SELECT late_fee_of_id FROM billing_charge"
        " WHERE id > %(billing_charge)s AND late_fee_of_id IS NOT NULL)"
        " GROUP BY c.late_fee_of_id, whole.amount HAVING sum(c.amount) > whole.amount",
    )
    yield from look.found(
        "charge {} is a late fee on the late fee {}",
        "SELECT c.id, c.late_fee_of_id FROM billing_charge c JOIN billing_charge whole ON whole.id = c.late_fee_of_id"
        " WHERE c.id > %(billing_charge)s AND (whole.late_fee_of_id IS NOT NULL OR c.late_fee_rate <> 0)",
    )


def money_stays_with_its_account(look: Look) -> Iterator[str]:
    """Nobody's money clears what another account owes."""
    yield from look.found(
        "payment {} of account {} cleared charge {} of account {}",
        "SELECT p.number, p.account_id, c.id, c.account_id FROM billing_allocation a"
        " JOIN billing_payment p ON p.id = a.payment_id JOIN billing_charge c ON c.id = a.charge_id"
        " WHERE a.id > %(billing_allocation)s AND (p.account_id <> c.account_id OR p.site_id <> c.site_id)",
    )


#: What needs two people, by table.
_BY_TWO = {
    "price": "billing_tariff",
    "relief": "billing_relief",
    "refund": "billing_refund",
    "release of a deposit": "cashier_depositrelease",
}


def two_people_agree(look: Look) -> Iterator[str]:
    """Prices, waivers and write-offs, refunds and releases are approved by another person than proposed them."""
    for what, table in _BY_TWO.items():
        reversal = "AND kind <> 'reversal'" if table == "billing_relief" else ""
        yield from look.found(
            f"the {what} {{}} was approved by {{}}, who proposed it",
            f"SELECT id, decided_by_id FROM {table} WHERE state = 'approved' {reversal}"
            " AND proposed_by_id IS NOT DISTINCT FROM decided_by_id AND NOT (proposed_by_id IS NULL AND"
            f" {'kind' if reversal else 'state'} = 'discount')",
        )


def the_same_money_counts_once(look: Look) -> Iterator[str]:
    """A reference of one way to pay counts once at a site, and so does what a person acknowledged."""
    yield from look.found(
        "{} {} of site {} counts {} times",
        "SELECT method, reference, site_id, count(*) FROM billing_payment WHERE (site_id, method, reference) IN"
        " (SELECT site_id, method, reference FROM billing_payment WHERE id > %(billing_payment)s)"
        " GROUP BY site_id, method, reference HAVING count(*) > 1",
    )
    yield from look.found(
        "the debit {} was collected by {} and booked as {}",
        "SELECT d.reference, d.collected, p.amount FROM remittance_debitline d JOIN billing_payment p"
        " ON p.id = d.payment_id WHERE p.id > %(billing_payment)s AND p.amount <> d.collected",
    )


def amounts_say_how_they_came_about(look: Look) -> Iterator[str]:
    """A charge of several months, or of a broken one, is the sum of the months it names, by their days."""
    yield from look.found(
        "charge {} of {} names months of {}",
        "SELECT c.id, c.amount, sum((month ->> 'amount')::numeric) FROM billing_charge c"
        " CROSS JOIN jsonb_array_elements(c.detail -> 'months') AS month WHERE c.id > %(billing_charge)s"
        " GROUP BY c.id HAVING sum((month ->> 'amount')::numeric) <> c.amount",
    )
    yield from look.found(
        "charge {} says {} for {} of {} days at {}",
        "SELECT c.id, month ->> 'amount', month ->> 'days', month ->> 'of', month ->> 'full' FROM billing_charge c"
        " CROSS JOIN jsonb_array_elements(c.detail -> 'months') AS month WHERE c.id > %(billing_charge)s"
        " AND abs((month ->> 'full')::numeric * (month ->> 'days')::int / (month ->> 'of')::int"
        " - (month ->> 'amount')::numeric) > 0.01",
    )


def fees_by_area_are_area_times_price(look: Look) -> Iterator[str]:
    """Whole months by area: the area in the estate, times the price approved, rounded half up."""
    yield from look.found(
        "charge {} for {} m² at {} is {}",
        "SELECT c.id, p.gross_area, t.unit_price, c.amount FROM billing_charge c"
        " JOIN billing_chargeitem i ON i.id = c.item_id AND i.method = 'area_gross' AND i.cycle = 'month'"
        " JOIN billing_tariff t ON t.id = c.tariff_id JOIN estate_place p ON p.id = c.place_id"
        " WHERE c.id > %(billing_charge)s AND c.detail -> 'months' IS NULL"
        " AND (c.amount <> round(p.gross_area * t.unit_price, 2) OR t.state <> 'approved'"
        " OR c.period_start < t.starts_on OR c.period_start >= coalesce(t.ends_on, 'infinity'))",
    )


def fixed_and_metered_fees_are_reckoned_anew(look: Look) -> Iterator[str]:
    """A fixed fee for a whole month is the price approved; a metered one is what was used by its steps."""
    yield from look.found(
        "charge {} at {} a month is {}",
        "SELECT c.id, t.unit_price, c.amount FROM billing_charge c JOIN billing_chargeitem i ON i.id = c.item_id"
        " AND i.method = 'fixed' AND i.cycle = 'month' JOIN billing_tariff t ON t.id = c.tariff_id"
        " WHERE c.id > %(billing_charge)s AND c.detail -> 'months' IS NULL AND c.amount <> round(t.unit_price, 2)",
    )
    yield from look.found(
        "charge {} of {} names steps of {}",
        "SELECT c.id, c.amount, sum((step ->> 'usage')::numeric * (step ->> 'price')::numeric) FROM billing_charge c"
        " CROSS JOIN jsonb_array_elements(c.detail -> 'readings') AS reading"
        " CROSS JOIN jsonb_array_elements(reading -> 'tiers') AS step WHERE c.id > %(billing_charge)s"
        " AND c.detail -> 'surcharge' IS NULL GROUP BY c.id"
        " HAVING round(sum((step ->> 'usage')::numeric * (step ->> 'price')::numeric), 2) <> c.amount",
    )
    yield from look.found(
        "charge {} is for {} of usage, and its meters counted {}",
        "SELECT c.id, c.quantity, sum(r.usage) FROM billing_charge c JOIN billing_meter m ON m.place_id = c.place_id"
        " AND m.item_id = c.item_id JOIN billing_reading r ON r.meter_id = m.id AND r.reversed_at IS NULL"
        " AND r.read_on >= c.period_start AND r.read_on < c.period_end WHERE c.id > %(billing_charge)s"
        f" AND {STANDS} GROUP BY c.id HAVING sum(r.usage) < c.quantity",
    )


def shared_costs_are_charged_to_the_cent(look: Look) -> Iterator[str]:
    """The shares of a common cost add up to it, and what is charged for it is never more."""
    yield from look.found(
        "the cost {} of {} is split into {}",
        "SELECT s.id, s.amount, sum(h.amount) FROM billing_sharedcost s JOIN billing_sharedshare h ON h.cost_id = s.id"
        " WHERE s.state <> 'cancelled' GROUP BY s.id HAVING sum(h.amount) <> s.amount",
    )
    yield from look.found(
        "for the cost {} of {} there is {} charged",
        "SELECT s.id, s.amount, sum(c.amount) FROM billing_sharedcost s JOIN billing_charge c ON c.item_id = s.item_id"
        f" AND c.source_id = s.id AND {STANDS} WHERE s.id IN (SELECT source_id FROM billing_charge"
        " WHERE id > %(billing_charge)s) GROUP BY s.id HAVING sum(c.amount) > s.amount",
    )


def what_is_due_is_cleared_first(look: Look) -> Iterator[str]:
    """By law debts that are due come first: no money goes to one that is not yet due while a due one is open."""
    yield from look.found(
        "payment {} cleared charge {} before it was due, and {}, which was due, stayed open",
        "SELECT p.number, c.id, due.id FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id"
        " JOIN billing_charge c ON c.id = a.charge_id JOIN billing_charge due ON due.site_id = c.site_id"
        " AND due.account_id = c.account_id AND due.late_fee_of_id IS NULL"
        " WHERE a.id > %(billing_allocation)s AND a.order_used = 'law' AND a.amount > 0 AND a.on < c.due_on"
        " AND a.recorded_at = p.recorded_at AND due.due_on <= a.on AND due.recorded_at <= a.recorded_at"
        " AND due.amount > (SELECT coalesce(sum(amount), 0) FROM billing_allocation"
        "   WHERE charge_id = due.id AND recorded_at <= a.recorded_at)",
    )


def closed_months_stay_closed(look: Look) -> Iterator[str]:
    """Nothing is posted any more into a month whose books are closed."""
    yield from look.found(
        "entry {} of {} was posted at {}, after {:%Y-%m} was closed",
        "SELECT e.number, e.dated_on, e.recorded_at, p.month FROM ledger_entry e JOIN ledger_period p"
        " ON p.site_id = e.site_id AND e.dated_on < p.month + interval '1 month'"
        " AND e.recorded_at > p.closed_at AND (p.reopened_at IS NULL OR e.recorded_at < p.reopened_at)"
        " WHERE e.id > %(ledger_entry)s",
    )


def every_drawer_holds_what_went_through_it(look: Look) -> Iterator[str]:
    """A shift's cash is what it began with and took, less what went back, out and over; a shift that ended has none."""
    yield from look.found(
        "shift {} ({}) should hold {} and holds {}",
        "SELECT number, state, due, cash FROM (SELECT s.number, s.state, s.cash, s.opening_cash"
        " + (SELECT coalesce(sum(p.amount), 0) FROM cashier_taken t JOIN billing_payment p ON p.id = t.payment_id"
        "    WHERE t.shift_id = s.id AND p.method = 'cash' AND NOT EXISTS (SELECT FROM billing_outflow"
        "    WHERE payment_id = p.id AND kind = 'bounce'))"
        " - (SELECT coalesce(sum(amount - deducted), 0) FROM cashier_depositrelease WHERE shift_id = s.id)"
        " - (SELECT coalesce(sum(r.amount), 0) FROM cashier_cashrefund b JOIN billing_refund r ON r.id = b.refund_id"
        "    WHERE b.shift_id = s.id)"
        " + (SELECT coalesce(sum(amount), 0) FROM cashier_handover WHERE into_id = s.id)"
        " + (SELECT coalesce(sum(difference), 0) FROM cashier_shiftcount WHERE shift_id = s.id)"
        " - (SELECT coalesce(sum(amount), 0) FROM cashier_handover WHERE shift_id = s.id AND refused_at IS NULL)"
        " AS due FROM cashier_shift s WHERE s.closed_at IS NULL OR s.closed_at > %(until)s - interval '40 days')"
        " AS each WHERE due <> cash OR state = 'closed' AND cash <> 0",
    )
    yield from look.found(
        "the count of shift {} expected {}, found {}, and says {} differ",
        "SELECT shift_id, expected, counted, difference FROM cashier_shiftcount"
        " WHERE difference <> counted - expected OR (difference <> 0 AND (reason = '' OR entry_id IS NULL))",
    )


def a_closed_day_stays_closed(look: Look) -> Iterator[str]:
    """Nothing is taken at the counter any more on a day that is closed, and no shift of it goes on."""
    yield from look.found(
        "payment {} was taken at {}, after {} was closed",
        "SELECT p.number, p.recorded_at, d.day FROM cashier_taken t JOIN billing_payment p ON p.id = t.payment_id"
        " JOIN cashier_dailyclose d ON d.site_id = t.site_id AND d.day >= p.received_on AND d.at < p.recorded_at"
        " WHERE p.id > %(billing_payment)s",
    )


def one_debit_at_a_time(look: Look) -> Iterator[str]:
    """The bank is asked for a charge once at a time."""
    yield from look.found(
        "charge {} is asked for by {} debits at once",
        "SELECT charge_id, count(*) FROM remittance_debitline CROSS JOIN unnest(charge_ids) AS charge_id"
        " WHERE state IN ('asked', 'unknown') GROUP BY charge_id HAVING count(*) > 1",
    )


def prepaid_months_are_drawn_once(look: Look) -> Iterator[str]:
    """What was paid ahead clears no more than was paid."""
    yield from look.found(
        "of the prepayment {} of {} there is {} drawn",
        "SELECT p.id, p.paid_amount, sum(a.amount) FROM billing_prepayment p"
        " JOIN billing_allocation a ON a.payment_id = p.payment_id GROUP BY p.id HAVING sum(a.amount) > p.paid_amount",
    )


_TRACED = {
    "payment {}": "SELECT number FROM billing_payment t WHERE id > %(billing_payment)s AND NOT EXISTS (SELECT FROM"
    " identity_auditentry e WHERE e.verb = 'billing.receive' AND e.target_type = 'billing.payment'"
    " AND e.target_id = t.id::text AND e.at = t.recorded_at AND e.actor_name <> '')",
    "outflow {}": "SELECT id FROM billing_outflow t WHERE id > %(billing_outflow)s AND NOT EXISTS (SELECT FROM"
    " identity_auditentry e WHERE e.at = t.recorded_at AND e.actor_name <> ''"
    " AND (e.verb = 'billing.bounce_payment' AND e.target_id = t.payment_id::text"
    " OR e.verb = 'billing.pay_refund' AND e.target_id = t.refund_id::text))",
    "relief {}": "SELECT id FROM billing_relief t WHERE state = 'approved' AND kind IN ('waiver', 'write_off')"
    " AND NOT EXISTS (SELECT FROM identity_auditentry e WHERE e.verb = 'billing.approve_relief'"
    " AND e.target_id = t.id::text AND e.at = t.decided_at AND e.user_id = t.decided_by_id)",
    "the approved price {}": "SELECT id FROM billing_tariff t WHERE state = 'approved' AND NOT EXISTS (SELECT FROM"
    " identity_auditentry e WHERE e.verb = 'billing.price_approved' AND e.target_id = t.id::text"
    " AND e.user_id = t.decided_by_id)",
    "the count of shift {}": "SELECT shift_id FROM cashier_shiftcount t WHERE NOT EXISTS (SELECT FROM"
    " identity_auditentry e WHERE e.verb = 'cashier.count_shift' AND e.target_id = t.shift_id::text AND e.at = t.at)",
}


def money_leaves_a_trace(look: Look) -> Iterator[str]:
    """Payments, what went back, waivers, prices and counts stand in the audit, by somebody, at that instant."""
    for what, query in _TRACED.items():
        yield from look.found(what + " has no entry in the audit", query)


def every_movement_is_in_the_books(look: Look) -> Iterator[str]:
    """Charges, payments and what cleared a charge belong to an entry of their site, of that moment or before."""
    for table, moment in (("billing_charge", "recorded_at"), ("billing_payment", "recorded_at")):
        yield from look.found(
            f"{table} {{}} of {{}} stands in no entry",
            f"SELECT t.id, t.amount FROM {table} t WHERE t.id > %({table})s AND NOT EXISTS (SELECT FROM ledger_entry e"
            f" WHERE e.id = t.entry_id AND e.site_id = t.site_id AND e.recorded_at <= t.{moment})",
        )


def the_same_run_again_adds_nothing(look: Look) -> Iterator[str]:
    """Bills run, late fees posted and credit drawn once more change nothing at all."""
    for before, after in look.memory.ran_again:
        if before != after:
            yield f"there were {before} and after the same once more {after}"
