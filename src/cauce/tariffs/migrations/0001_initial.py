import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_extensions'),
        ('users', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='TariffCode',
            fields=[
                ('code', models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name='clave')),
                ('name', models.CharField(max_length=80, verbose_name='nombre')),
                ('use_class', models.CharField(choices=[('DOMESTIC', 'Doméstico'), ('MIXED', 'Combinado'), ('COMMERCIAL', 'Comercial'), ('INDUSTRIAL', 'Industrial'), ('PUBLIC_SCHOOL', 'Escuela oficial'), ('PRIVATE_SCHOOL', 'Escuela particular'), ('GOVERNMENT', 'Oficina de gobierno')], max_length=16, verbose_name='uso')),
            ],
            options={
                'verbose_name': 'clave de tarifa',
                'verbose_name_plural': 'claves de tarifa',
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.CharField(max_length=80, verbose_name='municipio')),
                ('year', models.PositiveSmallIntegerField(verbose_name='ejercicio')),
                ('law', models.CharField(max_length=240, verbose_name='ley')),
                ('decree', models.CharField(max_length=80, verbose_name='decreto')),
                ('valid_from', models.DateField(verbose_name='vigente desde')),
                ('valid_until', models.DateField(verbose_name='deja de regir el')),
                ('official', models.BooleanField(verbose_name='oficial')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='huella')),
                ('content', models.JSONField(verbose_name='archivos de la ley')),
                ('loaded_at', models.DateTimeField(verbose_name='cargada el')),
                ('loaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cargó')),
            ],
            options={
                'verbose_name': 'ley cargada',
                'verbose_name_plural': 'leyes cargadas',
                'permissions': [('load_law', 'Puede cargar una ley de ingresos'), ('approve_law', 'Puede poner en vigor una ley de ingresos')],
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__lt', models.F('valid_until'))), name='schedule_validity_in_order', violation_error_message='La ley debe dejar de regir después del día en que empieza.')],
            },
        ),
        migrations.CreateModel(
            name='LawDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('DISCARDED', 'Descartada'), ('TAKEN_UP', 'Retomada')], max_length=9, verbose_name='decisión')),
                ('reason', models.TextField(verbose_name='motivo')),
                ('decided_at', models.DateTimeField(verbose_name='decidido el')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decidió')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='tariffs.schedule', verbose_name='ley')),
            ],
            options={
                'verbose_name': 'decisión sobre una ley',
                'verbose_name_plural': 'decisiones sobre leyes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LawInForce',
            fields=[
                ('schedule', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='in_force', serialize=False, to='tariffs.schedule', verbose_name='ley')),
                ('valid_from', models.DateField(verbose_name='vigente desde')),
                ('valid_until', models.DateField(verbose_name='deja de regir el')),
                ('approved_at', models.DateTimeField(verbose_name='autorizada el')),
                ('falls_basis', models.TextField(blank=True, verbose_name='fundamento de lo que baja')),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='autorizó')),
            ],
            options={
                'verbose_name': 'vigencia de la ley',
                'verbose_name_plural': 'vigencias de la ley',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__lt', models.F('valid_until'))), name='law_in_force_validity_in_order', violation_error_message='La ley debe dejar de regir después del día en que empieza.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('valid_from', 'valid_until', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='law_in_force_one_at_a_time', violation_error_message='Ya hay otra ley en vigor en esas fechas.')],
            },
        ),
    ]
