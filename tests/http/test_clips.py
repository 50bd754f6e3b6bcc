"""Videos are answered in ranges, so that players can jump."""

import pytest
from django.test import Client
from django.urls import reverse

from anxin.faces.storefront.clips import PART_BYTES_MAX
from anxin.infra.clips import SMALL, WHOLE, clip_url, keep_clip

pytestmark = pytest.mark.django_db
DATA = bytes(number % 251 for number in range(PART_BYTES_MAX + 5_000))
LENGTH = len(DATA)


@pytest.fixture
def key(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / WHOLE).write_bytes(DATA)
    return keep_clip(folder)


@pytest.fixture
def ask(key):
    def send(asked=None, method="get"):
        headers = {} if asked is None else {"Range": asked}
        return getattr(Client(), method)(reverse("clip", args=[key]), headers=headers)

    return send


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=0-", 0, PART_BYTES_MAX - 1),
        (f"bytes={LENGTH - 10}-", LENGTH - 10, LENGTH - 1),
        ("bytes=-7", LENGTH - 7, LENGTH - 1),
        (f"bytes={LENGTH - 5}-{LENGTH + 900}", LENGTH - 5, LENGTH - 1),
    ],
)
def test_a_range_is_answered_with_these_bytes(ask, asked, start, end):
    answer = ask(asked)
    assert (answer.status_code, answer.headers["Content-Range"]) == (206, f"bytes {start}-{end}/{LENGTH}")
    assert answer.content == DATA[start : end + 1]
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("asked", [f"bytes={LENGTH}-", "bytes=9-3", "bytes=-0"])
def test_a_range_outside_the_file_is_refused_with_its_length(ask, asked):
    answer = ask(asked)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{LENGTH}")


@pytest.mark.parametrize("asked", [None, "bytes=-", "lines=1-2", "bytes=1-2,5-6", "bytes=one-two"])
def test_the_whole_is_left_to_the_web_server(ask, key, asked):
    answer = ask(asked)
    assert (answer.status_code, answer.headers["Location"]) == (302, clip_url(key, WHOLE))


@pytest.mark.parametrize("key", ["0" * 40, "nonsense", "..", "A" * 40])
def test_a_video_that_is_not_kept_is_not_found(key):
    assert Client().get(reverse("clip", args=[key])).status_code == 404


def test_the_small_file_is_answered_too_and_the_only_one_where_there_is_no_other(key, tmp_path):
    (tmp_path / WHOLE).write_bytes(b"large")
    (tmp_path / SMALL).write_bytes(b"small")
    both = keep_clip(tmp_path)
    for number, start in ((both, b"small"), (key, DATA[:5])):
        answer = Client().get(reverse("clip_small", args=[number]), headers={"Range": "bytes=0-4"})
        assert (answer.status_code, answer.content) == (206, start)
    assert Client().get(reverse("clip_small", args=[both]))["Location"] == clip_url(both, SMALL)
    assert Client().get(reverse("clip_small", args=["0" * 40])).status_code == 404
