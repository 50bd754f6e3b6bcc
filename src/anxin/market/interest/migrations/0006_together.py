"""How many people bought two products; counted anew from what was paid for, then kept with every payment."""

from django.db import migrations, models

FORWARD = """
insert into interest_together (product, other, buyers, last_at)
select one.item, two.item, count(distinct one.actor), max(greatest(one.at, two.at))
  from interest_event as one
  join interest_event as two on two.actor = one.actor and two.kind = 13 and two.item_kind = 0 and two.item <> one.item
 where one.kind = 13 and one.item_kind = 0
 group by one.item, two.item
"""


class Migration(migrations.Migration):
    dependencies = [
        ("interest", "0005_rollback"),
        ("catalog", "0007_public_sku"),
        ("inventory", "0003_public_free"),
    ]
    operations = [
        migrations.CreateModel(
            name="Together",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("product", models.UUIDField()),
                ("other", models.UUIDField()),
                ("buyers", models.IntegerField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("product", "other"), name="interest_one_pair")],
            },
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
