"""Handlers, deadlines and periodic work of this module; importing them registers them."""

from anxin.market.service.jobs import complaints, conversations, reviews, scores

__all__ = ["complaints", "conversations", "reviews", "scores"]
