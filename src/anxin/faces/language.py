"""The reader's language, where a page has to choose between two texts itself."""

from django.utils.translation import get_language


def reads_chinese() -> bool:
    """Say whether the reader of this request reads Chinese; others get the English names."""
    return (get_language() or "").startswith("zh")
