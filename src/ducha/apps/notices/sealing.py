"""Secrets of groups at rest: readable with the installation's own key alone, which lies beside the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from ducha.domain.errors import DuchaError, sentence


def _key() -> Fernet:
    digest = hashlib.sha256(b"ducha/groups/" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(secret: str) -> str:
    """A secret as it is kept."""
    return _key().encrypt(secret.encode()).decode()


def unseal(kept: str) -> str:
    """The secret; DuchaError where another key sealed it."""
    try:
        return _key().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise DuchaError(sentence("The address was sealed with another key. Add the group anew.")) from None
