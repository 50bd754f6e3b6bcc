"""What is kept of a person in content, for the export of personal data: made, said, liked, reported, told."""

from typing import Any
from uuid import UUID

from anxin.market.content.models import Comment, CommentLike, Favourite, Like, Media, Notice, Post, Report, Share

POST = (
    "id", "creator_id", "kind", "state", "visibility", "title", "title_en", "caption", "caption_en", "topics", "media_id",
    "pictures", "created_at", "submitted_at", "published_at", "reasons", "decision_note", "decided_at",
)  # fmt: skip
UPLOAD = ("id", "creator_id", "state", "file_name", "bytes_total", "duration_ms", "started_at", "touched_at")
COMMENT = ("id", "post_id", "thread_id", "reply_to_id", "text", "state", "written_at")
REPORT = ("id", "post_id", "comment_id", "reason", "note", "reported_at", "settled_at")
NOTICE = ("kind", "post_id", "comment_id", "author", "at", "read_at")


def held_about(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return everything of a person's in content, the oldest first; pictures and videos by their keys."""
    kept: dict[str, tuple[Any, tuple[str, ...]]] = {
        "posts": (Post, POST),
        "uploads": (Media, UPLOAD),
        "comments": (Comment, COMMENT),
        "likes": (Like, ("post_id", "at")),
        "favourites": (Favourite, ("post_id", "at")),
        "liked_comments": (CommentLike, ("comment_id", "at")),
        "shares": (Share, ("post_id", "code", "at")),
        "reports": (Report, REPORT),
        "notices": (Notice, NOTICE),
    }
    return {
        name: list(model.objects.filter(person_id=person_id).order_by("id").values(*columns))
        for name, (model, columns) in kept.items()
    }
