"""Settings come from the environment as values of their kinds; a wrong one is refused by name, with its meaning."""

import os
import subprocess
import sys

import pytest

from anxin.infra.config import BadSetting, Config, config


@pytest.fixture(autouse=True)
def _read_anew():
    config.cache_clear()
    yield
    config.cache_clear()


def test_what_is_said_is_read_and_what_is_not_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("ANXIN_TRUSTED_PROXIES", "10.1.2.3/8, ::1")
    monkeypatch.setenv("ANXIN_RECEIPT_DAYS", "")
    assert config().port == 8123
    assert config().trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert config().receipt_days == Config().receipt_days


@pytest.mark.parametrize(
    ("env", "value"),
    [
        ("PORT", "eighty"),
        ("ANXIN_MODE", "prod"),
        ("ANXIN_LOG_LEVEL", "loud"),
        ("ANXIN_RULE_PROFILE", "2019"),
        ("ANXIN_TRUSTED_PROXIES", "proxy.example"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, env: str, value: str) -> None:
    monkeypatch.setenv(env, value)
    with pytest.raises(BadSetting, match=f"{env}={value}"):
        config()


def test_the_command_line_says_which_setting_is_wrong() -> None:
    asked = [sys.executable, "-m", "anxin.entry.cli", "doctor"]
    done = subprocess.run(asked, env=os.environ | {"PORT": "eighty"}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PORT=eighty" in done.stderr
    assert "Traceback" not in done.stderr
