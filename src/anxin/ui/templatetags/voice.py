"""Stars and scores as template tags."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()
STARS_MAX = 5


@register.simple_tag
def stars(given: int, classes: str = "") -> SafeString:
    """Draw so many of five stars; the words for those who do not see them are written along."""
    drawn = format_html_join(
        "", '<span class="{}">★</span>', (("lit" if place < given else "dim",) for place in range(STARS_MAX))
    )
    words = gettext("{stars} of 5 stars").format(stars=given)
    return format_html('<span class="stars {}" role="img" aria-label="{}">{}</span>', classes, words, drawn)


@register.filter
def hundredths(value: int | None) -> str:
    """Write hundredths with two decimals: 456 is 4.56; a dash for nothing."""
    return "–" if value is None else f"{value // 100}.{value % 100:02d}"


@register.filter
def tenths(value: int | None) -> str:
    """Write tenths with one decimal: 49 is 4.9; a dash for nothing."""
    return "–" if value is None else f"{value // 10}.{value % 10}"
