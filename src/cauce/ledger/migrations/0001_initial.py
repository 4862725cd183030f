import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_extensions'),
        ('documents', '0001_initial'),
        ('registry', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='día')),
                ('closed_at', models.DateTimeField(verbose_name='cerrado')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='quién')),
            ],
            options={
                'verbose_name': 'día cerrado',
                'verbose_name_plural': 'días cerrados',
                'permissions': [('import_balances', 'Puede importar saldos del sistema anterior')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='llave')),
                ('body_sha256', models.CharField(max_length=64, verbose_name='huella del contenido')),
                ('operation', models.CharField(max_length=48, verbose_name='operación')),
                ('posted_at', models.DateTimeField(verbose_name='cuándo')),
                ('result', models.JSONField(default=dict, verbose_name='resultado')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='quién')),
            ],
            options={
                'verbose_name': 'asiento',
                'verbose_name_plural': 'asientos',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debit_book', models.CharField(choices=[('OPENING', 'Apertura'), ('RECEIVABLE', 'Por cobrar'), ('AGREEMENT', 'Por cobrar en convenio'), ('FORMER_AGREEMENTS', 'Convenios del sistema anterior'), ('ADVANCES', 'Saldos a favor'), ('CASH', 'Caja'), ('BANK', 'Bancos'), ('CLEARING_DEPOSITS', 'Depósitos de caja en tránsito'), ('CLEARING_CARDS', 'Tarjetas por abonar'), ('CLEARING_CHEQUES', 'Cheques salvo buen cobro'), ('CLEARING_TRANSFERS', 'Transferencias por confirmar'), ('UNIDENTIFIED', 'Depósitos no identificados'), ('REVENUE', 'Ingresos'), ('SURCHARGES', 'Recargos'), ('VAT_PENDING', 'IVA por cobrar'), ('VAT_COLLECTED', 'IVA cobrado'), ('DISCOUNTS', 'Descuentos'), ('ADJUSTMENTS', 'Ajustes'), ('BANK_FEES', 'Comisiones bancarias'), ('OVER_SHORT', 'Sobrantes y faltantes de caja'), ('ROUNDING', 'Redondeo'), ('UNCOLLECTABLE', 'Incobrables')], max_length=20, verbose_name='al libro')),
                ('credit_book', models.CharField(choices=[('OPENING', 'Apertura'), ('RECEIVABLE', 'Por cobrar'), ('AGREEMENT', 'Por cobrar en convenio'), ('FORMER_AGREEMENTS', 'Convenios del sistema anterior'), ('ADVANCES', 'Saldos a favor'), ('CASH', 'Caja'), ('BANK', 'Bancos'), ('CLEARING_DEPOSITS', 'Depósitos de caja en tránsito'), ('CLEARING_CARDS', 'Tarjetas por abonar'), ('CLEARING_CHEQUES', 'Cheques salvo buen cobro'), ('CLEARING_TRANSFERS', 'Transferencias por confirmar'), ('UNIDENTIFIED', 'Depósitos no identificados'), ('REVENUE', 'Ingresos'), ('SURCHARGES', 'Recargos'), ('VAT_PENDING', 'IVA por cobrar'), ('VAT_COLLECTED', 'IVA cobrado'), ('DISCOUNTS', 'Descuentos'), ('ADJUSTMENTS', 'Ajustes'), ('BANK_FEES', 'Comisiones bancarias'), ('OVER_SHORT', 'Sobrantes y faltantes de caja'), ('ROUNDING', 'Redondeo'), ('UNCOLLECTABLE', 'Incobrables')], max_length=20, verbose_name='del libro')),
                ('concept', models.CharField(max_length=24, verbose_name='concepto')),
                ('period', models.DateField(null=True, verbose_name='periodo')),
                ('due_on', models.DateField(null=True, verbose_name='vence')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='importe')),
                ('effective_on', models.DateField(verbose_name='fecha valor')),
                ('booked_on', models.DateField(verbose_name='fecha de registro')),
                ('reason', models.CharField(choices=[('OPENING', 'Saldo inicial'), ('BILL', 'Recibo'), ('SERVICE', 'Servicio'), ('SURCHARGE', 'Recargos'), ('PAYMENT', 'Pago'), ('ADVANCE_APPLIED', 'Saldo a favor aplicado'), ('VAT_COLLECTED', 'IVA cobrado'), ('WAIVER', 'Condonación'), ('ADJUSTMENT', 'Ajuste'), ('ROUNDING', 'Redondeo'), ('REFUND', 'Devolución'), ('REVERSAL', 'Cancelación'), ('SURCHARGE_RETURNED', 'Recargo devuelto'), ('METHOD_CORRECTED', 'Forma de pago corregida'), ('DEPOSIT', 'Depósito en el banco'), ('UNIDENTIFIED', 'Depósito no identificado'), ('SHORTAGE', 'Faltante de caja'), ('SURPLUS', 'Sobrante de caja'), ('DISHONOURED', 'Cheque devuelto o contracargo'), ('AGREEMENT', 'Convenio de pago'), ('AGREEMENT_INTEREST', 'Interés de convenio'), ('INTEREST_FORGIVEN', 'Interés no devengado'), ('COLLECTION_COST', 'Gastos de cobranza'), ('PREPAYMENT_DISCOUNT', 'Descuento por pago anticipado')], max_length=20, verbose_name='motivo')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='registry.account')),
                ('document', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='documents.document')),
                ('party', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.customer')),
                ('posting', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='ledger.posting')),
                ('reverses', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'movimiento',
                'verbose_name_plural': 'movimientos',
                'indexes': [models.Index(condition=models.Q(('account__isnull', False)), fields=['account', 'id'], name='transfer_by_account'), models.Index(condition=models.Q(('account__isnull', True), ('party__isnull', False)), fields=['party', 'id'], name='transfer_by_party'), models.Index(fields=['posting'], name='transfer_by_posting'), models.Index(condition=models.Q(('debit_book', 'ADVANCES'), ('credit_book', 'ADVANCES'), _connector='OR'), fields=['account'], name='transfer_of_advances'), models.Index(condition=models.Q(('debit_book', 'AGREEMENT'), ('credit_book', 'AGREEMENT'), _connector='OR'), fields=['booked_on'], name='transfer_of_agreements')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='transfer_amount_positive', violation_error_message='El importe debe ser mayor que cero.'), models.CheckConstraint(condition=models.Q(('debit_book', models.F('credit_book')), _negated=True), name='transfer_between_two_books', violation_error_message='Un movimiento va de un libro a otro distinto.'), models.CheckConstraint(condition=models.Q(('credit_book__in', ['OPENING', 'RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES', 'CASH', 'BANK', 'CLEARING_DEPOSITS', 'CLEARING_CARDS', 'CLEARING_CHEQUES', 'CLEARING_TRANSFERS', 'UNIDENTIFIED', 'REVENUE', 'SURCHARGES', 'VAT_PENDING', 'VAT_COLLECTED', 'DISCOUNTS', 'ADJUSTMENTS', 'BANK_FEES', 'OVER_SHORT', 'ROUNDING', 'UNCOLLECTABLE']), ('debit_book__in', ['OPENING', 'RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES', 'CASH', 'BANK', 'CLEARING_DEPOSITS', 'CLEARING_CARDS', 'CLEARING_CHEQUES', 'CLEARING_TRANSFERS', 'UNIDENTIFIED', 'REVENUE', 'SURCHARGES', 'VAT_PENDING', 'VAT_COLLECTED', 'DISCOUNTS', 'ADJUSTMENTS', 'BANK_FEES', 'OVER_SHORT', 'ROUNDING', 'UNCOLLECTABLE'])), name='transfer_books_known', violation_error_message='Ese libro no existe.'), models.CheckConstraint(condition=models.Q(('party__isnull', False), models.Q(('debit_book__in', ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')), ('credit_book__in', ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')), _connector='OR', _negated=True), _connector='OR'), name='transfer_book_needs_party', violation_error_message='Ese libro necesita a la persona que debe o a la que se debe.'), models.CheckConstraint(condition=models.Q(('account__isnull', True), ('party__isnull', False), _connector='OR'), name='transfer_account_has_party', violation_error_message='Un movimiento de una cuenta lleva a su titular.'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'REVERSAL'), ('reverses__isnull', False)), models.Q(models.Q(('reason', 'REVERSAL'), _negated=True), ('reverses__isnull', True)), _connector='OR'), name='transfer_reversal_says_of_what', violation_error_message='Una cancelación dice qué movimiento cancela.'), models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses',), name='transfer_reversed_once', violation_error_message='Ese movimiento ya fue cancelado.')],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='importe')),
                ('effective_on', models.DateField(verbose_name='fecha valor')),
                ('reverses', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.allocation')),
                ('posting', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.posting')),
                ('charge', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.transfer')),
                ('credit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'aplicación',
                'verbose_name_plural': 'aplicaciones',
                'indexes': [models.Index(fields=['posting'], name='allocation_by_posting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('reverses__isnull', True)), models.Q(('amount__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='allocation_sign', violation_error_message='Una aplicación es positiva, y negativa sólo cuando cancela a otra.'), models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses',), name='allocation_reversed_once', violation_error_message='Esa aplicación ya fue cancelada.')],
            },
        ),
    ]
