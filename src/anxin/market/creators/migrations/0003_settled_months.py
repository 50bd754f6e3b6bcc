"""What creators settled in a month, and the level it came to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("creators", "0002_public_views")]
    operations = [
        migrations.CreateModel(
            name="SettledMonth",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("settled_minor", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField()),
                ("level", models.SmallIntegerField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="creators.creator",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="settledmonth",
            constraint=models.UniqueConstraint(fields=("creator", "month"), name="creator_month_once"),
        ),
        migrations.AddConstraint(
            model_name="settledmonth",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level__isnull", True), ("reviewed_at__isnull", True)),
                    models.Q(("level__isnull", False), ("reviewed_at__isnull", False)),
                    _connector="OR",
                ),
                name="creator_month_reviewed_has_level",
            ),
        ),
    ]
