"""Tables of content: uploads, posts with their anchors, and what people do with them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.content.domain.media import MediaState
from anxin.market.content.domain.notices import NoticeKind
from anxin.market.content.domain.posts import PostKind, PostState, Visibility
from anxin.market.content.domain.talk import CommentState

PERSON = settings.AUTH_USER_MODEL


class Media(models.Model):
    """An uploaded video on its way to what phones play."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    creator_id = models.UUIDField()
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, default=MediaState.RECEIVING)
    file_name = models.CharField(max_length=200)
    bytes_total = models.BigIntegerField()
    bytes_received = models.BigIntegerField(default=0)
    source = models.CharField(max_length=40)  # its name in the vault; empty once it is not needed any more
    progress_bps = models.IntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    refusal = models.CharField(max_length=40, default="", blank=True)  # a code of infra.media_engine
    key = models.CharField(max_length=40, default="", blank=True)  # of infra.clips
    poster = models.CharField(max_length=40, default="", blank=True)  # of infra.media
    covers = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True
    )  # frames that a cover is chosen among
    duration_ms = models.IntegerField(default=0)
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    silent = models.BooleanField(default=False)
    renditions = models.JSONField(default=list)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(MediaState)), name="media_state_known"),
            models.CheckConstraint(
                condition=Q(bytes_received__gte=0, bytes_received__lte=models.F("bytes_total")),
                name="media_received_within",
            ),
            models.CheckConstraint(condition=~Q(state=MediaState.READY) | ~Q(key=""), name="media_ready_has_key"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="content_media_of"),
            models.Index(fields=["creator_id"], condition=Q(state=MediaState.READY), name="content_media_ready"),
        ]


class Post(models.Model):
    """A video (短视频) or a note (图文) of a creator."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    creator_id = models.UUIDField()
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    shop = models.ForeignKey("shops.Shop", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=12, default=PostState.DRAFT)
    visibility = models.CharField(max_length=10, default=Visibility.PUBLIC)
    title = models.CharField(max_length=60, default="", blank=True)
    title_en = models.CharField(max_length=60, default="", blank=True)
    caption = models.CharField(max_length=1000, default="", blank=True)
    caption_en = models.CharField(max_length=1000, default="", blank=True)
    topics = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    mentions = ArrayField(models.UUIDField(), default=list, blank=True)  # creators
    media = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="posts")
    pictures = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    cover_key = models.CharField(max_length=40, default="", db_default="", blank=True)  # empty: the poster of its video
    publish_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    reasons = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # why it is not shown
    decision_note = models.CharField(max_length=500, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decision_read = models.BooleanField(default=True, db_default=True)  # its creator has seen what was decided last
    reported_at = models.DateTimeField(null=True)
    pinned_comment_id = models.UUIDField(null=True)
    comments_open = models.BooleanField(default=True, db_default=True)
    words = SearchVectorField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(PostKind)), name="post_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(PostState)), name="post_state_known"),
            models.CheckConstraint(condition=Q(visibility__in=list(Visibility)), name="post_visibility_known"),
            models.CheckConstraint(
                condition=~Q(state=PostState.PUBLIC) | Q(published_at__isnull=False), name="post_public_since"
            ),
        ]
        indexes = [
            models.Index(fields=["creator_id", "-id"], name="content_posts_of"),
            models.Index(
                fields=["creator_id", "-published_at", "-id"],
                condition=Q(state=PostState.PUBLIC),
                name="content_public_of_creator",
            ),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(state=PostState.PUBLIC, visibility=Visibility.PUBLIC),
                name="content_public_newest",
            ),
            models.Index(fields=["submitted_at", "id"], condition=Q(state=PostState.IN_REVIEW), name="content_queue"),
            models.Index(fields=["-id"], condition=Q(reported_at__isnull=False), name="content_reported"),
            models.Index(fields=["creator_id"], condition=Q(decision_read=False), name="content_decisions_unread"),
            GinIndex(
                fields=["words"],
                condition=Q(state=PostState.PUBLIC, visibility=Visibility.PUBLIC),
                name="content_words",
                fastupdate=False,
            ),
            GinIndex(fields=["topics"], condition=Q(state=PostState.PUBLIC), name="content_topics"),
        ]


class Anchor(models.Model):
    """A product in a post, with the showcase link it sells by and the moment at which it is shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="anchors", db_index=False)
    product_id = models.UUIDField()
    link_id = models.UUIDField()  # creators.Pick
    at_ms = models.IntegerField(default=0)
    label = models.CharField(max_length=20, default="", blank=True)
    place = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "product_id"], name="anchor_once"),
            models.CheckConstraint(condition=Q(at_ms__gte=0), name="anchor_not_before_start"),
        ]
        indexes = [models.Index(fields=["product_id"], name="content_anchors_of_product")]


class Like(models.Model):
    """A person likes a post."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="like_once")]
        indexes = [models.Index(fields=["person", "-id"], name="content_likes_of")]


class Favourite(models.Model):
    """A person keeps a post (收藏)."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="favourite_once")]
        indexes = [models.Index(fields=["person", "-id"], name="content_favourites_of")]


class Comment(models.Model):
    """A comment on a post, or a reply within the thread of one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread_id = models.UUIDField(null=True)  # the comment that began the thread; null for that one itself
    reply_to_id = models.UUIDField(null=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.CharField(max_length=40, default="", blank=True)  # as shown; empty once erased
    key = models.CharField(max_length=64)
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=CommentState.SHOWN)
    written_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="comment_said_once"),
            models.CheckConstraint(condition=Q(state__in=list(CommentState)), name="comment_state_known"),
        ]
        indexes = [
            models.Index(fields=["post", "-id"], condition=Q(thread_id=None), name="content_threads"),
            models.Index(fields=["thread_id", "id"], condition=Q(thread_id__isnull=False), name="content_replies"),
            models.Index(fields=["person", "-id"], name="content_comments_of"),
            models.Index(fields=["post", "-id"], condition=Q(state=CommentState.SHOWN), name="content_comments_on"),
            models.Index(fields=["-id"], condition=Q(reported_at__isnull=False), name="content_comments_reported"),
        ]


class CommentLike(models.Model):
    """A person likes a comment."""

    id = models.BigAutoField(primary_key=True)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="comment_like_once")]
        indexes = [models.Index(fields=["person", "-id"], name="content_comment_likes_of")]


class Share(models.Model):
    """A short link to a post that somebody made."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=16, unique=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="share_once")]
        indexes = [models.Index(fields=["person", "-id"], name="content_shares_of")]


class Report(models.Model):
    """Somebody says that a post, or a comment on it, breaks the rules; open until an operator has decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=300, default="", blank=True)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "comment", "person"], nulls_distinct=False, name="report_once")
        ]


class Notice(models.Model):
    """Something that a person is told; `key` makes one fact one notice however often it is heard."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=100)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    comment_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)  # whoever did it
    author = models.CharField(max_length=40, default="", blank=True)  # as shown; empty once erased
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=list(NoticeKind)), name="notice_kind_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="content_notices_of"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="content_notices_unread"),
            models.Index(fields=["actor_id"], name="content_notices_by"),
        ]


class LikesSeen(models.Model):
    """How many likes of a post its creator was told of."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    likes = models.BigIntegerField()
