"""Events and served answers, partitioned by day, append-only."""

from pathlib import Path

from django.db import migrations

FORWARD = (Path(__file__).parents[1] / "sql" / "days.sql").read_text()
BACKWARD = """
drop function interest_forget_days(date);
drop function interest_make_day(date);
drop table interest_event;
drop table interest_served;
drop function interest_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("interest", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
