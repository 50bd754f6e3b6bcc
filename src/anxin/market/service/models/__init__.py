"""Tables of this module, one file a noun."""

from anxin.market.service.models.complaints import Complaint, ComplaintStep
from anxin.market.service.models.conversations import Conversation, Message, QuickReply
from anxin.market.service.models.reviews import HelpfulVote, Rating, Review, ReviewReport
from anxin.market.service.models.scores import ScoreSheet

__all__ = [
    "Complaint",
    "ComplaintStep",
    "Conversation",
    "HelpfulVote",
    "Message",
    "QuickReply",
    "Rating",
    "Review",
    "ReviewReport",
    "ScoreSheet",
]
