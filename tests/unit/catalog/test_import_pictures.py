"""Pictures of an import are fetched from the public internet and from nowhere else."""

from collections.abc import Callable

import httpx
import pytest

from anxin.market.catalog.importing import pictures
from anxin.market.catalog.importing.pictures import HOST_FAILURES, WebPictures, file_name, is_public

PUBLIC = "93.184.216.34"
Answer = Callable[[httpx.Request], httpx.Response]


def web(answer: Answer, addresses: dict[str, list[str]] | None = None) -> WebPictures:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    known = addresses or {}
    return WebPictures(client, lambda host: known.get(host, [PUBLIC]))


def a_picture_of(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b"picture")


def test_a_picture_is_fetched_from_the_very_address_that_was_checked() -> None:
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.host, request.headers["host"]))
        return a_picture_of(request)

    assert web(answer).read("https://cdn.example/a.jpg") == b"picture"
    assert asked == [(PUBLIC, "cdn.example")]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.1", "::1", "fd00::1", "fe80::1%eth0",
     "::ffff:127.0.0.1", "100.64.0.1", "224.0.0.1", "nonsense"],
)  # fmt: skip
def test_addresses_of_this_machine_and_its_networks_are_never_asked(address: str) -> None:
    assert not is_public(address)
    assert web(a_picture_of, {"inside.example": [address]}).read("http://inside.example/a.jpg") is None


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    assert web(a_picture_of, {"both.example": [PUBLIC, "127.0.0.1"]}).read("http://both.example/a.jpg") is None


def test_a_redirect_to_the_inside_is_not_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://inside.example/secret"})

    assert web(answer, {"inside.example": ["10.0.0.1"]}).read("https://cdn.example/a.jpg") is None


@pytest.mark.parametrize(
    "source",
    [
        "file:///etc/passwd",
        "ftp://cdn.example/a.jpg",
        "http://cdn.example:22/a.jpg",
        "http:///a.jpg",
        "a.jpg",
        "http://[::1/a",
    ],
)
def test_only_web_addresses_on_their_usual_ports_are_asked(source: str) -> None:
    assert web(a_picture_of).read(source) is None


def test_a_picture_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PICTURE_BYTES", 1000)
    assert web(lambda _request: httpx.Response(200, content=b"x" * 2000)).read("https://cdn.example/a.jpg") is None


def test_a_host_that_does_not_answer_is_left_alone() -> None:
    asked: list[str] = []

    def silent(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        raise httpx.ConnectTimeout("silence")

    found = web(silent)
    for number in range(HOST_FAILURES + 5):
        assert found.read(f"https://cdn.example/{number}.jpg") is None
    assert len(asked) == HOST_FAILURES


def test_the_name_of_a_file_is_the_last_part_of_its_address() -> None:
    assert file_name("https://cdn.example/x/cup%20one.jpg?v=12") == "cup one.jpg"
    assert file_name("cup.jpg") == "cup.jpg"
    assert "/" not in file_name("../../etc/passwd")
