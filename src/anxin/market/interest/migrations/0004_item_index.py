"""An index of events by what they happened to, for the figures that creators read."""

from pathlib import Path

from django.db import migrations

FORWARD = (Path(__file__).parents[1] / "sql" / "item_index.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("interest", "0003_order_of_events")]
    operations = [migrations.RunSQL(FORWARD, "drop index interest_event_of_item")]
