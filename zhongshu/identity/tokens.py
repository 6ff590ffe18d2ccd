"""Secrets that open a door by themselves: API tokens, links. Random, so that their SHA-256 is enough to keep."""

import hashlib
import secrets

SHOWN = 9
"""So many characters of a token are kept to recognise it by."""


def mint() -> str:
    """A new secret of an API token, to be shown once: `zs_` and 32 random bytes."""
    return f"zs_{link_secret()}"


def link_secret() -> str:
    """A new secret for an address: 32 random bytes."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret: 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
