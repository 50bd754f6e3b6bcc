"""Public pictures by content. Here, not in unit/, because it writes files through Django's storage."""

import io

import pytest
from PIL import Image
from tests.builders.shops import a_picture

from anxin.infra.media import Size, has_picture, picture_bytes, picture_url, store_picture
from anxin.infra.uploads import PictureTooBig, UploadNotAPicture, UploadTooLarge


def stored(settings, url: str) -> Image.Image:
    return Image.open(io.BytesIO((settings.MEDIA_ROOT / url.removeprefix(settings.MEDIA_URL)).read_bytes()))


def test_a_picture_is_kept_in_three_sizes(settings):
    key = store_picture(a_picture(2_000, 1_000))
    sizes = {size: stored(settings, picture_url(key, size)).size for size in Size}
    assert sizes == {Size.THUMB: (160, 80), Size.CARD: (480, 240), Size.FULL: (1_600, 800)}


def test_the_same_pixels_are_stored_once_and_others_elsewhere():
    assert store_picture(a_picture()) == store_picture(a_picture()) != store_picture(a_picture(61))


def test_metadata_does_not_survive():
    picture, data = Image.new("RGB", (30, 30)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    picture.save(data, "JPEG", exif=exif)
    assert b"secret place" in data.getvalue()
    assert b"secret place" not in picture_bytes(store_picture(data.getvalue()))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<svg onload=alert(1)>", UploadNotAPicture),
        (b"GIF89a" + bytes(100), UploadNotAPicture),
        (bytes(10 * 1024 * 1024 + 1), UploadTooLarge),
    ],
)
def test_what_is_no_picture_is_refused(data, error):
    with pytest.raises(error):
        store_picture(data)


def test_a_bomb_is_refused_before_it_is_decoded():
    data = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(data, "PNG")
    assert len(data.getvalue()) < 100_000
    with pytest.raises(PictureTooBig):
        store_picture(data.getvalue())


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 39, "A" * 40, "0" * 40])
def test_a_key_that_was_not_given_out_names_nothing(key):
    assert not has_picture(key)
