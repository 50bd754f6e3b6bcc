"""Facts of this module, one file a noun; importing it makes every kind known."""

from anxin.market.service.events import complaints, conversations, reviews

__all__ = ["complaints", "conversations", "reviews"]
