"""Money in the world of the house's tests: one of everything that an address of the money apps can name."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.ledger import actions as ledger
from zhongshu.ledger.kinds import BANK, BANK_FEES, Fund
from zhongshu.ledger.models import LedgerAccount

if TYPE_CHECKING:
    from tests.house.world import World


def make_money(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    return _books(world)


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
