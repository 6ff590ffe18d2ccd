"""The secrets of API tokens: `zs_` and 32 random bytes. Only the SHA-256 is kept: enough for what is random."""

import hashlib
import secrets

SHOWN = 9
"""So many characters of a token are kept to recognise it by."""


def mint() -> str:
    """A new secret, to be shown once."""
    return f"zs_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret: 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
