"""The laws and regulations that the utility works by."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0005_prepayments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Norm',
            fields=[
                ('code', models.CharField(max_length=24, primary_key=True, serialize=False, verbose_name='clave')),
                ('name', models.CharField(max_length=240, verbose_name='nombre')),
                ('kind', models.CharField(choices=[('LAW', 'Ley'), ('CODE', 'Código'), ('REGULATION', 'Reglamento'), ('CONSTITUTION', 'Constitución'), ('CRITERION', 'Jurisprudencia'), ('INTERNAL', 'Norma interna')], max_length=12, verbose_name='clase')),
                ('publication', models.CharField(max_length=240, verbose_name='publicación')),
                ('subject', models.TextField(verbose_name='de qué trata')),
                ('cited_as', models.JSONField(default=list, verbose_name='cómo se cita')),
                ('of_the_post', models.BooleanField(default=False, verbose_name='la pide la descripción del puesto')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='lugar')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile', verbose_name='documento')),
            ],
            options={
                'verbose_name': 'norma',
                'verbose_name_plural': 'normas',
                'default_permissions': ('change',),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='norm',
            trigger=pgtrigger.compiler.Trigger(name='documents_norm_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'documents_norm rows are never deleted' USING ERRCODE = 'restrict_violation';", hash='295026e27907f3b923ef0ab358aaaa7462a1f2dc', operation='DELETE', pgid='pgtrigger_documents_norm_no_delete_d85e5', table='documents_norm', when='BEFORE')),
        ),
    ]
