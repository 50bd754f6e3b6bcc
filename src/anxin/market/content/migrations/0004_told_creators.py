"""What creators are told: decisions that they have not seen yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0003_ready_media")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="decision_read",
            field=models.BooleanField(default=True, db_default=True),
        ),
    ]
