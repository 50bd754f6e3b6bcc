import pytest
from django.test import RequestFactory

from anxin.ui.viewer import theme_of, viewer, zone_of


def request_with(**cookies: str):
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    return request


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Asia/Shanghai\x00"])
def test_a_cookie_that_names_no_zone_is_ignored(name):
    assert zone_of(request_with(zone=name)) is None


def test_the_zone_of_the_cookie_is_used():
    assert zone_of(request_with(zone="Europe/Berlin")).key == "Europe/Berlin"


def test_an_unknown_theme_leaves_the_choice_to_the_system():
    assert theme_of(request_with(theme='"><script>')) == ""
    assert viewer(request_with(theme="dark"))["viewer_theme_name"] == "anxin-dark"
