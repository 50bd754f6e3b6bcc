"""Orders of a person who asked to be forgotten while goods were on their way: the address goes once it is not needed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_cart_origin")]
    operations = [migrations.AddField("order", "to_forget", models.BooleanField(default=False, db_default=False))]
