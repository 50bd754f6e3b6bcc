"""Rich descriptions: what a merchant may format, and nothing that runs, tracks or leaves the page."""

import re

import nh3

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "s", "sub", "sup", "small", "span",
    "div", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "table", "caption", "thead", "tbody",
    "tfoot", "tr", "th", "td", "a", "img", "figure", "figcaption",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}}
OWN_PICTURES = "/media/"
_PICTURE_WITHOUT_SOURCE = re.compile(r"<img(?![^>]*\bsrc=)[^>]*>")


def clean_html(text: str) -> str:
    """Return the description with allowed formatting only; pictures stay when they lie in our own media store."""
    if not text:
        return ""
    cleaned = nh3.clean(
        text.replace("\x00", ""),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_own_pictures,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return _PICTURE_WITHOUT_SOURCE.sub("", cleaned).strip()


def clean_line(text: str) -> str:
    """Return one line of plain text: no control characters, single spaces."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and (not value.startswith(OWN_PICTURES) or ".." in value):
        return None
    return value
