"""Money in the world of the house's tests: one of everything that an address of the money apps can name."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.house.carded import make_carded
from tests.house.counter import make_counter
from tests.house.metered import make_metered
from tests.house.noticed import make_noticed
from tests.house.owed import make_owed
from tests.house.planned import make_planned
from tests.house.priced import make_priced
from tests.remittance.servers.keys import private
from tests.remittance.servers.wechat import API_KEY, WechatPay
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.secrets import seal
from zhongshu.ledger import actions as ledger
from zhongshu.ledger.kinds import BANK, BANK_FEES, Fund
from zhongshu.ledger.models import LedgerAccount
from zhongshu.remittance.gateways import sealed
from zhongshu.remittance.layouts.debits import sample
from zhongshu.remittance.models import (
    BankAccount,
    BankStatement,
    DebitAuthorisation,
    DebitBatch,
    DebitLayout,
    DebitLine,
    OnlineAlert,
    OnlineNotice,
    OnlineOrder,
    OnlineRefund,
    PayCode,
    ProviderAccount,
    ProviderBill,
    ProviderBillLine,
    StatementLine,
)
from zhongshu.remittance.queries.banks import SEALED_FOR

if TYPE_CHECKING:
    from tests.house.world import World


def make_money(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    made = _books(world) | _online(world) | make_owed(world) | make_priced(world) | make_metered(world)
    made |= _bank(world) | make_counter(world)
    made |= make_carded(world, made["payment"]) | make_planned(world)
    return made | make_noticed(world)


def _books(world: "World") -> dict[str, Any]:
    """An entry by hand, and one that waits."""
    finance, head = world.cast.actor(Role.FINANCE, world.site), world.cast.actor(Role.HEAD_OFFICE)
    fee = Decimal("12.50")
    legs = [ledger.Leg(Fund.OPERATING, BANK_FEES, fee), ledger.Leg(Fund.OPERATING, BANK, -fee)]
    said = {"at": world.at, "site": world.site, "dated_on": day_of(world.at), "memo": "银行手续费", "legs": legs}
    posted, waiting = (ledger.propose(actor=finance, **said) for _ in range(2))
    entry = ledger.approve(actor=head, at=world.at, proposal_id=posted.pk)
    account = LedgerAccount.objects.get(site=world.site, code=BANK)
    return {"entry": entry, "proposal": waiting, "ledger_account": account}


def _online(world: "World") -> dict[str, Any]:
    """An order that waits to be paid, one that was paid wrongly and is to go back, a day's bill, a code on a door."""
    site, at = world.site, world.at
    secret = {"private_key": private("wechat merchant"), "api_key": API_KEY}
    shown = {name: text for name, text in WechatPay(port=1).settings.items() if name not in secret}
    merchant = ProviderAccount.objects.create(
        site=site, provider="wechat", key="k" * 32, settings=shown, secret=sealed(secret), created_at=at
    )
    code = PayCode.objects.create(site=site, place=world.unit, token="t" * 22, made_at=at)
    facts: dict[str, Any] = {"site": site, "merchant": merchant, "provider": "wechat", "kind": "native"}
    facts |= {"account": world.account, "created_at": at, "expires_at": at + timedelta(minutes=15)}
    order = OnlineOrder.objects.create(
        **facts, number="ZS1", amount="209.78", state="waiting", pay_url="weixin://wxpay/1", code=code
    )
    wrong = OnlineOrder.objects.create(
        **facts, number="ZS2", amount="209.78", state="failed", transaction_id="42", paid_amount="0.01", paid_at=at
    )
    OnlineNotice.objects.create(site=site, merchant=merchant, order=order, at=at, verdict="replayed", body="{}")
    about = {"site": site, "order": wrong, "amount": "0.01"}
    alert = OnlineAlert.objects.create(**about, merchant=merchant, key="1", kind="wrong_amount", raised_at=at)
    cashier = world.cast.user(Role.CASHIER, site)
    refund = OnlineRefund.objects.create(**about, number="ZR1", reason="x", proposed_by=cashier, proposed_at=at)
    bill = ProviderBill.objects.create(site=site, merchant=merchant, day=day_of(at), state="read", read_at=at)
    ProviderBillLine.objects.create(
        site=site, bill=bill, verdict="matched", nature="payment", number="ZS2", there="0.01", here="0.01", order=wrong
    )
    made = {"merchant": merchant, "pay_code": code, "online_order": order, "online_alert": alert}
    return made | {"online_refund": refund, "provider_bill": bill}


def _bank(world: "World") -> dict[str, Any]:
    """A debit that waits for the bank's answer, and a line of a statement with what is suggested for it."""
    site, at, day = world.site, world.at, day_of(world.at)
    layout = DebitLayout.objects.create(company=site.company, name=sample("csv")["name"], rules=sample("csv"))
    ours = BankAccount.objects.create(site=site, name="收款户", bank_name="某某银行", number="62000000", layout=layout)
    allowed = DebitAuthorisation.objects.create(
        site=site, account=world.account, bank_account=ours, sealed=seal(SEALED_FOR, "6222020200112233445"),
        masked="6222****3445", holder="王小明", starts_on=day,
    )  # fmt: skip
    batch = DebitBatch.objects.create(
        site=site, bank_account=ours, number="DK1", collects_on=day, count=1, total="209.78", made_at=at
    )
    line = DebitLine.objects.create(
        site=site, batch=batch, sequence=1, reference="DK1-1", account=world.account, authorisation=allowed,
        amount="209.78", charge_ids=[],
    )  # fmt: skip
    statement = BankStatement.objects.create(
        site=site, bank_account=ours, sha256="", file_name="s.csv", starts_on=day, ends_on=day, line_count=1,
        new_count=1, imported_at=at,
    )  # fmt: skip
    advice = {"account_id": world.account.pk, "score": 85, "reasons": ["place", "owner"], "is_certain": True}
    came = StatementLine.objects.create(
        site=site, bank_account=ours, statement=statement, line=2, digest="x", nth=1, booked_on=day, amount="209.78",
        payer_name="王小明", remark="物业费", suggestions=[advice], is_certain=True,
    )  # fmt: skip
    return {"bank_account": ours, "debit_line": line, "statement_line": came}
