"""Password verifiers, so that a password itself never travels to a server, a file of its or a log."""

import base64
import hashlib
import hmac
import secrets

ITERATIONS = 4096  # PostgreSQL's default; our passwords are 256 random bits, so more would only slow connecting


def scram_verifier(password: str) -> str:
    """Return what PostgreSQL stores for `password` (RFC 5803); it accepts this wherever it accepts a password to set."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored_key, server_key))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt64}${stored64}:{server64}"
