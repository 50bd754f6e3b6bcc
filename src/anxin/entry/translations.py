"""Compiles the translations: each area's `ui/locale/LANGUAGE/AREA.po` into the one catalog that Django reads.

Run as `python -m anxin.entry.translations`; it needs no gettext programs on the machine.
"""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

UI = Path(__file__).resolve().parents[1] / "ui"
SOURCES = UI / "locale"
COMPILED = UI / "built" / "locale"


class TwoTranslations(Exception):
    """Two areas translate one text differently."""


def catalog_of(language: Path) -> Catalog:
    """Return all areas of one language as one catalog; raise TwoTranslations when they contradict each other."""
    merged = Catalog(locale=language.name, charset="utf-8")
    for area in sorted(language.glob("*.po")):
        with area.open("rb") as file:
            for message in read_po(file, locale=language.name):
                if message.id:
                    _add(merged, message, area)
    return merged


def compile_all() -> None:
    """Compile every language; a running server never sees half a catalog."""
    for language in sorted(path for path in SOURCES.iterdir() if path.is_dir()):
        target = COMPILED / language.name / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        growing = target.with_suffix(".growing")
        with growing.open("wb") as file:
            write_mo(file, catalog_of(language))
        growing.replace(target)


def _add(merged: Catalog, message: Message, area: Path) -> None:
    known = merged.get(message.id, message.context)
    if known is not None and known.string != message.string:
        raise TwoTranslations(f"{area.name}: {message.id!r} is {message.string!r} here and {known.string!r} elsewhere")
    if known is None:
        merged.add(message.id, message.string, context=message.context, flags=message.flags)


if __name__ == "__main__":
    compile_all()
