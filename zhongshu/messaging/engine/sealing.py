"""Secrets of channels and subscriptions, as they lie in their tables."""

import json

from zhongshu.kernel.secrets import seal, unseal

PURPOSE = "messaging"


def sealed(values: dict[str, str]) -> str:
    """Several secrets as one sealed text."""
    return seal(PURPOSE, json.dumps(values))


def opened(text: str) -> dict[str, str]:
    """What `sealed` was given; nothing for an empty text. Raises kernel.secrets.Unreadable."""
    return dict(json.loads(unseal(PURPOSE, text))) if text else {}
