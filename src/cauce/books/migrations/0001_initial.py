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
            name='DayBook',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='día')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='número')),
                ('content', models.TextField(verbose_name='contenido')),
                ('previous_sha256', models.CharField(blank=True, max_length=64, verbose_name='sello anterior')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='sello')),
                ('closed_at', models.DateTimeField(verbose_name='cerrado')),
                ('entries', models.PositiveIntegerField(verbose_name='asientos')),
                ('last_event_id', models.BigIntegerField(verbose_name='último evento')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo cerró')),
                ('previous', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='following', to='books.daybook', verbose_name='libro anterior')),
            ],
            options={
                'verbose_name': 'libro de registros',
                'verbose_name_plural': 'libros de registros',
                'permissions': [('close_daybook', 'Puede cerrar el libro de registros'), ('propose_annex', 'Puede proponer anexos a un libro cerrado'), ('approve_annex', 'Puede aprobar anexos a un libro cerrado')],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('previous__isnull', True), ('previous_sha256', '')), models.Q(('number__gt', 1), ('previous__isnull', False), models.Q(('previous_sha256', ''), _negated=True)), _connector='OR'), name='daybook_continues_another', violation_error_message='Un libro continúa al anterior.'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='daybook_seal_is_sha256', violation_error_message='El sello no es una huella SHA-256.')],
            },
        ),
        migrations.CreateModel(
            name='NoteRegister',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='día')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='número')),
                ('content', models.TextField(verbose_name='contenido')),
                ('previous_sha256', models.CharField(blank=True, max_length=64, verbose_name='sello anterior')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='sello')),
                ('closed_at', models.DateTimeField(verbose_name='cerrado')),
                ('outstanding', models.PositiveIntegerField(verbose_name='pagarés por cobrar')),
                ('balance', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='saldo final')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo cerró')),
                ('previous', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='following', to='books.noteregister', verbose_name='libro anterior')),
            ],
            options={
                'verbose_name': 'auxiliar de pagarés',
                'verbose_name_plural': 'auxiliares de pagarés',
                'permissions': [('close_noteregister', 'Puede cerrar el auxiliar de pagarés')],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('previous__isnull', True), ('previous_sha256', '')), models.Q(('number__gt', 1), ('previous__isnull', False), models.Q(('previous_sha256', ''), _negated=True)), _connector='OR'), name='noteregister_continues_another', violation_error_message='Un libro continúa al anterior.'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='noteregister_seal_is_sha256', violation_error_message='El sello no es una huella SHA-256.')],
            },
        ),
        migrations.CreateModel(
            name='AnnexProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='llave')),
                ('text', models.TextField(verbose_name='qué se agrega')),
                ('reason', models.CharField(max_length=200, verbose_name='por qué no se asentó ese día')),
                ('happened_at', models.DateTimeField(verbose_name='cuándo pasó')),
                ('state', models.CharField(choices=[('PROPOSED', 'Propuesto'), ('APPROVED', 'Aprobado'), ('REFUSED', 'No aprobado')], default='PROPOSED', max_length=8, verbose_name='estado')),
                ('proposed_at', models.DateTimeField(verbose_name='propuesto')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='resuelto')),
                ('decision_note', models.CharField(blank=True, max_length=200, verbose_name='resolución')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién resolvió')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo propone')),
                ('book', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='books.daybook', verbose_name='libro')),
                ('register', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='books.noteregister', verbose_name='auxiliar')),
            ],
            options={
                'verbose_name': 'propuesta de anexo',
                'verbose_name_plural': 'propuestas de anexo',
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='annexproposal_by_two_people', violation_error_message='Quien propone el anexo no puede aprobarlo.'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='annexproposal_says_what_and_why', violation_error_message='Escriba qué se agrega y por qué no se asentó ese día.'), models.CheckConstraint(condition=models.Q(('book__isnull', True), ('register__isnull', True), _connector='XOR'), name='annexproposal_of_one_book', violation_error_message='Un anexo es de un libro o de un auxiliar.')],
            },
        ),
        migrations.CreateModel(
            name='BookAnnex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='número')),
                ('content', models.TextField(verbose_name='contenido')),
                ('previous_sha256', models.CharField(max_length=64, verbose_name='sello anterior')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='sello')),
                ('sealed_at', models.DateTimeField(verbose_name='sellado')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='annex', to='books.annexproposal', verbose_name='propuesta')),
                ('book', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annexes', to='books.daybook', verbose_name='libro')),
                ('register', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annexes', to='books.noteregister', verbose_name='auxiliar')),
            ],
            options={
                'verbose_name': 'anexo de un libro',
                'verbose_name_plural': 'anexos de un libro',
                'constraints': [models.UniqueConstraint(fields=('book', 'number'), name='bookannex_numbered_once', violation_error_message='Ese anexo ya existe.'), models.UniqueConstraint(fields=('register', 'number'), name='bookannex_numbered_once_in_register', violation_error_message='Ese anexo ya existe.'), models.CheckConstraint(condition=models.Q(('book__isnull', True), ('register__isnull', True), _connector='XOR'), name='bookannex_of_one_book', violation_error_message='Un anexo es de un libro o de un auxiliar.'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='bookannex_seal_is_sha256', violation_error_message='El sello no es una huella SHA-256.')],
            },
        ),
    ]
