import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('users', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=48, verbose_name='clase')),
                ('sentence', models.TextField(verbose_name='qué pasó')),
                ('at', models.DateTimeField(verbose_name='cuándo')),
                ('subject_kind', models.CharField(max_length=48, verbose_name='objeto')),
                ('subject_id', models.BigIntegerField(verbose_name='número del objeto')),
                ('account_id', models.BigIntegerField(blank=True, null=True, verbose_name='cuenta')),
                ('facts', models.JSONField(default=dict, verbose_name='hechos')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='quién')),
            ],
            options={
                'verbose_name': 'evento',
                'verbose_name_plural': 'eventos',
                'indexes': [models.Index(condition=models.Q(('account_id__isnull', False)), fields=['account_id', '-id'], name='events_by_account'), models.Index(fields=['subject_kind', 'subject_id'], name='events_by_subject'), models.Index(fields=['at'], name='events_by_moment')],
            },
        ),
    ]
