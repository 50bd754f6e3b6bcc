"""For whom a reader speaks: the creators that they are or that their shops are, and those creators' own posts."""

from uuid import UUID

from django.http import HttpRequest

from anxin.faces.access import actor_of_request
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import posts
from anxin.market.content.queries.posts import PostFacts
from anxin.market.creators import queries as creators
from anxin.market.creators.errors import UnknownCreator
from anxin.market.creators.queries import CreatorFacts


def speaker_of(request: HttpRequest, creator_id: UUID) -> CreatorFacts:
    """Return the creator that the reader speaks for. Raises UnknownCreator for anybody else's."""
    return creators.acting_as(actor_of_request(request), creator_id)


def own_post(request: HttpRequest, post_id: UUID) -> tuple[PostFacts, CreatorFacts]:
    """Return a post whatever its state, and the creator whose it is. Raises UnknownPost for anybody else's."""
    found = posts.post(post_id)
    try:
        return found, speaker_of(request, found.creator_id)
    except UnknownCreator as stranger:
        raise UnknownPost from stranger
