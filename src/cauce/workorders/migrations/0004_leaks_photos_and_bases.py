"""Leaks told by the kind of order, photographs that are yet to come, and the bases of the aforos kept with each act."""

from datetime import UTC, datetime

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


FIXTURES = (
    ("EXCUSADO", "Excusados", 90),
    ("REGADERA", "Regaderas", 140),
    ("LAVABO", "Lavabos", 30),
    ("FREGADERO", "Fregaderos", 50),
    ("LAVADERO", "Lavaderos", 60),
    ("LAVADORA", "Lavadoras", 80),
    ("JARDIN", "Llaves de jardín", 50),
    ("COCHERA", "Llaves de cochera", 30),
    ("TINACO", "Tinacos", 0),
    ("CISTERNA", "Cisternas", 0),
    ("ALBERCA", "Albercas", 300),
)


def seed(apps, schema_editor):
    """Write the figures that the acts were worked out with until now: what was captured with them keeps them."""
    apps.get_model("workorders", "InspectionBasis").objects.create(
        litres_a_person=150,
        person_source="CONAGUA, MAPAS, Datos básicos: consumo doméstico en clima templado, entre popular y media",
        tolerance_percent=5,
        smallest_test_litres=10,
        test_source="NOM-012-SCFI: error máximo tolerado a un medidor en gasto bajo",
        fixtures=[{"code": code, "name": name, "litres": str(litres)} for code, name, litres in FIXTURES],
        fixtures_source="Referencia del organismo para uso ordinario en una casa",
        loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_signatures'),
        ('registry', '0003_account_state_is_known'),
        ('users', '0002_holidays_and_substitutions'),
        ('workorders', '0003_orders_by_issue'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InspectionBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('litres_a_person', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='litros de una persona al día')),
                ('person_source', models.CharField(max_length=300, verbose_name='fundamento de los litros por persona')),
                ('tolerance_percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='error que se tolera a un medidor')),
                ('smallest_test_litres', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='litros de la menor prueba')),
                ('test_source', models.CharField(max_length=300, verbose_name='fundamento de la prueba')),
                ('fixtures', models.JSONField(verbose_name='muebles y salidas de agua')),
                ('fixtures_source', models.CharField(max_length=300, verbose_name='fundamento de los muebles')),
                ('loaded_at', models.DateTimeField(verbose_name='desde cuándo')),
            ],
            options={
                'verbose_name': 'bases del aforo',
                'verbose_name_plural': 'bases de los aforos',
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='workordertype',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='workordertype',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='workorder',
            name='lacks_photo',
            field=models.BooleanField(default=False, verbose_name='falta la fotografía'),
        ),
        migrations.AddField(
            model_name='workordertype',
            name='is_leak',
            field=models.BooleanField(default=False, verbose_name='repara una fuga'),
        ),
        migrations.AddField(
            model_name='workordertypeevent',
            name='is_leak',
            field=models.BooleanField(default=False, verbose_name='repara una fuga'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workordertype',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "workorders_workordertypeevent" ("area_id", "closing_fields", "code", "concept", "effect", "instructions", "is_active", "is_leak", "name", "needs_account", "needs_photo", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "reasons_not_done", "term_hours") SELECT old_values."area_id", old_values."closing_fields", old_values."code", old_values."concept", old_values."effect", old_values."instructions", old_values."is_active", old_values."is_leak", old_values."name", old_values."needs_account", old_values."needs_photo", _pgh_attached_context.value, NOW(), \'update\', old_values."code", old_values."priority", old_values."reasons_not_done", old_values."term_hours" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."code") = (new_values."code") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c4dcc12eeff0a26735822eb4a7e077313deaa733', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_3f4f0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='workorders_workordertype', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workordertype',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "workorders_workordertypeevent" ("area_id", "closing_fields", "code", "concept", "effect", "instructions", "is_active", "is_leak", "name", "needs_account", "needs_photo", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "reasons_not_done", "term_hours") SELECT old_values."area_id", old_values."closing_fields", old_values."code", old_values."concept", old_values."effect", old_values."instructions", old_values."is_active", old_values."is_leak", old_values."name", old_values."needs_account", old_values."needs_photo", _pgh_attached_context.value, NOW(), \'delete\', old_values."code", old_values."priority", old_values."reasons_not_done", old_values."term_hours" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='02f54baed78c61378b194dde85ba4f9c45ff3185', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_0bbbd', referencing='REFERENCING OLD TABLE AS old_values ', table='workorders_workordertype', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('lacks_photo', False), ('state', 'DONE'), _connector='OR'), name='workorder_reviewed_has_its_photo', violation_error_message='A la orden le falta su fotografía: agréguela antes de revisarla.'),
        ),
        migrations.AddConstraint(
            model_name='inspectionbasis',
            constraint=models.CheckConstraint(condition=models.Q(('litres_a_person__gt', 0), ('smallest_test_litres__gt', 0), ('tolerance_percent__gt', 0)), name='inspectionbasis_positive', violation_error_message='Los litros y la tolerancia son mayores que cero.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inspectionbasis',
            trigger=pgtrigger.compiler.Trigger(name='workorders_inspectionbasis_no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'workorders_inspectionbasis is append-only' USING ERRCODE = 'restrict_violation';", hash='dacfa9c9371bbfd77ddf36f8743e53e67bad3b0f', operation='UPDATE OR DELETE', pgid='pgtrigger_workorders_inspectionbasis_no_change_334f1', table='workorders_inspectionbasis', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inspectionbasis',
            trigger=pgtrigger.compiler.Trigger(name='workorders_inspectionbasis_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'workorders_inspectionbasis is append-only' USING ERRCODE = 'restrict_violation';", hash='195f8f32a95bc64792a45cabb9c2801acabc450d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_workorders_inspectionbasis_no_truncate_5e3dc', table='workorders_inspectionbasis', when='BEFORE')),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.AddField(
            model_name='inspectionact',
            name='basis',
            field=models.ForeignKey(default=1, on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='workorders.inspectionbasis', verbose_name='bases con que se calcula'),
            preserve_default=False,
        ),
    ]
