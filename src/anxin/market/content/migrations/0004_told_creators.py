"""What creators are told: decisions that they have not seen yet, and the newest comments on their posts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0003_ready_media")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="decision_read",
            field=models.BooleanField(default=True),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                fields=["creator_id"], condition=models.Q(decision_read=False), name="content_decisions_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["post", "-id"], condition=models.Q(state="shown"), name="content_comments_on"
            ),
        ),
    ]
