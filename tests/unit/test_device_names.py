"""Devices are called what their owners call them."""

import pytest

from anxin.faces.storefront.devices import device_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name", "icon"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0 Safari/537.36",
            "Chrome · Windows",
            "laptop",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows", "laptop"),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/126.0 Mobile Safari/537.36",
            "Chrome · Android",
            "smartphone",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
            "smartphone",
        ),
        ("curl/8.0", "curl", "laptop"),
        ("", "?", "laptop"),
    ],
)
def test_a_browser_is_recognised(user_agent: str, name: str, icon: str) -> None:
    assert device_name(user_agent) == (name, icon)
