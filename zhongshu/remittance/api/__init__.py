"""remittance for programs."""

from ninja import Router

router = Router(tags=["remittance"])
