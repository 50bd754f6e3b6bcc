"""What this module refuses, one file a noun; importing it makes every code known."""

from anxin.market.service.errors import complaints, conversations, reviews

__all__ = ["complaints", "conversations", "reviews"]
