"""Uploaded pictures and documents: nothing of what a stranger sent is kept but the pixels.

A picture is decoded and encoded again, a PDF is drawn page by page, so metadata, scripts, attachments and polyglot
tricks end here. Sizes are checked before anything is decoded.
"""

import io
import warnings
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from anxin.kernel.errors import AnxinError, Kind

UPLOAD_BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 40_000_000  # a 40-megapixel photograph; a bomb claims far more
SIDE_MAX = 2400
PDF_PAGES_MAX = 10
PDF_POINTS_MAX = 3000  # about a metre; a page claiming more is no document
PDF_SCALE = 2.0  # 144 dots an inch
JPEG_QUALITY = 85
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(eq=False)
class UploadTooLarge(AnxinError):
    """This file is larger than {megabytes_max} MB."""

    megabytes_max: int = UPLOAD_BYTES_MAX // (1024 * 1024)
    code = "uploads.too_large"
    kind = Kind.INVALID


class UploadNotAPicture(AnxinError):
    """This file is not a JPEG, PNG or WebP picture that can be read."""

    code = "uploads.not_a_picture"
    kind = Kind.INVALID


class UploadNotADocument(AnxinError):
    """This file is not a picture or PDF that can be read."""

    code = "uploads.not_a_document"
    kind = Kind.INVALID


@dataclass(eq=False)
class PictureTooBig(AnxinError):
    """This picture has more than {megapixels_max} million pixels."""

    megapixels_max: int = PIXELS_MAX // 1_000_000
    code = "uploads.picture_too_big"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooManyPages(AnxinError):
    """A document may have up to {pages_max} pages of ordinary size."""

    pages_max: int = PDF_PAGES_MAX
    code = "uploads.too_many_pages"
    kind = Kind.INVALID


def clean_picture(data: bytes, *, side_max: int = SIDE_MAX) -> bytes:
    """Return the picture upright, at most `side_max` pixels a side, as a fresh JPEG without metadata.

    Raises UploadTooLarge, UploadNotAPicture, PictureTooBig.
    """
    _check_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(data), formats=PICTURE_FORMATS)
            _check_pixels(picture)
            upright = ImageOps.exif_transpose(picture)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise PictureTooBig from bomb
        except (OSError, SyntaxError, ValueError) as broken:  # what Pillow raises for broken files
            raise UploadNotAPicture from broken
    return _jpeg(upright, side_max)


def clean_document(data: bytes) -> list[bytes]:
    """Return a picture or PDF as one fresh JPEG a page. Raises as `clean_picture`, UploadNotADocument, TooManyPages."""
    _check_bytes(data)
    if data[:5] == b"%PDF-":
        return _pdf_pages(data)
    try:
        return [clean_picture(data)]
    except UploadNotAPicture as unknown:
        raise UploadNotADocument from unknown


def _check_bytes(data: bytes) -> None:
    if len(data) > UPLOAD_BYTES_MAX:
        raise UploadTooLarge


def _check_pixels(picture: Image.Image) -> None:
    """Look at the size that the header claims, before a single pixel is decoded."""
    width, height = picture.size
    if width * height > PIXELS_MAX:
        raise PictureTooBig


def _jpeg(picture: Image.Image, side_max: int) -> bytes:
    """Encode pixels only: a new picture carries over neither EXIF nor colour profile nor comments."""
    layered = picture.convert("RGBA")
    layered.thumbnail((side_max, side_max))
    flat = Image.new("RGB", layered.size, "white")
    flat.paste(layered, mask=layered.getchannel("A"))
    encoded = io.BytesIO()
    flat.save(encoded, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return encoded.getvalue()


def _pdf_pages(data: bytes) -> list[bytes]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as broken:
        raise UploadNotADocument from broken
    try:
        if not 1 <= len(document) <= PDF_PAGES_MAX:
            raise TooManyPages
        return [_drawn(document[number]) for number in range(len(document))]
    except pdfium.PdfiumError as broken:
        raise UploadNotADocument from broken
    finally:
        document.close()


def _drawn(page: pdfium.PdfPage) -> bytes:
    width, height = page.get_size()
    if not (0 < width <= PDF_POINTS_MAX and 0 < height <= PDF_POINTS_MAX):
        raise TooManyPages
    scale = min(PDF_SCALE, SIDE_MAX / max(width, height))
    return _jpeg(page.render(scale=scale).to_pil(), SIDE_MAX)
