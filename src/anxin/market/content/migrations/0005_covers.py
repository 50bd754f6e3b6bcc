"""The cover of a video: chosen among frames, or a picture of its own."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0004_told_creators")]
    operations = [
        migrations.AddField(
            model_name="media",
            name="covers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, db_default=[], size=None
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="cover_key",
            field=models.CharField(blank=True, default="", db_default="", max_length=40),
        ),
    ]
