"""Captions with #topics and @mentions. Pure.

A topic is letters, digits and underscores in any script behind #; a mention is a handle behind @.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

TOPIC_LENGTH_MAX = 30
_MARKED = re.compile(r"[#＃](?P<topic>\w{1,30})|(?<![\w.])@(?P<mention>[A-Za-z0-9][A-Za-z0-9_.-]{1,28}[A-Za-z0-9])")


class SegmentKind(StrEnum):
    """What a piece of a caption is."""

    TEXT = "text"
    TOPIC = "topic"
    MENTION = "mention"


@dataclass(frozen=True)
class Segment:
    """A piece of a caption; `value` is the topic or handle in the one form that is kept."""

    kind: SegmentKind
    text: str
    value: str = ""


def segments(caption: str) -> Iterator[Segment]:
    """Yield the pieces of a caption in order; their texts joined are the caption."""
    at = 0
    for found in _MARKED.finditer(caption):
        if found.start() > at:
            yield Segment(SegmentKind.TEXT, caption[at : found.start()])
        topic, mention = found["topic"], found["mention"]
        if topic:
            yield Segment(SegmentKind.TOPIC, found[0], topic_of(topic))
        else:
            yield Segment(SegmentKind.MENTION, found[0], mention.casefold())
        at = found.end()
    if at < len(caption):
        yield Segment(SegmentKind.TEXT, caption[at:])


def topic_of(text: str) -> str:
    """Return a topic in the one form that is kept: one width, small letters, without its #."""
    return unicodedata.normalize("NFKC", text).strip().strip("#").casefold()[:TOPIC_LENGTH_MAX]


def topics_in(*captions: str) -> tuple[str, ...]:
    """Return the topics of captions, each once, in order."""
    return _values(SegmentKind.TOPIC, captions)


def mentions_in(*captions: str) -> tuple[str, ...]:
    """Return the handles that captions mention, each once, in order."""
    return _values(SegmentKind.MENTION, captions)


def _values(kind: SegmentKind, captions: tuple[str, ...]) -> tuple[str, ...]:
    found = (each.value for caption in captions for each in segments(caption) if each.kind is kind)
    return tuple(dict.fromkeys(found))
