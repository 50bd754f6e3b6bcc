"""The prepared videos of a creator are counted: an index for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0002_public_post")]
    operations = [
        migrations.AddIndex(
            model_name="media",
            index=models.Index(
                fields=["creator_id"], condition=models.Q(state="ready"), name="content_media_ready"
            ),
        )
    ]
