"""Bank account numbers at rest: encrypted with a key that only this installation has (ASVS 5.0, 14.2)."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet

from anxin.infra.config import config
from anxin.infra.secrets import secret


def sealed(number: str) -> str:
    """Return a number that only `opened` can read."""
    return _cipher().encrypt(number.encode()).decode()


def opened(text: str) -> str:
    """Return the number that was sealed."""
    return _cipher().decrypt(text.encode()).decode()


def _cipher() -> Fernet:
    key = secret(config().home_path, "bank_accounts")
    return Fernet(urlsafe_b64encode(sha256(key.encode()).digest()))
