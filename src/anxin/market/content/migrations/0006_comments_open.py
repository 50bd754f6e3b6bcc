"""A creator may close the comments of a post."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0005_covers")]
    operations = [
        migrations.AddField(
            model_name="post", name="comments_open", field=models.BooleanField(default=True, db_default=True)
        )
    ]
