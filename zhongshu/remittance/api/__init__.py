"""remittance for programs."""

from ninja import Router

from zhongshu.remittance.api import bank, online

router = Router(tags=["remittance"])
router.add_router("", online.router)
router.add_router("", bank.router)
