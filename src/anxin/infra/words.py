"""Text into search words, the same way for what is indexed and for what is asked. Pure.

Chinese runs are cut by rjieba, Latin words are left to PostgreSQL's English Snowball stemmer, and words with a digit
(SKU codes, models, sizes) are kept whole. Filters (shop, category, brand, attribute) are words of the index too, so
that one GIN index answers text and filters together; they begin with `=`, which no word of a text does.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import rjieba

MAX_QUERY_CHARS = 100
MAX_QUERY_WORDS = 12
MAX_BODY_WORDS = 150  # distinct words of a description that are indexed: vectors stay small enough to stay in the row
MAX_WORD_CHARS = 40
MAX_LABEL_CHARS = 60
MIN_CODE_PREFIX = 3
MIN_LOOSE_LETTERS = 3  # leaving one of two out would match nearly everything
CODE_MARK = "#"
FILTER_MARK = "="
EVERYTHING = ("all", "")  # the filter that every entry passes
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[-./'_][^\W_{_HAN}]+)*")
_FIRST_HAN = "\u3400"
_IS_HAN = re.compile(rf"[{_HAN}]")
_JOINTS = re.compile(r"[-./_]")
_NOT_ALNUM = re.compile(r"[\W_]+")


class _WithoutAccents(dict[int, int | None]):
    """For `str.translate`: drops combining marks; a letter is looked up in Unicode's tables once."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        self[code] = kept
        return kept


_BARE = _WithoutAccents()


def fold(text: str) -> str:
    """Return the text in one width and case and without accents: `Café Ｎo.5` becomes `cafe no.5`."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).translate(_BARE))
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Words:
    """What a text is made of: Chinese words in order, Latin words in order, words with a digit."""

    chinese: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every word."""
        return (*self.chinese, *self.latin, *self.codes)


def words_of(text: str, *, finely: bool) -> Words:
    """Split a text; `finely` also yields the shorter words inside longer Chinese ones, as an index wants them."""
    chinese: list[str] = []
    latin: list[str] = []
    codes: list[str] = []
    for piece in _PIECES.findall(fold(text)):
        if piece >= _FIRST_HAN and _IS_HAN.match(piece):
            chinese.extend(rjieba.cut_for_search(piece) if finely else rjieba.cut(piece))
        elif piece.isalpha():
            latin.append(piece[:MAX_WORD_CHARS])
        elif any(letter.isdigit() for letter in piece):
            codes.append(squeeze(piece)[:MAX_WORD_CHARS])
        else:
            latin.extend(part[:MAX_WORD_CHARS] for part in _JOINTS.split(piece))
    return Words(tuple(chinese), tuple(latin), tuple(codes))


@lru_cache(maxsize=4_096)
def _words_of_label(text: str) -> Words:
    """Split a short text as the index wants it; names of categories, brands, types and values come again and again."""
    return words_of(text, finely=True)


def squeeze(code: str) -> str:
    """Return a code without its punctuation, so that `AB-12` and `ab12` meet."""
    return _NOT_ALNUM.sub("", fold(code))


def filter_word(kind: str, value: str) -> str:
    """Return the word by which an entry is found under a filter, such as `=brand:burton`."""
    return f"{FILTER_MARK}{kind}:{fold(value)}"


@dataclass
class Vector:
    """A tsvector in the making: lexemes with their weights, and English text that PostgreSQL stems itself."""

    lexemes: dict[str, str] = field(default_factory=dict)
    english: dict[str, str] = field(default_factory=lambda: {"A": "", "B": "", "C": ""})

    def add_text(self, text: str, weight: str, *, letters: bool = False) -> None:
        """Index a text with a weight from A (title) to C (description); `letters` also single Chinese characters."""
        words = _words_of_label(text) if len(text) <= MAX_LABEL_CHARS else words_of(text, finely=True)
        self._add_words(words, weight, letters=letters)

    def add_beginning(self, text: str, weight: str) -> None:
        """Index the first distinct words of a long text, enough to find it by."""
        every = words_of(text, finely=False)
        chinese, latin, codes = (list(dict.fromkeys(words)) for words in (every.chinese, every.latin, every.codes))
        finely = (part for word in chinese[:MAX_BODY_WORDS] for part in rjieba.cut_for_search(word))
        left = MAX_BODY_WORDS - len(chinese)
        kept = Words(tuple(finely), tuple(latin[: max(left, 0)]), tuple(codes[: max(left - len(latin), 0)]))
        self._add_words(kept, weight)

    def add_code(self, code: str) -> None:
        """Index a SKU code or barcode as one word."""
        squeezed = squeeze(code)[:MAX_WORD_CHARS]
        if squeezed:
            self._add(CODE_MARK + squeezed, "A")

    def add_filter(self, kind: str, value: str) -> None:
        """Make the entry findable under a filter."""
        self.lexemes.setdefault(filter_word(kind, value), "")

    def literal(self) -> str:
        """Return the lexemes in the text form of a tsvector."""
        return " ".join(
            f"{quoted(word)}:1{weight}" if weight else quoted(word) for word, weight in self.lexemes.items()
        )

    def _add_words(self, words: Words, weight: str, *, letters: bool = False) -> None:
        for word in words.chinese:
            self._add(word, weight)
            if letters:
                for letter in word:
                    self._add(letter, "D")
        for code in words.codes:
            self._add(CODE_MARK + code, weight)
        self.english[weight] = f"{self.english[weight]} {' '.join(words.latin)}".strip()

    def _add(self, word: str, weight: str) -> None:
        before = self.lexemes.get(word)
        if before is None or weight < before:
            self.lexemes[word] = weight


@dataclass(frozen=True)
class Asked:
    """A search text as PostgreSQL is asked it: a tsquery literal, and English words for it to stem."""

    literal: str
    english: str
    words: Words

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the text can be searched for."""
        return not self.words.all


def asked(text: str) -> Asked:
    """Read what a person typed: every word must be there; codes match by their beginning."""
    words = words_of(text[:MAX_QUERY_CHARS], finely=False)
    words = Words(words.chinese[:MAX_QUERY_WORDS], words.latin[:MAX_QUERY_WORDS], words.codes[:MAX_QUERY_WORDS])
    return Asked(all_of((*map(quoted, words.chinese), *map(_code_word, words.codes))), " ".join(words.latin), words)


def asked_loosely(words: Words, nearest: Mapping[str, Sequence[str]]) -> Asked | None:
    """Return the question with unknown Latin words replaced by the stems nearest to them; None where nothing loosens.

    A Chinese run of three or more characters may have one wrong: all but one of them must be in the title.
    """
    known = tuple(word for word in words.latin if not nearest.get(word))
    parts = [_code_word(code) for code in words.codes]
    parts += [any_of(map(quoted, nearest[word])) for word in words.latin if nearest.get(word)]
    letters = tuple(dict.fromkeys("".join(words.chinese)))
    if len(letters) >= MIN_LOOSE_LETTERS:
        parts.append(any_of(all_of(map(quoted, kept)) for kept in combinations(letters, len(letters) - 1)))
    elif len(known) == len(words.latin):
        return None
    else:
        parts.extend(map(quoted, words.chinese))
    return Asked(all_of(parts), " ".join(known), words)


def grams(word: str) -> list[str]:
    """Return the three-letter pieces of a word with its ends marked: how near two words are is how many they share."""
    padded = f"  {word} "
    return sorted({padded[start : start + 3] for start in range(len(padded) - 2)})


def quoted(word: str) -> str:
    """Return the word as a quoted lexeme of a tsquery or tsvector."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def all_of(parts: Iterable[str]) -> str:
    """Join parts of a tsquery so that all must match."""
    return " & ".join(f"({part})" for part in parts if part)


def any_of(parts: Iterable[str]) -> str:
    """Join parts of a tsquery so that one must match."""
    return " | ".join(f"({part})" for part in parts if part)


def title_words(text: str) -> Iterator[str]:
    """Yield the words of a title that may complete or correct what a person types."""
    words = words_of(text, finely=False)
    yield from (word for word in words.latin if len(word) >= MIN_CODE_PREFIX)
    yield from (word for word in words.chinese if len(word) > 1)


def _code_word(code: str) -> str:
    return f"{quoted(CODE_MARK + code)}{':*' if len(code) >= MIN_CODE_PREFIX else ''}"
