"""A site's merchant accounts at the providers."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.remittance.gateways import opened, sealed
from zhongshu.remittance.kinds import Provider
from zhongshu.remittance.models import ProviderAccount
from zhongshu.remittance.permissions import MANAGE_MERCHANTS
from zhongshu.remittance.policies.setup import SETTINGS, private_pem, public_pem, wrong_in
from zhongshu.webhooks.engine.destinations import checked_url
from zhongshu.webhooks.errors import ForbiddenAddress


@transaction.atomic
def save_merchant(
    *, actor: Actor, at: datetime, site: Site, provider: Provider, values: Mapping[str, str]
) -> ProviderAccount:
    """A secret that is left empty stays as it was. Raises NotFound, Invalid, ForbiddenAddress."""
    actor.require(MANAGE_MERCHANTS, site.pk)
    rows = ProviderAccount.objects.select_for_update(of=("self",))
    merchant = rows.filter(site=site, provider=provider).first() or ProviderAccount(
        site=site, provider=provider, key=token_hex(16), created_at=at
    )
    before = dict(merchant.settings)
    said = _said(provider, values, opened(merchant.secret) if merchant.secret else {})
    secret = {each.name for each in SETTINGS[provider] if each.is_secret}
    merchant.settings = {name: value for name, value in said.items() if name not in secret}
    merchant.secret = sealed({name: value for name, value in said.items() if name in secret})
    merchant.save()
    audit.record(
        actor=actor, at=at, verb="remittance.save_merchant", target=merchant, before=before, after=merchant.settings
    )
    return merchant


@transaction.atomic
def switch_merchant(*, actor: Actor, at: datetime, merchant_id: int, is_on: bool) -> ProviderAccount:
    """Off: no new orders; those under way come to their end, and callbacks are still heard. Raises NotFound."""
    rows = actor.visible(ProviderAccount.objects.all(), MANAGE_MERCHANTS).select_for_update(of=("self",))
    merchant = rows.filter(pk=merchant_id).first()
    if merchant is None:
        raise absent()
    merchant.is_on = is_on
    merchant.save(update_fields=["is_on"])
    audit.record(actor=actor, at=at, verb="remittance.switch_merchant", target=merchant, after={"is_on": is_on})
    return merchant


def _said(provider: Provider, values: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """The settings as they are kept: keys with their armour. Raises Invalid, ForbiddenAddress."""
    said = {each.name: values.get(each.name, "").strip() or kept.get(each.name, "") for each in SETTINGS[provider]}
    wrong = wrong_in(provider, said)
    if wrong is not None:
        raise Invalid(wrong[1], field=wrong[0])
    said["endpoint"] = said["endpoint"].rstrip("/")
    try:
        checked_url(said["endpoint"])
    except ForbiddenAddress as refusal:
        raise ForbiddenAddress(_("接口地址必须是公网的 https 地址。"), field="endpoint") from refusal
    said["private_key"], said["public_key"] = private_pem(said["private_key"]), public_pem(said["public_key"])
    return said
