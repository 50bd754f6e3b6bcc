import io

import pytest
from PIL import Image

from anxin.world import pictures
from anxin.world.pictures import Layout, MissingGlyph, Shot


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_is_a_square_jpeg(layout):
    picture = opened(pictures.product_picture(Shot("👗", "blush", layout, props=("👜",))))
    assert (picture.format, picture.size) == ("JPEG", (800, 800))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    one, again, other = (pictures.product_picture(Shot("🍎", "matcha", seed=seed)) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_another_colour_of_a_thing_changes_its_picture_but_not_the_wall():
    plain, turned = (opened(pictures.product_picture(Shot("👗", "lake", hue_degrees=hue))) for hue in (0, 120))
    middle, corner = (400, 420), (4, 4)
    assert plain.getpixel(middle) != turned.getpixel(middle)
    assert plain.getpixel(corner) == turned.getpixel(corner)


def test_shots_of_one_product_differ():
    shots = pictures.product_shots("🧸", "butter", props=("🎁",), count=4, seed=3)
    assert len({shot.layout for shot in shots}) == 4
    assert shots == pictures.product_shots("🧸", "butter", props=("🎁",), count=4, seed=3)


def test_an_emoji_with_or_without_its_variation_selector_is_the_same_picture():
    assert pictures.category_icon("🛋️") == pictures.category_icon("🛋")


def test_a_glyph_outside_the_set_is_refused_by_name():
    assert not pictures.has_glyph("安")
    with pytest.raises(MissingGlyph, match="安"):
        pictures.product_picture(Shot("安", "lake"))


def test_every_palette_named_for_a_category_exists():
    for names in (*pictures.PALETTES_OF_CATEGORY.values(), pictures.ANY_PALETTES):
        assert set(names) <= set(pictures.PALETTES)


def test_logo_and_banner_have_the_asked_size():
    assert opened(pictures.shop_logo("🍵", "jade", 256)).size == (256, 256)
    assert opened(pictures.shop_banner(["🍵", "🍜"], "jade", seed=1)).size == (1200, 320)
