"""Where may be sent to: the public internet over TLS. What a name stands for is looked at again at every try.

With `ZHONGSHU_WEBHOOKS_PRIVATE=1` also addresses of the own network, and the own machine without TLS.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from zhongshu.webhooks.errors import ForbiddenAddress

_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(rb"[\w.:-]+")
# IPv6 addresses that a gateway or tunnel turns into IPv4 ones: NAT64, 6to4, Teredo.
_IN_DISGUISE = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


def checked_url(text: str) -> str:
    """The address, if it may be sent to as far as can be told now. Raises ForbiddenAddress."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ForbiddenAddress(_("这不是一个网址，请写成 https://example.com/hooks 这样。"), field="url") from None
    if not _is_well_formed(url):
        raise ForbiddenAddress(_("推送地址必须以 https:// 开头，不能带用户名或“#”。"), field="url")
    if not all(map(is_allowed, addresses_of(url))):
        raise ForbiddenAddress(_("推送地址必须是公网地址，不能是内网或本机。"), field="url")
    return str(url)


def addresses_of(url: httpx.URL) -> list[str]:
    """The addresses that the name stands for now; none for a name nobody knows."""
    try:
        found = socket.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_rest, address in found))


def is_allowed(address: str) -> bool:
    """Whether something may be sent there."""
    return bool(settings.WEBHOOKS_PRIVATE) or _is_public(ip_address(address))


def _is_well_formed(url: httpx.URL) -> bool:
    in_clear = url.scheme == "http" and settings.WEBHOOKS_PRIVATE and url.host in _OWN_MACHINE
    is_plain = not url.userinfo and not url.fragment and (url.port or 443) < 65536
    return bool((url.scheme == "https" or in_clear) and is_plain and _HOST.fullmatch(url.raw_host))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return _is_public(address.ipv4_mapped)
        if any(address in network for network in _IN_DISGUISE):
            return False
    return address.is_global and not address.is_multicast
