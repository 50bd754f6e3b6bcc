"""What is sent instead is received when it was handed over; what is on its way already goes by the rule it was sent under."""

from django.db import migrations, models

ON_THE_WAY = "update guarantee_claim set reship_signed = true where state = 'reshipped'"


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0016_pay_again")]
    operations = [
        migrations.AddField("claim", "reship_signed", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(ON_THE_WAY, migrations.RunSQL.noop),
    ]
