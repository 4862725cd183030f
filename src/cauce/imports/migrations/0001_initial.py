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
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('REGISTRY', 'Padrón'), ('PREVIOUS_READINGS', 'Lecturas previas'), ('CONSUMPTION', 'Consumos históricos'), ('BALANCES', 'Saldos'), ('READINGS', 'Lecturas'), ('BANK', 'Banco')], max_length=24, verbose_name='archivo de')),
                ('file_name', models.CharField(max_length=255, verbose_name='nombre del archivo')),
                ('stored_as', models.CharField(blank=True, max_length=255, verbose_name='guardado como')),
                ('sha256', models.CharField(max_length=64, verbose_name='huella SHA-256')),
                ('size_bytes', models.BigIntegerField(verbose_name='tamaño (bytes)')),
                ('encoding', models.CharField(blank=True, max_length=16, verbose_name='codificación')),
                ('state', models.CharField(choices=[('PENDING', 'Por importar'), ('RUNNING', 'Importando'), ('DONE', 'Terminada'), ('FAILED', 'Falló'), ('CANCELLED', 'Cancelada')], default='PENDING', max_length=12, verbose_name='estado')),
                ('dry_run', models.BooleanField(default=False, verbose_name='sólo revisar')),
                ('rows', models.IntegerField(default=0, verbose_name='renglones')),
                ('taken', models.IntegerField(default=0, verbose_name='aceptados')),
                ('new', models.IntegerField(default=0, verbose_name='nuevos')),
                ('rejected', models.IntegerField(default=0, verbose_name='rechazados')),
                ('flagged', models.IntegerField(default=0, verbose_name='con aviso')),
                ('by_code', models.JSONField(default=dict, verbose_name='por motivo')),
                ('extra', models.JSONField(default=dict, verbose_name='otros resultados')),
                ('bytes_done', models.BigIntegerField(default=0, verbose_name='bytes leídos')),
                ('created_at', models.DateTimeField(verbose_name='recibido')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='empezó')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='terminó')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='quién')),
            ],
            options={
                'verbose_name': 'importación',
                'verbose_name_plural': 'importaciones',
                'indexes': [models.Index(fields=['kind', 'state'], name='imports_by_kind_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rows__gte', models.F('rejected')), ('taken__gte', models.F('new'))), name='imports_batch_counts_agree', violation_error_message='Los conteos de la importación no cuadran.')],
            },
        ),
        migrations.CreateModel(
            name='ImportFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.IntegerField(verbose_name='renglón')),
                ('severity', models.CharField(choices=[('ERROR', 'No entró'), ('WARNING', 'Entró con aviso')], max_length=8, verbose_name='gravedad')),
                ('code', models.CharField(max_length=40, verbose_name='motivo')),
                ('field', models.CharField(blank=True, max_length=40, verbose_name='campo')),
                ('message', models.TextField(verbose_name='qué pasa y qué hacer')),
                ('text', models.TextField(blank=True, verbose_name='lo que dice el renglón')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='imports.importbatch', verbose_name='importación')),
            ],
            options={
                'verbose_name': 'hallazgo',
                'verbose_name_plural': 'hallazgos',
                'indexes': [models.Index(fields=['batch', 'line', 'id'], name='imports_findings_by_line'), models.Index(fields=['batch', 'code'], name='imports_findings_by_code')],
            },
        ),
        migrations.CreateModel(
            name='TakenRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('REGISTRY', 'Padrón'), ('PREVIOUS_READINGS', 'Lecturas previas'), ('CONSUMPTION', 'Consumos históricos'), ('BALANCES', 'Saldos'), ('READINGS', 'Lecturas'), ('BANK', 'Banco')], max_length=24, verbose_name='archivo de')),
                ('key', models.CharField(max_length=40, verbose_name='clave')),
                ('fingerprint', models.BinaryField(verbose_name='huella')),
                ('line', models.IntegerField(verbose_name='renglón')),
                ('batch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='imports.importbatch', verbose_name='importación')),
            ],
            options={
                'verbose_name': 'renglón importado',
                'verbose_name_plural': 'renglones importados',
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='imports_takenrow_once', violation_error_message='Ese renglón ya se había importado.')],
            },
        ),
    ]
