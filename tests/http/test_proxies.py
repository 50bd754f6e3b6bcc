"""Behind proxies of the operator's the server knows who asks; a stranger's word on it counts for nothing."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_started

from anxin.entry.wsgi import application

pytestmark = pytest.mark.django_db


def asked_by(address: str, said: str) -> tuple[str, str]:
    """Return the address and the scheme that the application sees when `address` connects and says who asks."""
    seen: list[tuple[str, str]] = []

    def note(environ: dict, **_: object) -> None:
        seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))

    environ = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": said, "HTTP_X_FORWARDED_PROTO": "https"}
    setup_testing_defaults(environ)
    environ |= {"wsgi.input": BytesIO(), "PATH_INFO": "/no/such/page"}
    request_started.connect(note)
    try:
        application(environ, lambda *_: None).close()
    finally:
        request_started.disconnect(note)
    return seen[0]


def test_a_proxy_on_this_machine_is_believed() -> None:
    assert asked_by("127.0.0.1", "203.0.113.9") == ("203.0.113.9", "https")
    assert asked_by("::1", "203.0.113.9") == ("203.0.113.9", "https")


def test_what_the_asker_made_up_before_the_proxy_is_passed_over() -> None:
    assert asked_by("127.0.0.1", "198.51.100.1, 203.0.113.9")[0] == "203.0.113.9"


def test_a_stranger_is_taken_for_who_connects() -> None:
    assert asked_by("198.51.100.7", "203.0.113.9") == ("198.51.100.7", "http")
