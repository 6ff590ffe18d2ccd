"""The providers of online payment, each behind the same face (`base.Gateway`), by its own SDK."""

import json

from zhongshu.kernel.secrets import seal, unseal
from zhongshu.remittance.gateways.base import Gateway
from zhongshu.remittance.kinds import Provider
from zhongshu.remittance.models import ProviderAccount

PURPOSE = "remittance"


def gateway_of(merchant: ProviderAccount) -> Gateway:
    """The merchant account, ready to be asked. Raises kernel.secrets.Unreadable."""
    # The SDKs take half a second to load, which no other program has to wait for.
    if merchant.provider == Provider.WECHAT:
        from zhongshu.remittance.gateways.wechat import WechatGateway

        return WechatGateway(merchant.settings, opened(merchant.secret))
    from zhongshu.remittance.gateways.alipay import AlipayGateway

    return AlipayGateway(merchant.settings, opened(merchant.secret))


def sealed(values: dict[str, str]) -> str:
    """The secrets of a merchant account as they lie in the table."""
    return seal(PURPOSE, json.dumps(values))


def opened(text: str) -> dict[str, str]:
    """What `sealed` was given. Raises kernel.secrets.Unreadable."""
    return dict(json.loads(unseal(PURPOSE, text)))
