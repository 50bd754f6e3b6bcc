"""What `anxin doctor` proves of this module; importing the files registers the checks."""

from anxin.market.service.checks import complaints, conversations, reviews, scores

__all__ = ["complaints", "conversations", "reviews", "scores"]
