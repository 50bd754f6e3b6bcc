"""Private pictures as the other side sees them: what sort of paper it is can be seen, what is written on it cannot."""

import io

from PIL import Image

BLOCKS = 12  # along the longer side


def masked(picture: bytes) -> bytes:
    """Return a JPEG picture in coarse blocks, as large as before."""
    with Image.open(io.BytesIO(picture)) as sharp:
        width, height = sharp.size
        longer = max(width, height)
        few = (max(1, width * BLOCKS // longer), max(1, height * BLOCKS // longer))
        coarse = sharp.convert("RGB").resize(few, Image.Resampling.BOX)
        shown = coarse.resize((width, height), Image.Resampling.NEAREST)
    encoded = io.BytesIO()
    shown.save(encoded, "JPEG", quality=80)
    return encoded.getvalue()
