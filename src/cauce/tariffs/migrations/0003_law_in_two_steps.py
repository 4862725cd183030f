"""A law is loaded by one person and put in force by another: who approves it goes where it is put in force."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


_COPY = """
UPDATE tariffs_lawinforce ruling SET approved_at = law.approved_at, approved_by_id = law.approved_by_id
FROM tariffs_schedule law WHERE law.id = ruling.schedule_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tariffs', '0002_seed_tariff_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LawDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('DISCARDED', 'Descartada'), ('TAKEN_UP', 'Retomada')], max_length=9, verbose_name='decisión')),
                ('reason', models.TextField(verbose_name='motivo')),
                ('decided_at', models.DateTimeField(verbose_name='decidido el')),
            ],
            options={
                'verbose_name': 'decisión sobre una ley',
                'verbose_name_plural': 'decisiones sobre leyes',
                'default_permissions': (),
            },
        ),
        migrations.AlterModelOptions(
            name='schedule',
            options={'default_permissions': ('view',), 'permissions': [('load_law', 'Puede cargar una ley de ingresos'), ('approve_law', 'Puede poner en vigor una ley de ingresos')], 'verbose_name': 'ley cargada', 'verbose_name_plural': 'leyes cargadas'},
        ),
        migrations.RemoveConstraint(
            model_name='schedule',
            name='schedule_takes_two_people',
        ),
        migrations.AddField(
            model_name='lawinforce',
            name='approved_at',
            field=models.DateTimeField(null=True, verbose_name='autorizada el'),
        ),
        migrations.AddField(
            model_name='lawinforce',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='autorizó'),
        ),
        migrations.RunSQL(_COPY, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='lawinforce',
            name='approved_at',
            field=models.DateTimeField(verbose_name='autorizada el'),
        ),
        migrations.AlterField(
            model_name='lawinforce',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='autorizó'),
        ),
        migrations.RemoveField(
            model_name='schedule',
            name='approved_at',
        ),
        migrations.RemoveField(
            model_name='schedule',
            name='approved_by',
        ),
        migrations.AddField(
            model_name='lawinforce',
            name='falls_basis',
            field=models.TextField(blank=True, verbose_name='fundamento de lo que baja'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lawinforce',
            trigger=pgtrigger.compiler.Trigger(name='tariffs_law_in_force_takes_two_people', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM tariffs_schedule law WHERE law.id = NEW.schedule_id AND law.loaded_by_id = NEW.approved_by_id) THEN RAISE EXCEPTION 'tariffs_lawinforce: who loads a law may not put it in force' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", hash='6122b31b3c76eaaca382d05de87189a5c493d25b', operation='INSERT', pgid='pgtrigger_tariffs_law_in_force_takes_two_people_d6091', table='tariffs_lawinforce', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='lawdecision',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decidió'),
        ),
        migrations.AddField(
            model_name='lawdecision',
            name='schedule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='tariffs.schedule', verbose_name='ley'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lawdecision',
            trigger=pgtrigger.compiler.Trigger(name='tariffs_lawdecision_no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'tariffs_lawdecision is append-only' USING ERRCODE = 'restrict_violation';", hash='f9a964ddad74e801673395ba835b0144cdb16be4', operation='UPDATE OR DELETE', pgid='pgtrigger_tariffs_lawdecision_no_change_c9a0d', table='tariffs_lawdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lawdecision',
            trigger=pgtrigger.compiler.Trigger(name='tariffs_lawdecision_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'tariffs_lawdecision is append-only' USING ERRCODE = 'restrict_violation';", hash='7eadb246baf9e9985ec8f3fecff03ba5ab3125e7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_tariffs_lawdecision_no_truncate_4d00d', table='tariffs_lawdecision', when='BEFORE')),
        ),
    ]
