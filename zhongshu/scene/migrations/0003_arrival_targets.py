"""A site sets in how many minutes back-up should be there."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0003_second_factor_sessions_rates'),
        ('scene', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArrivalTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('danger', models.CharField(choices=[('violence', '有人动手或威胁'), ('injury', '有人受伤或发病'), ('fire', '起火、冒烟、燃气'), ('technical', '设备险情，一人处理不了'), ('other', '其他险情')], max_length=10)),
                ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)])),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'danger'), name='arrival_target_once')],
            },
        ),
    ]
