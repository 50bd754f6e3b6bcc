"""What a network's devices teach in an hour, and who is being forgotten in the background."""

import uuid

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interest", "0009_nobodys_ids")]
    operations = [
        migrations.CreateModel(
            name="Network",
            fields=[
                ("network", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hour", models.DateTimeField()),
                ("believed", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actors", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("fresh", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("theirs", models.JSONField()),
                ("until", models.DateTimeField()),
                ("salt", models.UUIDField(default=uuid.uuid4)),
            ],
        ),
    ]
