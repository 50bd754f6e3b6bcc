"""Texts of the source and their translations: what is missing, what nobody uses, what would break at run time.

Needs no gettext programs: Babel reads Python, Django turns a template into something that Babel can read.
"""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from anxin.entry.translations import SOURCES

PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
SKIPPED = frozenset({"node_modules", "built", "migrations"})
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_lazy": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext_lazy": ((1, "c"), 2),
}
ENTRY = re.compile(r'^(?:msgctxt "(.*)"\n)?msgid "(.+)"$', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Used:
    """A text that the source uses, and where it was met first."""

    context: str | None
    text: str
    plural: str | None
    place: str

    @property
    def key(self) -> Key:
        """What finds its translation."""
        return (self.context, self.text)


@dataclass(frozen=True)
class Finding:
    """One thing wrong with the translations: kind is missing, empty, fuzzy, unused, contradiction, twice or placeholders."""

    kind: str
    place: str
    text: str


def used_texts(package: Path = PACKAGE) -> dict[Key, Used]:
    """Return every text that the Python files and templates under `package` mark for translation."""
    found: dict[Key, Used] = {}
    for path in _sources(package):
        place = path.relative_to(package).as_posix()
        for used in _texts_of(path, place):
            found.setdefault(used.key, used)
    return found


def findings(package: Path = PACKAGE, folder: Path = SOURCES / LANGUAGE) -> list[Finding]:
    """Compare what the source uses with what `folder` translates; the empty list means all is well."""
    used = used_texts(package)
    seen: dict[Key, object] = {}
    found: list[Finding] = []
    for area, message in translations(folder):
        key = _key(message)
        if seen.setdefault(key, message.string) != message.string:
            found.append(Finding("contradiction", area, key[1]))
        if key not in used:
            found.append(Finding("unused", area, key[1]))
        found += [Finding(kind, area, key[1]) for kind in _faults(message)]
    found += [Finding("twice", path.name, text) for path in sorted(folder.glob("*.po")) for text in _repeated(path)]
    found += [Finding("missing", use.place, use.text) for key, use in used.items() if key not in seen]
    return sorted(found, key=lambda finding: (finding.kind, finding.place, finding.text))


def missing_catalog(package: Path = PACKAGE, folder: Path = SOURCES / LANGUAGE) -> str:
    """Return the texts without a translation as the beginning of a `.po` file, ready to be filled in."""
    known = {_key(message) for _, message in translations(folder)}
    catalog = Catalog(locale=LANGUAGE, charset="utf-8")
    for key, use in used_texts(package).items():
        if key not in known:
            text = (use.text, use.plural) if use.plural else use.text
            catalog.add(text, context=use.context, auto_comments=[use.place])
    out = io.BytesIO()
    write_po(out, catalog, omit_header=True, width=0)
    return out.getvalue().decode()


def translations(folder: Path) -> Iterator[tuple[str, Message]]:
    """Read every translation of every area: (file name, message)."""
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LANGUAGE):
                if message.id:
                    yield path.name, message


def _repeated(path: Path) -> list[str]:
    """Return the texts that a file translates more than once: only one of those translations is ever read."""
    entries = Counter(ENTRY.findall(path.read_text(encoding="utf-8")))
    return sorted(text for (_context, text), times in entries.items() if times > 1)


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and SKIPPED.isdisjoint(path.relative_to(package).parts):
            yield path


def _texts_of(path: Path, place: str) -> Iterator[Used]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        if not place.startswith("entry/"):  # what the command line says of itself stays English
            yield from _error_sentences(source, place)
    elif "{%" in source:
        from django.utils.translation.template import templatize

        source = "\n".join(line.strip() for line in templatize(source).splitlines())  # no indentation to trip over
    else:
        return
    for line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        text, plural = message if isinstance(message, tuple) else (message, None)
        if text:
            yield Used(context, text, plural, f"{place}:{line}")


def _error_sentences(source: str, place: str) -> Iterator[Used]:
    """The docstring of a typed error is its message, so it is a text like any other."""
    if "AnxinError" not in source:
        return
    errors: set[str] = set()  # of this file: an error may be a kind of another
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name) and (base.id.endswith("Error") or base.id in errors) for base in node.bases
        ):
            errors.add(node.name)
            sentence = ast.get_docstring(node)
            if sentence and "code" in {target.id for line in node.body for target in _assigned(line)}:
                yield Used(None, sentence.splitlines()[0], None, f"{place}:{node.lineno}")


def _assigned(line: ast.stmt) -> list[ast.Name]:
    targets = line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
    return [target for target in targets if isinstance(target, ast.Name)]


def _texts(given: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The singular and plural forms of a text, however Babel holds them."""
    return (given,) if isinstance(given, str) else tuple(given or ("",))


def _key(message: Message) -> Key:
    return (message.context, _texts(message.id)[0])


def _faults(message: Message) -> Iterator[str]:
    """What is wrong with one translation by itself."""
    given, texts = _texts(message.string), _texts(message.id)
    if message.fuzzy:
        yield "fuzzy"
    if not all(given):
        yield "empty"
    elif any(set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(texts[-1])) for text in given):
        yield "placeholders"
