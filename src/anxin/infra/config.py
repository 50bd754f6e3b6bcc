"""Every setting of the process: name, default and meaning in one place (docs/reference/settings.md is generated from it)."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from anxin.kernel.errors import AnxinError


@dataclass(eq=False)
class BadSetting(AnxinError):
    """{env}={value} cannot be used. Its meaning: {meaning}"""

    env: str
    value: str
    meaning: str
    code = "setting.bad"


def setting(env: str, default: Any, meaning: str, reads: Callable[[str], object] = str) -> Any:
    """Declare a setting; `reads` makes its value of what the environment says, and raises ValueError for what it cannot be."""
    return field(default=default, metadata={"env": env, "meaning": meaning, "reads": reads})


def one_of(*words: str) -> Callable[[str], str]:
    """Return what reads one of these words."""

    def reads(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return reads


def networks(text: str) -> tuple[str, ...]:
    """Read addresses and networks, with commas between. Raises ValueError."""
    return tuple(str(ip_network(one.strip(), strict=False)) for one in text.split(","))


@dataclass(frozen=True)
class Config:
    """What a process was told from outside. Times are in the unit that the name ends with."""

    home: str = setting("ANXIN_HOME", ".anxin", "The data directory: database, media, secrets, logs.")
    database_url: str = setting("DATABASE_URL", "", "Your own PostgreSQL 15 or newer; empty means the embedded one.")
    host: str = setting("ANXIN_HOST", "127.0.0.1", "The address that the web server listens on.")
    port: int = setting("PORT", 8000, "The port that the web server listens on.", int)
    edge_port: int = setting(
        "ANXIN_EDGE_PORT", 0, "The port that the push server listens on; 0 means the first free one after PORT.", int
    )
    edge_url: str = setting(
        "ANXIN_EDGE_URL",
        "",
        "The address of the push server that browsers see; empty means its port on the page's host.",
    )
    public_url: str = setting("ANXIN_PUBLIC_URL", "", "The address that people see, such as https://example.org.")
    trusted_proxies: tuple[str, ...] = setting(
        "ANXIN_TRUSTED_PROXIES",
        ("127.0.0.1/32", "::1/128"),
        "Addresses and networks of your own proxies, with commas between: what they say in X-Forwarded-For and "
        "X-Forwarded-Proto is believed, and nobody else's word.",
        networks,
    )
    web_processes: int = setting("ANXIN_WEB_PROCESSES", 2, "Web server processes.", int)
    mode: str = setting(
        "ANXIN_MODE",
        "demo",
        "`demo` (sandbox ports, demo market), `production`, or `test`.",
        one_of("demo", "production", "test"),
    )
    api_requests_per_minute: int = setting(
        "ANXIN_API_REQUESTS_PER_MINUTE", 1200, "Requests a minute that a web process answers to one API caller.", int
    )
    mail_host: str = setting("ANXIN_MAIL_HOST", "", "The SMTP server that mail goes through in production.")
    mail_port: int = setting("ANXIN_MAIL_PORT", 587, "The port of the SMTP server; it must speak STARTTLS.", int)
    mail_user: str = setting("ANXIN_MAIL_USER", "", "The login at the SMTP server.")
    mail_password: str = setting("ANXIN_MAIL_PASSWORD", "", "The password at the SMTP server.")
    mail_sender: str = setting("ANXIN_MAIL_SENDER", "anxin@localhost", "The address that mail comes from.")
    server_timing: str = setting(
        "ANXIN_SERVER_TIMING", "", "`1` adds a Server-Timing header to every answer: how long it took, and CPU of that."
    )
    media_store: str = setting(
        "ANXIN_MEDIA_STORE",
        "",
        "Where public pictures and videos lie: `s3://bucket/prefix`, with region, endpoint and keys in the usual `AWS_…` "
        "variables. Empty means the data directory.",
    )
    media_url: str = setting(
        "ANXIN_MEDIA_URL",
        "/media/",
        "The address under which browsers find public media, with a slash at its end: a bucket's or a CDN's, if not ours.",
    )
    log_level: str = setting(
        "ANXIN_LOG_LEVEL",
        "INFO",
        "Lowest level written to the log on standard error.",
        one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    )
    payment_window_minutes: int = setting(
        "ANXIN_PAYMENT_WINDOW_MINUTES", 30, "How long an unpaid order holds its stock.", int
    )
    receipt_days: int = setting(
        "ANXIN_RECEIPT_DAYS", 10, "Days after shipping until receipt is assumed (DOMAIN 1.7).", int
    )
    interest_days: int = setting("ANXIN_INTEREST_DAYS", 400, "Days for which events and what was served are kept.", int)
    rule_profile: str = setting(
        "ANXIN_RULE_PROFILE",
        "current-2026",
        "The rule book of the guarantee: `current-2026`, or `article-2021` for the founding article's values.",
        one_of("current-2026", "article-2021"),
    )
    promises: str = setting(
        "ANXIN_PROMISES",
        "",
        "Your own folder of `promises/` and `rules/`; `anxin up` accepts it as a whole. Empty means those of this version.",
    )

    @property
    def home_path(self) -> Path:
        """The data directory as an absolute path."""
        return Path(self.home).expanduser().absolute()

    @property
    def is_sandbox(self) -> bool:
        """Whether gateway, carrier, bank and mail are sandboxes."""
        return self.mode != "production"

    @property
    def edge_port_number(self) -> int:
        """The port of the push server."""
        return self.edge_port or self.port + 1

    @classmethod
    def described(cls) -> list[tuple[str, str, str]]:
        """Return (environment variable, default, meaning) of every setting, for the reference."""
        return [(f.metadata["env"], _as_written(f.default), f.metadata["meaning"]) for f in fields(cls)]


def _as_written(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


@cache
def config() -> Config:
    """Return the configuration of this process, read once. Raises BadSetting."""
    given = {}
    for one in fields(Config):
        env, value = one.metadata["env"], os.environ.get(one.metadata["env"])
        if value:
            try:
                given[one.name] = one.metadata["reads"](value)
            except ValueError as error:
                raise BadSetting(env, value, one.metadata["meaning"]) from error
    return Config(**given)
