"""Videos of strangers: short and small, encoded anew, nothing of what was written into them is kept."""

import io
from fractions import Fraction

import av
import pytest
from PIL import Image

from anxin.infra.videos import NotAVideo, VideoTooLarge, VideoTooLong, clean_video


def a_video(*, seconds: int = 2, size: tuple[int, int] = (320, 240), rate: int = 10, sound: bool = True) -> bytes:
    """A video of one colour a second, with a place and a title written into it."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as target:
        target.metadata.update({"title": "my home", "location": "+30.1+120.2/"})
        picture = target.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        tone = target.add_stream("aac", rate=44_100, layout="mono") if sound else None
        for number in range(seconds * rate):
            frame = av.VideoFrame.from_image(Image.new("RGB", size, (40 * (number // rate) % 256, 90, 120)))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            target.mux(picture.encode(frame))
        target.mux(picture.encode(None))
        if tone is not None:
            for number in range(seconds * 43):
                silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
                silence.sample_rate, silence.pts = 44_100, number * 1024
                for plane in silence.planes:
                    plane.update(bytes(plane.buffer_size))
                target.mux(tone.encode(silence))
            target.mux(tone.encode(None))
    return written.getvalue()


def test_a_video_is_h264_and_aac_without_metadata():
    sent = a_video()
    assert b"my home" in sent
    clean = clean_video(sent)
    assert b"my home" not in clean.data
    assert b"+30.1" not in clean.data
    with av.open(io.BytesIO(clean.data)) as read:
        assert {stream.codec_context.name for stream in read.streams} == {"h264", "aac"}
        assert "title" not in read.metadata
    assert clean.seconds == 2
    assert Image.open(io.BytesIO(clean.poster)).format == "JPEG"


def test_a_large_picture_is_made_small_with_even_sides():
    clean = clean_video(a_video(seconds=1, size=(1500, 1002), sound=False))
    with av.open(io.BytesIO(clean.data)) as read:
        seen = read.streams.video[0]
        assert (seen.width, seen.height) == (960, 640)


def test_more_than_a_minute_is_refused():
    with pytest.raises(VideoTooLong):
        clean_video(a_video(seconds=63, size=(32, 32), rate=2, sound=False))


@pytest.mark.parametrize("data", [b"", b"#EXTM3U\nfile:///etc/passwd", b"\0\0\0\x18ftypmp42" + b"\0" * 200, b"GIF89a"])
def test_what_is_no_video_is_refused(data: bytes):
    with pytest.raises(NotAVideo):
        clean_video(data)


def test_a_broken_video_is_refused():
    whole = a_video(seconds=1)
    with pytest.raises(NotAVideo):
        clean_video(whole[: len(whole) // 3])


def test_an_enormous_file_is_refused_before_it_is_read():
    with pytest.raises(VideoTooLarge):
        clean_video(b"\0" * (50 * 1024 * 1024 + 1))
