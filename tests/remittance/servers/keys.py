"""RSA keys made for this run of the tests, two pairs for each provider: the merchant's and its own."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """The pair of that name. 1024 bits: quick to make, and only we trust them."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


@cache
def private(name: str) -> str:
    return key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def public(name: str) -> str:
    return key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
