"""One contract for public media, in the data directory and in an S3-compatible store. Here, because it writes files."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from tests.builders.shops import a_picture
from tests.support.object_store import Objects, object_store

from anxin.infra import media
from anxin.infra.object_storage import ObjectStorage


@pytest.fixture
def remote(monkeypatch) -> Iterator[tuple[ObjectStorage, Objects]]:
    with object_store() as (address, objects):
        for name, value in {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "cn-east-1",
            "AWS_ENDPOINT_URL": address,
        }.items():
            monkeypatch.setenv(name, value)
        yield ObjectStorage("s3://media/shop", "https://cdn.example.org/shop/"), objects


@pytest.fixture(params=["files", "objects"])
def storage(request, tmp_path, remote) -> Storage:
    return remote[0] if request.param == "objects" else FileSystemStorage(tmp_path, "/media/")


def test_what_is_saved_is_read_measured_and_removed(storage):
    name = storage.save("videos/ab/one.ts", ContentFile(b"frames"))
    assert name == "videos/ab/one.ts"
    assert storage.exists(name)
    assert storage.size(name) == len(b"frames")
    with storage.open(name) as file:
        assert file.read() == b"frames"
    storage.delete(name)
    storage.delete(name)
    assert not storage.exists(name)


def test_what_is_not_there_is_not_found(storage):
    assert not storage.exists("pictures/none.jpg")
    with pytest.raises(FileNotFoundError):
        storage.open("pictures/none.jpg").read()
    with pytest.raises(FileNotFoundError):
        storage.size("pictures/none.jpg")


def test_browsers_are_sent_to_the_bucket_and_may_keep_what_they_get(remote):
    storage, objects = remote
    storage.save("videos/ab/index.m3u8", ContentFile(b"#EXTM3U"))
    assert storage.url("videos/ab/index.m3u8") == "https://cdn.example.org/shop/videos/ab/index.m3u8"
    kept = objects.headers["/media/shop/videos/ab/index.m3u8"]
    assert kept["content-type"] == "application/vnd.apple.mpegurl"
    assert kept["cache-control"] == "public, max-age=31536000, immutable"
    assert not objects.unsigned


def test_a_store_that_fails_for_a_moment_is_asked_again(remote):
    storage, objects = remote
    objects.failures = 2
    storage.save("pictures/a.jpg", ContentFile(b"jpeg"))
    assert objects.bodies["/media/shop/pictures/a.jpg"] == b"jpeg"


def test_a_store_that_stays_away_keeps_nothing_and_says_so(remote):
    storage, objects = remote
    objects.failures = 100
    with pytest.raises(Exception, match="503"):
        storage.save("pictures/a.jpg", ContentFile(b"jpeg"))
    objects.failures = 0
    assert not storage.exists("pictures/a.jpg")


def test_pictures_go_there_with_all_their_sizes_the_largest_last(remote, monkeypatch):
    storage, objects = remote
    monkeypatch.setattr(media, "default_storage", storage)
    key = media.store_picture(a_picture(2_000, 1_000))
    assert [path.rsplit("-")[-1] for path in objects.bodies] == ["160.jpg", "480.jpg", "1600.jpg"]
    assert media.picture_bytes(key).startswith(b"\xff\xd8")
    before = dict(objects.bodies)
    assert media.store_picture(a_picture(2_000, 1_000)) == key
    assert objects.bodies == before


def test_a_part_of_a_film_is_fetched_without_the_rest(remote):
    storage, objects = remote
    film = bytes(range(256)) * 16_384
    storage.save("videos/ab/video.mp4", ContentFile(film))
    with storage.open("videos/ab/video.mp4") as file:
        assert file.seek(0, 2) == len(film)
        file.seek(1_000_003)
        assert file.read(200_000) == film[1_000_003:1_200_003]
    assert objects.sent <= 200_000 + 2 * 64 * 1024


def test_what_is_stored_is_never_written_over_or_into(remote):
    storage, _ = remote
    with pytest.raises(ValueError, match="wb"):
        storage.open("pictures/a.jpg", "wb")
