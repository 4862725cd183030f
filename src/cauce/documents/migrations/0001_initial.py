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
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('OPENING', 'Saldo inicial'), ('BILL', 'Recibo'), ('SURCHARGE', 'Recargos'), ('PAYMENT', 'Comprobante de pago'), ('REVERSAL', 'Cancelación'), ('PAYMENT_ORDER', 'Orden de pago'), ('ADJUSTMENT', 'Ajuste'), ('WAIVER', 'Condonación'), ('ADVANCE_APPLIED', 'Aplicación de saldo a favor'), ('REFUND', 'Devolución'), ('SESSION_CLOSE', 'Corte de caja'), ('CASH_RECORD', 'Acta de caja'), ('WITHDRAWAL', 'Retiro de caja'), ('BANK_DEPOSIT', 'Ficha de depósito'), ('DISHONOUR', 'Cheque devuelto o contracargo'), ('CLEARING_MATCH', 'Conciliación'), ('CLAIM', 'Aclaración de pago'), ('VOUCHER', 'Vale'), ('CASE', 'Caso'), ('ANSWER', 'Respuesta por escrito'), ('WORK_ORDER', 'Orden de trabajo'), ('DELIVERY_LIST', 'Relación de órdenes'), ('INSPECTION', 'Aforo'), ('INSPECTION_ACT', 'Acta de aforo'), ('SYSTEM_REQUEST', 'Solicitud a Informática'), ('ANNOUNCEMENT', 'Aviso al público'), ('REPORT', 'Informe'), ('AGREEMENT', 'Convenio de pago'), ('PROMISSORY_NOTE', 'Pagaré'), ('PREPAYMENT', 'Pago anticipado'), ('NOTICE', 'Aviso de adeudo'), ('COLLECTION_BATCH', 'Relación de cobranza'), ('LEGAL_RECORD', 'Actuación')], max_length=24, verbose_name='clase')),
                ('series', models.CharField(max_length=24, verbose_name='serie')),
                ('number', models.BigIntegerField(verbose_name='número')),
                ('issued_on', models.DateField(verbose_name='fecha')),
                ('created_at', models.DateTimeField(verbose_name='creado')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='quién')),
            ],
            options={
                'verbose_name': 'documento',
                'verbose_name_plural': 'documentos',
                'constraints': [models.UniqueConstraint(fields=('series', 'number'), name='document_folio_unique', violation_error_message='Ese folio ya existe en la serie.'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='document_number_positive', violation_error_message='El folio debe ser 1 o mayor.')],
            },
        ),
        migrations.CreateModel(
            name='FolioSeries',
            fields=[
                ('code', models.CharField(max_length=24, primary_key=True, serialize=False, verbose_name='serie')),
                ('name', models.CharField(max_length=80, verbose_name='nombre')),
                ('next_number', models.BigIntegerField(default=1, verbose_name='siguiente folio')),
            ],
            options={
                'verbose_name': 'serie de folios',
                'verbose_name_plural': 'series de folios',
                'constraints': [models.CheckConstraint(condition=models.Q(('next_number__gte', 1)), name='folioseries_next_number_positive', violation_error_message='El siguiente folio debe ser 1 o mayor.')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='huella')),
                ('name', models.CharField(max_length=200, verbose_name='nombre')),
                ('content_type', models.CharField(max_length=80, verbose_name='tipo')),
                ('size_bytes', models.BigIntegerField(verbose_name='tamaño')),
                ('stored_at', models.DateTimeField(verbose_name='guardado')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='quién')),
            ],
            options={
                'verbose_name': 'archivo',
                'verbose_name_plural': 'archivos',
            },
        ),
        migrations.CreateModel(
            name='SignatureRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='llave')),
                ('kind', models.CharField(max_length=48, verbose_name='clase')),
                ('title', models.CharField(max_length=200, verbose_name='qué es')),
                ('subject_kind', models.CharField(max_length=48, verbose_name='objeto')),
                ('subject_id', models.BigIntegerField(verbose_name='número del objeto')),
                ('account_id', models.BigIntegerField(null=True, verbose_name='cuenta')),
                ('role', models.CharField(max_length=40, verbose_name='puesto que firma')),
                ('state', models.CharField(choices=[('WAITING', 'Para firma'), ('SIGNED', 'Firmado'), ('RETURNED', 'Devuelto'), ('WITHDRAWN', 'Retirado')], default='WAITING', max_length=9, verbose_name='estado')),
                ('asked_at', models.DateTimeField(verbose_name='pedida')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='resuelta')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='nota')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién la pide')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién firmó')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signature_requests', to='documents.document', verbose_name='documento')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile', verbose_name='archivo')),
            ],
            options={
                'verbose_name': 'firma pedida',
                'verbose_name_plural': 'firmas pedidas',
                'permissions': [('sign_document', 'Puede firmar documentos')],
                'indexes': [models.Index(fields=['role', 'state', 'asked_at'], name='signaturerequest_by_role'), models.Index(fields=['subject_kind', 'subject_id'], name='signaturerequest_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('state', 'SIGNED'), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='signaturerequest_by_two_people', violation_error_message='Quien pide la firma no puede firmar.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'RETURNED'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='signaturerequest_returned_says_why', violation_error_message='Escriba por qué se devuelve.')],
            },
        ),
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
    ]
