"""What PostgreSQL must bring: exclusion over scalars and ranges, and search for parts of words."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [BtreeGistExtension(), TrigramExtension()]
