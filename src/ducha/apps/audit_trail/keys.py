"""The installation's signing key for checkpoints: Ed25519, made at the first checkpoint."""

from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


@cache
def _key(directory: Path) -> Ed25519PrivateKey:
    path = directory / "keys" / "checkpoint.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"“{path}” holds no Ed25519 key.")
    return key


def sign(data: bytes) -> str:
    """The signature over some bytes, hexadecimal."""
    return _key(settings.DUCHA_DATA).sign(data).hex()


def public_key() -> str:
    """The public key, hexadecimal; papers and receipts carry it."""
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return _key(settings.DUCHA_DATA).public_key().public_bytes(*raw).hex()


def is_signed(data: bytes, signature: str, key: str) -> bool:
    """Whether the signature over the bytes was made with the key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
