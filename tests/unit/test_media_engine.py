"""The media engine: what phones play comes out, and broken files of many kinds are refused with the right words."""

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import av
import pytest
from PIL import Image
from tests.support.films import KEY, bytes_of, film, sound_only

from anxin.infra import media_engine as port
from anxin.infra.containers import family_of
from anxin.infra.media_engine import FfmpegEngine, SandboxEngine
from anxin.infra.transcoding import Poster, ladder, scaled, sharpness_of


@pytest.fixture
def prepare(tmp_path):
    def run(source, engine=None):
        target = tmp_path / "made"
        target.mkdir()
        told = []
        prepared = (engine or FfmpegEngine()).prepare(source, target, told.append)
        assert told == sorted(told)
        return prepared, target

    return run


def streams(path):
    with av.open(str(path)) as opened:
        return [(each.type, each.codec_context.name) for each in opened.streams]


def test_a_phone_video_becomes_fast_start_mp4_and_a_ladder_of_segments(tmp_path, prepare):
    prepared, target = prepare(film(tmp_path / "in.mp4", seconds=3, size=(540, 960)))
    assert (prepared.width, prepared.height, prepared.silent) == (540, 960, False)
    assert abs(prepared.duration_ms - 3000) <= 100
    whole = (target / "video.mp4").read_bytes()
    assert whole.index(b"moov") < whole.index(b"mdat")
    assert streams(target / "video.mp4") == [("video", "h264"), ("audio", "aac")]
    assert [(each.short_side, each.width, each.height) for each in prepared.renditions] == [
        (360, 360, 640),
        (540, 540, 960),
    ]
    with av.open(str(target / "small.mp4")) as small:
        assert (small.streams.video[0].width, small.streams.video[0].height) == (360, 640)
    assert streams(target / "small.mp4") == streams(target / "video.mp4")
    assert sorted(path.name for path in target.glob("*.mp4")) == ["small.mp4", "video.mp4"]
    master = (target / "index.m3u8").read_text()
    assert "360/index.m3u8" in master
    assert "RESOLUTION=540x960" in master
    for each in prepared.renditions:
        playlist = (target / str(each.short_side) / "index.m3u8").read_text()
        assert playlist.count(".m4s") == 2
        assert "#EXT-X-ENDLIST" in playlist
        assert streams(target / str(each.short_side) / "index.m3u8") == streams(target / "video.mp4")


@pytest.mark.parametrize(
    ("size", "made"), [((640, 360), (640, 360)), ((202, 358), (202, 358)), ((180, 320), (180, 320))]
)
def test_wide_and_small_videos_keep_their_shape_and_are_never_enlarged(tmp_path, prepare, size, made):
    prepared, target = prepare(film(tmp_path / "in.mp4", size=size))
    assert (prepared.width, prepared.height) == made
    assert not (target / "small.mp4").exists()  # there is but one size


def test_a_silent_video_is_taken_and_said_to_be_silent(tmp_path, prepare):
    prepared, target = prepare(film(tmp_path / "in.mp4", sound=False))
    assert prepared.silent
    assert streams(target / "video.mp4") == [("video", "h264")]


def test_webm_is_taken(tmp_path, prepare):
    prepared, target = prepare(film(tmp_path / "in.webm", format="webm", codec="libvpx", sound=True))
    assert streams(target / "video.mp4") == [("video", "h264"), ("audio", "aac")]
    assert prepared.duration_ms >= 1_900


def test_a_video_held_sideways_is_turned_upright(tmp_path, prepare):
    source = bytes_of(film(tmp_path / "in.mp4", size=(320, 180)), _turned)
    prepared, _ = prepare(source)
    assert (prepared.width, prepared.height) == (180, 320)


def test_the_poster_is_the_sharpest_of_several_frames(tmp_path, prepare):
    prepared, _ = prepare(film(tmp_path / "in.mp4", seconds=2, still_until=15))
    poster = Image.open(io.BytesIO(prepared.poster))
    assert sharpness_of(poster) > 20 * max(1.0, sharpness_of(Image.new("RGB", poster.size, "grey")))


def test_six_frames_are_kept_for_a_cover_the_sharpest_among_them(tmp_path, prepare):
    prepared, target = prepare(film(tmp_path / "in.mp4", seconds=3, still_until=10))
    sharpness = [sharpness_of(Image.open(io.BytesIO(each))) for each in prepared.covers]
    assert len(sharpness) == 6
    assert prepared.covers.index(prepared.poster) == sharpness.index(max(sharpness))
    assert not list(target.glob("*.jpg"))


def test_of_a_video_of_unknown_length_few_frames_are_held_and_they_are_spread_evenly():
    poster = Poster(claimed_ms=0)
    for second in range(300):
        frame = SimpleNamespace(to_image=lambda: Image.new("RGB", (64, 64), "grey"))
        poster.look(frame, second * 1_000)
        assert len(poster.looked_at) <= 24
    assert len(poster.jpegs()) == 6
    assert poster.step_ms == 16_000


def test_nothing_of_the_files_metadata_survives(tmp_path, prepare):
    source = tmp_path / "in.mkv"
    with av.open(str(film(tmp_path / "plain.mp4"))) as plain, av.open(str(source), "w", format="matroska") as named:
        named.metadata["comment"] = "52.5200N 13.4050E"
        carried = {each.index: named.add_stream_from_template(each) for each in plain.streams}
        for packet in plain.demux():
            if packet.dts is not None:
                packet.stream = carried[packet.stream.index]
                named.mux(packet)
    _, target = prepare(source)
    assert b"52.5200N" not in b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())


def _turned(data):
    """Write a rotation by 90 degrees into the matrix of the video track's header (ISO/IEC 14496-12, 8.3.2)."""
    at = data.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
    matrix = (0, 0x10000, 0, -0x10000 & 0xFFFFFFFF, 0, 0, 0, 0, 0x40000000)
    data[at : at + 36] = b"".join(value.to_bytes(4, "big") for value in matrix)


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("video.mp4", b"no")
    return path


def _picture(path, kind):
    Image.new("RGB", (64, 64), "red").save(path, kind)
    return path


def _written(path, data):
    path.write_bytes(data)
    return path


def _mdat(data):
    at = data.index(b"mdat") + 4
    return at, len(data) - at


def _without_picture_data(data):
    at, length = _mdat(data)
    data[at : at + length] = bytes(length)


def _scrambled(data):
    at, length = _mdat(data)
    for offset in range(at, at + length, 7):
        data[offset] ^= 0xA5


def _head_then_half(path):
    whole = film(path, seconds=4, options={"movflags": "+faststart"})
    return bytes_of(whole, lambda data: data[: data.index(b"mdat") + 4 + _mdat(data)[1] // 3])


def _cover_art(path):
    cover = io.BytesIO()
    Image.new("RGB", (320, 320), "blue").save(cover, "JPEG")
    sound_only(plain := path.with_suffix(".m4a"))
    with av.open(str(plain)) as source, av.open(str(path), "w", format="mp4") as target:
        heard = target.add_stream_from_template(source.streams.audio[0])
        art = target.add_stream("mjpeg", rate=1)
        art.width, art.height, art.pix_fmt = 320, 320, "yuvj420p"
        art.disposition = av.stream.Disposition.attached_pic
        frame = av.VideoFrame.from_image(Image.open(cover))
        frame.pts = 0
        target.mux(art.encode(frame))
        target.mux(art.encode(None))
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = heard
                target.mux(packet)
    return path


def _renamed(was, becomes):
    return lambda data: data.replace(was, becomes)


BROKEN = {
    "empty": (lambda path: _written(path, b""), port.VideoEmpty),
    "one byte": (lambda path: _written(path, b"\0"), port.NotAVideo),
    "text": (lambda path: _written(path, "这不是视频".encode() * 100), port.NotAVideo),
    "json": (lambda path: _written(path, json.dumps({"video": True}).encode()), port.NotAVideo),
    "playlist that names a file": (
        lambda path: _written(path, b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
        port.NotAVideo,
    ),
    "list of files": (lambda path: _written(path, b"ffconcat version 1.0\nfile '/etc/passwd'\n"), port.NotAVideo),
    "picture": (lambda path: _picture(path, "JPEG"), port.NotAVideo),
    "animation": (lambda path: _picture(path, "GIF"), port.NotAVideo),
    "archive": (_zip, port.NotAVideo),
    "AVI": (lambda path: film(path, format="avi", sound=False), port.NotAVideo),
    "transport stream": (lambda path: film(path, format="mpegts", sound=False), port.NotAVideo),
    "only the first box": (lambda path: bytes_of(film(path), lambda data: data[:40]), port.VideoDamaged),
    "cut before its index": (lambda path: bytes_of(film(path), lambda data: data[: len(data) // 2]), port.VideoDamaged),
    "cut in its index": (lambda path: bytes_of(film(path), lambda data: data[:-300]), port.VideoDamaged),
    "cut in the picture": (_head_then_half, port.VideoDamaged),
    "picture of zeros": (lambda path: bytes_of(film(path), _without_picture_data), port.VideoDamaged),
    "picture scrambled": (lambda path: bytes_of(film(path), _scrambled), port.VideoDamaged),
    "WebM cut off": (
        lambda path: bytes_of(
            film(path, format="webm", codec="libvpx", seconds=4), lambda data: data[: len(data) // 3]
        ),
        port.VideoDamaged,
    ),
    "WebM of nothing": (lambda path: _written(path, b"\x1a\x45\xdf\xa3" + bytes(500)), port.VideoDamaged),
    "protected": (lambda path: film(path, options=KEY), port.VideoEncrypted),
    "only sound": (sound_only, port.VideoWithoutPicture),
    "sound with a cover": (_cover_art, port.VideoWithoutPicture),
    "unknown codec": (lambda path: bytes_of(film(path), _renamed(b"avc1", b"zzz1")), port.VideoCodecUnknown),
    "unknown codec in Matroska": (
        lambda path: bytes_of(film(path, format="matroska"), _renamed(b"V_MPEG4/ISO/AVC", b"V_NOSUCH/ISO/XXX"[:15])),
        port.VideoCodecUnknown,
    ),
    "too long": (lambda path: film(path, seconds=303, rate=1, sound=False), port.ClipTooLong),
    "too short": (lambda path: film(path, seconds=0.4), port.ClipTooShort),
    "one frame": (lambda path: film(path, seconds=1, rate=1, sound=False), port.ClipTooShort),
    "too small": (lambda path: film(path, size=(64, 64)), port.VideoShapeWrong),
    "far too wide": (lambda path: film(path, size=(1024, 160)), port.VideoShapeWrong),
    "too fast": (lambda path: film(path, rate=240, seconds=1.2, sound=False), port.VideoTooFast),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_with_what_is_wrong_about_it(kind, tmp_path, prepare):
    make, refusal = BROKEN[kind]
    source = make(tmp_path / "in.mp4")
    with pytest.raises(refusal):
        prepare(source)


def test_a_length_that_lies_is_found_out_while_decoding(tmp_path, prepare):
    source = film(tmp_path / "in.mkv", seconds=303, rate=1, sound=False, format="matroska")
    bytes_of(
        source, lambda data: data.replace(b"\x44\x89\x88", b"\xec\x89\x88", 1)
    )  # its duration becomes a void element
    with av.open(str(source)) as opened:
        assert opened.duration is None or opened.duration > 0
    with pytest.raises(port.ClipTooLong):
        prepare(source)


def test_a_locked_matroska_is_seen_before_it_is_opened(tmp_path):
    locked = (
        b"\x1a\x45\xdf\xa3" + bytes(60) + b"\x6d\x80\x62\x40" + bytes(8) + b"\x50\x35" + bytes(20) + b"\x1f\x43\xb6\x75"
    )
    assert family_of(_written(tmp_path / "locked.webm", locked)) is port.VideoEncrypted


def test_the_ladder_has_no_step_above_the_source():
    assert [side for side, _ in ladder(1080)] == [360, 540, 720]
    assert [side for side, _ in ladder(539)] == [360]
    assert [side for side, _ in ladder(181)] == [180]
    assert scaled(1080, 1920, 540) == (540, 960)
    assert scaled(1919, 1080, 360) == (640, 360)


def test_the_sandbox_fails_as_told_and_then_works(tmp_path, prepare):
    engine = SandboxEngine(fails=[port.VideoDamaged()])
    source = _written(tmp_path / "in.mp4", b"anything")
    with pytest.raises(port.VideoDamaged):
        engine.prepare(source, tmp_path, lambda _bps: None)
    prepared, target = prepare(source, engine)
    assert isinstance(target, Path)
    assert (prepared.duration_ms, (target / "video.mp4").exists()) == (5_000, True)
