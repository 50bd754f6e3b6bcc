"""Formulas by which the feed values what it shows, and what each answer was chosen from."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("interest", "0006_together")]
    operations = [
        migrations.RunSQL(
            "alter table interest_served add column ranked bytea", "alter table interest_served drop column ranked"
        ),
        migrations.CreateModel(
            name="ValueFormula",
            fields=[
                ("number", models.AutoField(primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=6)),
                ("body", models.JSONField()),
                ("reason", models.CharField(max_length=200)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["role"], condition=Q(ended_at=None), name="interest_one_formula_a_role"
                    )
                ],
            },
        ),
        migrations.RunSQL("alter table interest_valueformula alter column number restart with 2", migrations.RunSQL.noop),
    ]
