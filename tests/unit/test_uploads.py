"""What a stranger uploads: only pixels survive."""

import io
import struct
import zlib

import pypdfium2 as pdfium
import pytest
from PIL import Image

from anxin.infra.uploads import (
    SIDE_MAX,
    UPLOAD_BYTES_MAX,
    PictureTooBig,
    TooManyPages,
    UploadNotADocument,
    UploadNotAPicture,
    UploadTooLarge,
    clean_document,
    clean_picture,
)


def encoded(picture, form="JPEG", **options):
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def a_pdf(pages=1, width=300.0, height=400.0):
    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    data = io.BytesIO()
    document.save(data)
    document.close()
    return data.getvalue()


def a_png_that_claims(width, height):
    """A PNG of a few bytes whose header claims a huge picture."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_become_fresh_jpegs(form):
    clean = Image.open(io.BytesIO(clean_picture(encoded(Image.new("RGB", (30, 20), "red"), form))))
    assert (clean.format, clean.size, clean.mode) == ("JPEG", (30, 20), "RGB")


def test_metadata_is_gone():
    exif = Image.Exif()
    exif[0x010E] = "home of the applicant"
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 0.0)}
    dirty = encoded(Image.new("RGB", (30, 20)), exif=exif, comment=b"secret comment")
    assert b"home of the applicant" in dirty
    clean = clean_picture(dirty)
    assert b"home of the applicant" not in clean
    assert b"secret comment" not in clean
    assert not Image.open(io.BytesIO(clean)).getexif()


def test_a_turned_photograph_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    clean = Image.open(io.BytesIO(clean_picture(encoded(Image.new("RGB", (30, 20)), exif=exif))))
    assert clean.size == (20, 30)


def test_bytes_after_the_picture_do_not_survive():
    assert b"<script>" not in clean_picture(encoded(Image.new("RGB", (9, 9))) + b"<script>alert(1)</script>")


def test_large_pictures_are_made_smaller():
    clean = Image.open(io.BytesIO(clean_picture(encoded(Image.new("RGB", (SIDE_MAX + 600, 300))))))
    assert max(clean.size) == SIDE_MAX


def test_a_bomb_is_refused_by_its_header():
    with pytest.raises(PictureTooBig):
        clean_picture(a_png_that_claims(30_000, 30_000))
    with pytest.raises(PictureTooBig):
        clean_document(a_png_that_claims(10_000, 10_000))


def test_a_file_too_large_is_refused_before_it_is_read():
    with pytest.raises(UploadTooLarge):
        clean_picture(b"\xff\xd8" + b"0" * UPLOAD_BYTES_MAX)


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90", b"GIF89a"])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(UploadNotAPicture):
        clean_picture(data)
    with pytest.raises(UploadNotADocument):
        clean_document(data)


def test_a_broken_picture_is_refused():
    whole = encoded(Image.effect_noise((200, 200), 90))
    with pytest.raises(UploadNotAPicture):
        clean_picture(whole[: len(whole) // 2])


def test_a_pdf_becomes_a_picture_for_each_page():
    pages = clean_document(a_pdf(2))
    assert [Image.open(io.BytesIO(page)).format for page in pages] == ["JPEG", "JPEG"]


@pytest.mark.parametrize("pdf", [a_pdf(11), a_pdf(1, width=14_000.0, height=14_000.0)], ids=["many", "large"])
def test_a_pdf_of_too_many_or_too_large_pages_is_refused(pdf):
    with pytest.raises(TooManyPages):
        clean_document(pdf)


def test_a_broken_pdf_is_refused():
    with pytest.raises(UploadNotADocument):
        clean_document(b"%PDF-1.7\nnothing")
