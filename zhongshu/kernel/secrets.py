"""Secrets that the program must be able to read again, kept sealed in the database.

A copy of the database alone gives none of them away: the keys are derived from `SECRET_KEY`, one for each purpose. What
was sealed under an earlier key opens as long as that key stands in `SECRET_KEY_FALLBACKS`.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(Exception):
    """Sealed for another purpose, under a key we no longer have, or damaged."""


def seal(purpose: str, text: str) -> str:
    """`text` as it may lie in a table, sealed differently each time. `purpose` is a short label."""
    return _keys(purpose).encrypt(text.encode()).decode("ascii")


def unseal(purpose: str, sealed: str) -> str:
    """The text that was sealed for that purpose. Raises Unreadable."""
    try:
        return _keys(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(purpose) from error


def _keys(purpose: str) -> MultiFernet:
    """The first seals, all of them open."""
    return MultiFernet([_key(purpose, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(purpose: str, secret: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"zhongshu:{purpose}".encode())
    return Fernet(urlsafe_b64encode(derived.derive(force_bytes(secret))))
