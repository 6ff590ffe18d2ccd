"""What pages of open charges sum up stands in the index of open charges: they need not read the rows."""

from django.db import migrations, models

COVERED = models.Index(
    fields=["site", "due_on"],
    include=["account", "place", "item", "open_amount", "late_fee_of"],
    condition=models.Q(open_amount__gt=0),
    name="charge_open_by_day",
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_late_months")]

    operations = [
        migrations.RemoveIndex("charge", "charge_open_by_day"),
        migrations.AddIndex("charge", COVERED),
    ]
