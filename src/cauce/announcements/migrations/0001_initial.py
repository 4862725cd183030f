import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_extensions'),
        ('documents', '0001_initial'),
        ('registry', '0001_initial'),
        ('users', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('LEAFLET', 'Folleto'), ('EVENT', 'Evento'), ('COURSE', 'Curso')], max_length=7, verbose_name='clase')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='nombre')),
                ('about', models.TextField(blank=True, verbose_name='de qué trata')),
                ('happens_at', models.DateTimeField(blank=True, null=True, verbose_name='cuándo es')),
                ('place', models.CharField(blank=True, max_length=160, verbose_name='dónde es')),
                ('left', models.PositiveIntegerField(default=0, verbose_name='quedan')),
                ('is_active', models.BooleanField(default=True, verbose_name='vigente')),
            ],
            options={
                'verbose_name': 'material de difusión',
                'verbose_name_plural': 'materiales de difusión',
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='announcement', serialize=False, to='documents.document', verbose_name='documento')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='llave')),
                ('kind', models.CharField(choices=[('SUPPLY_CUT', 'Corte programado del suministro'), ('LOW_PRESSURE', 'Baja presión'), ('REPAIR', 'Reparación en curso'), ('NOTICE', 'Aviso general')], max_length=12, verbose_name='clase')),
                ('title', models.CharField(max_length=120, verbose_name='título')),
                ('body', models.TextField(verbose_name='texto del aviso')),
                ('reason', models.CharField(blank=True, max_length=160, verbose_name='motivo')),
                ('starts_at', models.DateTimeField(verbose_name='desde')),
                ('ends_at', models.DateTimeField(verbose_name='hasta')),
                ('is_for_everybody', models.BooleanField(default=False, verbose_name='es para todos')),
                ('written_at', models.DateTimeField(verbose_name='escrito')),
                ('published_at', models.DateTimeField(null=True, verbose_name='publicado')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='retirado')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=160, verbose_name='por qué se retiró')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo publicó')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo escribió')),
            ],
            options={
                'verbose_name': 'aviso al público',
                'verbose_name_plural': 'avisos al público',
                'permissions': [('publish_announcement', 'Puede publicar avisos al público')],
                'indexes': [models.Index(fields=['starts_at', 'ends_at'], name='announcement_by_dates')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='announcement_dates_in_order', violation_error_message='El aviso termina después de empezar.')],
            },
        ),
        migrations.CreateModel(
            name='SupplyTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Lunes'), (1, 'Martes'), (2, 'Miércoles'), (3, 'Jueves'), (4, 'Viernes'), (5, 'Sábado'), (6, 'Domingo')], verbose_name='día')),
                ('from_time', models.TimeField(verbose_name='de')),
                ('until_time', models.TimeField(verbose_name='a')),
                ('valid_from', models.DateField(verbose_name='vigente desde')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='vigente hasta')),
                ('sector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_turns', to='registry.sector', verbose_name='sector')),
            ],
            options={
                'verbose_name': 'turno de suministro',
                'verbose_name_plural': 'turnos de suministro',
                'indexes': [models.Index(fields=['sector', 'weekday'], name='supplyturn_by_sector')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_time__gt', models.F('from_time'))), name='supplyturn_hours_in_order', violation_error_message='El suministro termina después de empezar.'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='supplyturn_dates_in_order', violation_error_message='La fecha final debe ser posterior a la inicial.')],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.account', verbose_name='cuenta')),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='announcements.announcement', verbose_name='aviso')),
                ('route', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.route', verbose_name='ruta')),
                ('sector', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.sector', verbose_name='sector')),
            ],
            options={
                'verbose_name': 'alcance de un aviso',
                'verbose_name_plural': 'alcances de un aviso',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('route__isnull', True), ('sector__isnull', False)), models.Q(('account__isnull', True), ('route__isnull', False), ('sector__isnull', True)), models.Q(('account__isnull', False), ('route__isnull', True), ('sector__isnull', True)), _connector='OR'), name='announcementplace_is_one_thing', violation_error_message='Elija un sector, una ruta o una cuenta.'), models.UniqueConstraint(fields=('announcement', 'sector', 'route', 'account'), name='announcementplace_once', nulls_distinct=False, violation_error_message='Ya está en el aviso.')],
            },
        ),
        migrations.CreateModel(
            name='OfferingRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='cantidad')),
                ('note', models.CharField(blank=True, max_length=160, verbose_name='para qué')),
                ('state', models.CharField(choices=[('ASKED', 'Pedido'), ('DELIVERED', 'Entregado'), ('REFUSED', 'No se pudo')], default='ASKED', max_length=9, verbose_name='estado')),
                ('asked_at', models.DateTimeField(verbose_name='pedido')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='atendido')),
                ('answer', models.CharField(blank=True, max_length=160, verbose_name='respuesta')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo atendió')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.area', verbose_name='área')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién lo pidió')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='announcements.offering', verbose_name='material')),
            ],
            options={
                'verbose_name': 'solicitud de material de difusión',
                'verbose_name_plural': 'solicitudes de material de difusión',
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='offeringrequest_asks_something', violation_error_message='Pida uno o más.')],
            },
        ),
        migrations.CreateModel(
            name='OfferingMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.IntegerField(verbose_name='cantidad')),
                ('reason', models.CharField(max_length=160, verbose_name='motivo')),
                ('at', models.DateTimeField(verbose_name='cuándo')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='announcements.offering', verbose_name='material')),
                ('request', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movement', to='announcements.offeringrequest', verbose_name='solicitud')),
            ],
            options={
                'verbose_name': 'movimiento de material de difusión',
                'verbose_name_plural': 'movimientos de material de difusión',
            },
        ),
    ]
