"""Sweeps of what was billed, the watch list of tariffs and the comparison of two laws."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_adjustments'),
        ('documents', '0005_prepayments'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('registry', '0003_account_state_is_known'),
        ('tariffs', '0003_law_in_two_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ComparedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('months', models.PositiveSmallIntegerField(verbose_name='meses')),
                ('volume_m3', models.PositiveIntegerField(verbose_name='m³')),
                ('old_total', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='por la ley de hoy')),
                ('new_total', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='por la que se compara')),
                ('difference', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='diferencia')),
            ],
            options={
                'verbose_name': 'cuenta comparada',
                'verbose_name_plural': 'cuentas comparadas',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LawComparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_period', models.DateField(verbose_name='desde el periodo')),
                ('last_period', models.DateField(verbose_name='hasta el periodo')),
                ('result', models.JSONField(verbose_name='resultado')),
                ('compared_at', models.DateTimeField(verbose_name='comparadas')),
            ],
            options={
                'verbose_name': 'comparación de leyes',
                'verbose_name_plural': 'comparaciones de leyes',
                'default_permissions': ('view', 'add'),
            },
        ),
        migrations.CreateModel(
            name='SweepDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField(verbose_name='periodo')),
                ('kind', models.CharField(choices=[('PROOF', 'Su prueba'), ('PRICE', 'Su precio por la ley'), ('READING', 'Su lectura'), ('ACCOUNT', 'Su cuenta')], max_length=8, verbose_name='qué no cuadra')),
                ('concept', models.CharField(max_length=24, verbose_name='concepto')),
                ('billed', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='facturado')),
                ('expected', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='debe ser')),
                ('why', models.TextField(verbose_name='por qué')),
            ],
            options={
                'verbose_name': 'diferencia de lo facturado',
                'verbose_name_plural': 'diferencias de lo facturado',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SweepRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_period', models.DateField(verbose_name='desde el periodo')),
                ('last_period', models.DateField(verbose_name='hasta el periodo')),
                ('bills', models.PositiveIntegerField(verbose_name='recibos')),
                ('prices', models.PositiveIntegerField(verbose_name='precios distintos')),
                ('differences', models.PositiveIntegerField(verbose_name='diferencias')),
                ('swept_at', models.DateTimeField(verbose_name='revisado')),
            ],
            options={
                'verbose_name': 'revisión de lo facturado',
                'verbose_name_plural': 'revisiones de lo facturado',
                'default_permissions': ('view', 'add'),
            },
        ),
        migrations.CreateModel(
            name='WatchFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('detail', models.TextField(verbose_name='qué se vio')),
                ('found_at', models.DateTimeField(verbose_name='visto por primera vez')),
                ('seen_at', models.DateTimeField(verbose_name='visto la última vez')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='dejó de verse')),
                ('dismissed_at', models.DateTimeField(blank=True, null=True, verbose_name='descartado')),
                ('dismissal', models.TextField(blank=True, verbose_name='por qué se descartó')),
            ],
            options={
                'verbose_name': 'hallazgo de vigilancia',
                'verbose_name_plural': 'hallazgos de vigilancia',
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='WatchRule',
            fields=[
                ('code', models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name='clave')),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('kind', models.CharField(choices=[('ACTIVITY', 'Giro contra uso'), ('CONSUMPTION', 'Consumo contra uso'), ('PREFERENTIAL', 'Tarifa preferencial'), ('FLAT_WITH_METER', 'Cuota fija con medidor'), ('VAT', 'IVA'), ('EXEMPTION', 'Exención'), ('DWELLINGS', 'Viviendas')], max_length=16, verbose_name='qué mira')),
                ('parameters', models.JSONField(default=dict, verbose_name='parámetros')),
                ('legal_basis', models.CharField(max_length=240, verbose_name='fundamento')),
                ('advice', models.TextField(verbose_name='qué hacer')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='lugar')),
                ('is_active', models.BooleanField(default=True, verbose_name='en uso')),
            ],
            options={
                'verbose_name': 'regla de vigilancia',
                'verbose_name_plural': 'reglas de vigilancia',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='WatchRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('code', models.CharField(max_length=32, serialize=False, verbose_name='clave')),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('kind', models.CharField(choices=[('ACTIVITY', 'Giro contra uso'), ('CONSUMPTION', 'Consumo contra uso'), ('PREFERENTIAL', 'Tarifa preferencial'), ('FLAT_WITH_METER', 'Cuota fija con medidor'), ('VAT', 'IVA'), ('EXEMPTION', 'Exención'), ('DWELLINGS', 'Viviendas')], max_length=16, verbose_name='qué mira')),
                ('parameters', models.JSONField(default=dict, verbose_name='parámetros')),
                ('legal_basis', models.CharField(max_length=240, verbose_name='fundamento')),
                ('advice', models.TextField(verbose_name='qué hacer')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='lugar')),
                ('is_active', models.BooleanField(default=True, verbose_name='en uso')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='bill',
            name='usage',
            field=models.JSONField(null=True, verbose_name='uso que se cobró'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(condition=models.Q(('run__isnull', True)), fields=['period'], name='bill_without_run'),
        ),
        migrations.AddField(
            model_name='comparedaccount',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.account', verbose_name='cuenta'),
        ),
        migrations.AddField(
            model_name='lawcomparison',
            name='compared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién las comparó'),
        ),
        migrations.AddField(
            model_name='lawcomparison',
            name='new',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tariffs.schedule', verbose_name='ley que se compara'),
        ),
        migrations.AddField(
            model_name='lawcomparison',
            name='old',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tariffs.schedule', verbose_name='ley de hoy'),
        ),
        migrations.AddField(
            model_name='comparedaccount',
            name='comparison',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='billing.lawcomparison', verbose_name='comparación'),
        ),
        migrations.AddField(
            model_name='sweepdifference',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.account', verbose_name='cuenta'),
        ),
        migrations.AddField(
            model_name='sweepdifference',
            name='bill',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.bill', verbose_name='recibo'),
        ),
        migrations.AddField(
            model_name='sweeprun',
            name='swept_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo pidió'),
        ),
        migrations.AddField(
            model_name='sweepdifference',
            name='sweep',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='found', to='billing.sweeprun', verbose_name='revisión'),
        ),
        migrations.AddField(
            model_name='watchfinding',
            name='account',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='watch_findings', to='registry.account', verbose_name='cuenta'),
        ),
        migrations.AddField(
            model_name='watchfinding',
            name='dismissed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo descartó'),
        ),
        migrations.AddField(
            model_name='watchfinding',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='billing.watchrule', verbose_name='regla'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchrule',
            trigger=pgtrigger.compiler.Trigger(name='billing_watchrule_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_watchrule rows are never deleted' USING ERRCODE = 'restrict_violation';", hash='3ec8da75beb279534027f71eb2740327f8c2f91b', operation='DELETE', pgid='pgtrigger_billing_watchrule_no_delete_bfb36', table='billing_watchrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "billing_watchruleevent" ("advice", "code", "is_active", "kind", "legal_basis", "name", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place") SELECT old_values."advice", old_values."code", old_values."is_active", old_values."kind", old_values."legal_basis", old_values."name", old_values."parameters", _pgh_attached_context.value, NOW(), \'update\', old_values."code", old_values."place" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."code") = (new_values."code") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e784a2ccf7a547742ca76ebc42576bc4aba68911', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_90afc', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='billing_watchrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "billing_watchruleevent" ("advice", "code", "is_active", "kind", "legal_basis", "name", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place") SELECT old_values."advice", old_values."code", old_values."is_active", old_values."kind", old_values."legal_basis", old_values."name", old_values."parameters", _pgh_attached_context.value, NOW(), \'delete\', old_values."code", old_values."place" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a7533cd6c83ebe6ee2ea5ca1c465641790115191', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_f57e1', referencing='REFERENCING OLD TABLE AS old_values ', table='billing_watchrule', when='AFTER')),
        ),
        migrations.AddField(
            model_name='watchruleevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='watchruleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='billing.watchrule'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lawcomparison',
            trigger=pgtrigger.compiler.Trigger(name='billing_lawcomparison_no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_lawcomparison is append-only' USING ERRCODE = 'restrict_violation';", hash='a11949a6020357b1f561ae118e6ae38c550186a7', operation='UPDATE OR DELETE', pgid='pgtrigger_billing_lawcomparison_no_change_cc1de', table='billing_lawcomparison', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lawcomparison',
            trigger=pgtrigger.compiler.Trigger(name='billing_lawcomparison_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_lawcomparison is append-only' USING ERRCODE = 'restrict_violation';", hash='937fe51c8a7ce2ef41540a1dc8a186d9aa9b0e10', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_billing_lawcomparison_no_truncate_12d26', table='billing_lawcomparison', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='comparedaccount',
            index=models.Index(fields=['comparison', '-difference', 'id'], name='comparedaccount_by_rise'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comparedaccount',
            trigger=pgtrigger.compiler.Trigger(name='billing_comparedaccount_no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_comparedaccount is append-only' USING ERRCODE = 'restrict_violation';", hash='5a4678dfeb1c4c337eba2aee6331434a51e97a16', operation='UPDATE OR DELETE', pgid='pgtrigger_billing_comparedaccount_no_change_5d82a', table='billing_comparedaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comparedaccount',
            trigger=pgtrigger.compiler.Trigger(name='billing_comparedaccount_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_comparedaccount is append-only' USING ERRCODE = 'restrict_violation';", hash='d5a12a0961f5cb77efd6a8aa6aaeedd6abc1a3c1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_billing_comparedaccount_no_truncate_08c3f', table='billing_comparedaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comparedaccount',
            trigger=pgtrigger.compiler.Trigger(name='billing_comparedaccount_references', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN registry_account ON registry_account.id = new_rows.account_id WHERE new_rows.account_id IS NOT NULL AND registry_account.id IS NULL) THEN RAISE EXCEPTION 'billing_comparedaccount.account_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; RETURN NULL;", hash='f131058446f7f98e2deebf31903d3ac9fc1e3155', level='STATEMENT', operation='INSERT', pgid='pgtrigger_billing_comparedaccount_references_2c692', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_comparedaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comparedaccount',
            trigger=pgtrigger.compiler.Trigger(name='billing_comparedaccount_references_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN registry_account ON registry_account.id = new_rows.account_id WHERE new_rows.account_id IS NOT NULL AND registry_account.id IS NULL) THEN RAISE EXCEPTION 'billing_comparedaccount.account_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; RETURN NULL;", hash='8c4e24cef92726152c3078af41f35e1dbb0a4c46', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_billing_comparedaccount_references_kept_b104e', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_comparedaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sweeprun',
            trigger=pgtrigger.compiler.Trigger(name='billing_sweeprun_no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_sweeprun is append-only' USING ERRCODE = 'restrict_violation';", hash='d7fb5d7a5bdeceb65430ca933a518fc20c76998a', operation='UPDATE OR DELETE', pgid='pgtrigger_billing_sweeprun_no_change_d55d6', table='billing_sweeprun', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sweeprun',
            trigger=pgtrigger.compiler.Trigger(name='billing_sweeprun_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_sweeprun is append-only' USING ERRCODE = 'restrict_violation';", hash='55793df90c7353ee7e852ad774977ac085ac5357', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_billing_sweeprun_no_truncate_db7ee', table='billing_sweeprun', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sweepdifference',
            trigger=pgtrigger.compiler.Trigger(name='billing_sweepdifference_no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_sweepdifference is append-only' USING ERRCODE = 'restrict_violation';", hash='ea0695357ae7963938922e41a562eb4d0ec5f090', operation='UPDATE OR DELETE', pgid='pgtrigger_billing_sweepdifference_no_change_a7403', table='billing_sweepdifference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sweepdifference',
            trigger=pgtrigger.compiler.Trigger(name='billing_sweepdifference_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_sweepdifference is append-only' USING ERRCODE = 'restrict_violation';", hash='cb8b113d0612183c919cf7f557f585cdbffb0531', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_billing_sweepdifference_no_truncate_a91a6', table='billing_sweepdifference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sweepdifference',
            trigger=pgtrigger.compiler.Trigger(name='billing_sweepdifference_references', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN billing_bill ON billing_bill.document_id = new_rows.bill_id WHERE new_rows.bill_id IS NOT NULL AND billing_bill.document_id IS NULL) THEN RAISE EXCEPTION 'billing_sweepdifference.bill_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN registry_account ON registry_account.id = new_rows.account_id WHERE new_rows.account_id IS NOT NULL AND registry_account.id IS NULL) THEN RAISE EXCEPTION 'billing_sweepdifference.account_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; RETURN NULL;", hash='cdde7f1fef5bfe193d3668683b051b69f4fb63be', level='STATEMENT', operation='INSERT', pgid='pgtrigger_billing_sweepdifference_references_7a217', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_sweepdifference', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sweepdifference',
            trigger=pgtrigger.compiler.Trigger(name='billing_sweepdifference_references_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN billing_bill ON billing_bill.document_id = new_rows.bill_id WHERE new_rows.bill_id IS NOT NULL AND billing_bill.document_id IS NULL) THEN RAISE EXCEPTION 'billing_sweepdifference.bill_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN registry_account ON registry_account.id = new_rows.account_id WHERE new_rows.account_id IS NOT NULL AND registry_account.id IS NULL) THEN RAISE EXCEPTION 'billing_sweepdifference.account_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; RETURN NULL;", hash='c1a69ae8f8a02cd1775b477d1ea8b52ae3e45ed0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_billing_sweepdifference_references_kept_ac743', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_sweepdifference', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='watchfinding',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('rule', 'account'), name='watchfinding_one_open', violation_error_message='Esa regla ya señala a la cuenta.'),
        ),
        migrations.AddConstraint(
            model_name='watchfinding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dismissed_at__isnull', True), ('dismissed_by__isnull', True)), models.Q(('dismissed_at__isnull', False), ('dismissed_by__isnull', False), models.Q(('dismissal', ''), _negated=True)), _connector='OR'), name='watchfinding_dismissed_says_why', violation_error_message='Un hallazgo se descarta con su motivo y quién lo descartó.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchfinding',
            trigger=pgtrigger.compiler.Trigger(name='billing_watchfinding_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'billing_watchfinding rows are never deleted' USING ERRCODE = 'restrict_violation';", hash='d2b4f6442642137a8ef480d1df6e317bfd96e03d', operation='DELETE', pgid='pgtrigger_billing_watchfinding_no_delete_c657d', table='billing_watchfinding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchfinding',
            trigger=pgtrigger.compiler.Trigger(name='billing_watchfinding_references', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN registry_account ON registry_account.id = new_rows.account_id WHERE new_rows.account_id IS NOT NULL AND registry_account.id IS NULL) THEN RAISE EXCEPTION 'billing_watchfinding.account_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; RETURN NULL;", hash='1e55e03403bc36f1ba835152c20b21b564810c4d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_billing_watchfinding_references_a7e0c', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_watchfinding', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchfinding',
            trigger=pgtrigger.compiler.Trigger(name='billing_watchfinding_references_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN registry_account ON registry_account.id = new_rows.account_id WHERE new_rows.account_id IS NOT NULL AND registry_account.id IS NULL) THEN RAISE EXCEPTION 'billing_watchfinding.account_id points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF; RETURN NULL;", hash='123dc4560b2a6fceec735c1f7a46bdf1bf7ade1a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_billing_watchfinding_references_kept_b8f85', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_watchfinding', when='AFTER')),
        ),
    ]
