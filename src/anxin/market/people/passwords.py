"""How passwords are kept: Argon2id above the minimum of OWASP (ASVS 5.0, Password Storage: 46 MiB with one pass)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 46 MiB and two passes on one lane: about 60 ms of one core for a login."""

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1
