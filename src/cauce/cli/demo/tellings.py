"""What people of the demonstration say and how they are answered, by type of case; what is found in the street."""

from typing import Final, NamedTuple


class Telling(NamedTuple):
    """A type of case: how often it comes, what is said of it, and how it is answered (sense and words)."""

    weight: int
    told: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]


TELLINGS: Final[dict[str, Telling]] = {
    "ALTO-CONSUMO": Telling(
        14,
        (
            "Dice que siempre paga menos de doscientos pesos y que este mes le llegó más del doble; son dos personas.",
            "Le subió mucho el recibo, no hay fuga que se vea y no llenaron la cisterna más que de costumbre.",
            "La casa estuvo sola tres semanas y aun así le cobran el consumo de siempre. Quiere que vayan a ver.",
            "Reclama el consumo: cambió el flotador del tinaco hace dos meses y cree que el medidor quedó adelantado.",
        ),
        (
            (
                "REFUSED",
                "Se verificó la lectura en su domicilio y corresponde a la del recibo; se explicó el consumo por día.",
            ),
            ("UPHELD", "La lectura estaba mal tomada; se corrige en el siguiente recibo y no se generan recargos."),
            ("INFORMED", "Se encontró el sanitario pasando agua; se dejó indicado cómo repararlo y cómo revisar."),
        ),
    ),
    "LECTURA-EQUIVOCADA": Telling(
        5,
        (
            "El medidor marca menos que la lectura del recibo; trae la fotografía en el teléfono.",
            "La serie que viene en el recibo no es la de su medidor.",
            "Le leyeron el medidor del vecino: los dos están en el mismo cuadro.",
        ),
        (
            ("UPHELD", "Procede: se tomó otra vez la lectura y se corrige el consumo del periodo."),
            ("REFUSED", "No procede: la lectura del recibo es la que muestra el medidor, y la serie coincide."),
        ),
    ),
    "COBRO-INDEBIDO": Telling(
        4,
        (
            "No reconoce el concepto de tratamiento; dice que en su colonia no hay drenaje.",
            "Le aparece una reconexión que no pidió.",
            "Pregunta por qué le cobran alcantarillado si tiene fosa.",
        ),
        (
            (
                "REFUSED",
                "El concepto está en la Ley de Ingresos y corresponde al servicio que recibe; se explicó el cálculo.",
            ),
            ("PARTLY", "Procede en parte: se cancela el concepto del último periodo y se conserva el anterior."),
        ),
    ),
    "RECARGOS": Telling(
        4,
        (
            "Pagó en la tienda un día después y le cobraron recargos.",
            "Dice que no le llegó el recibo y por eso pagó tarde.",
        ),
        (("INFORMED", "Se revisó su estado de cuenta con la persona y se explicó desde cuándo corren los recargos."),),
    ),
    "CUOTA-FIJA": Telling(
        2,
        ("La casa está sola desde que falleció su mamá y le siguen cobrando cuota fija.",),
        (("INFORMED", "Se explicó la suspensión voluntaria y la instalación de medidor, con sus costos."),),
    ),
    "PAGO-NO-REFLEJADO": Telling(
        4,
        (
            "Pagó en la tienda de la esquina el viernes y todavía aparece el adeudo. Trae el comprobante.",
            "Hizo la transferencia desde su teléfono y no se refleja; dicta el número de autorización.",
        ),
        (
            ("UPHELD", "El pago apareció en el archivo del banco y ya está aplicado a su cuenta."),
            ("REFUSED", "El comprobante es de otra cuenta; se le indicó acudir con el establecimiento."),
        ),
    ),
    "PAGO-A-OTRA-CUENTA": Telling(
        2,
        ("Pagó con el recibo de su hermana por error y quiere que se pase a la suya.",),
        (("UPHELD", "Se pasó el pago a la cuenta correcta, con la conformidad de la otra persona."),),
    ),
    "RECIBO-NO-ENTREGADO": Telling(
        5,
        (
            "No le ha llegado el recibo de este mes.",
            "Le dejan el recibo en la casa de al lado.",
        ),
        (("INFORMED", "Se le dijo su adeudo y la fecha de pago; se avisó a reparto para confirmar el domicilio."),),
    ),
    "RECIBO-DATOS": Telling(
        2,
        ("El nombre de la calle viene mal escrito en su recibo.",),
        (("UPHELD", "Se corrigió el domicilio con su comprobante; saldrá bien en el siguiente recibo."),),
    ),
    "NO-LLEGA-AGUA": Telling(
        9,
        (
            "Desde ayer en la tarde no llega nada de agua, tampoco a los vecinos de esa cuadra.",
            "No hay agua en toda la privada desde las seis de la mañana.",
            "Sólo a su casa no le llega; la llave de banqueta está abierta.",
        ),
        (
            ("UPHELD", "Se abrió la válvula del sector y se comprobó que ya llega con presión."),
            ("INFORMED", "Fue por el tandeo de su sector; se informó el horario de suministro."),
        ),
    ),
    "BAJA-PRESION": Telling(
        4,
        ("En la planta alta casi no sube el agua por las mañanas.", "Sale un hilito en toda la casa desde el lunes."),
        (("UPHELD", "Se limpió el filtro del medidor y subió la presión."),),
    ),
    "FUGA-TOMA": Telling(
        6,
        (
            "Se está saliendo el agua por la banqueta, junto a la toma.",
            "Hay un charco que no se seca frente a la casa y se oye correr agua.",
        ),
        (("UPHELD", "Se reparó la toma y se dejó señalada la zanja para el bacheo."),),
    ),
    "FUGA-MEDIDOR": Telling(
        4,
        ("Gotea el cuadro del medidor desde que pasó el lecturista.", "Sale agua por la tuerca del medidor."),
        (("UPHELD", "Se cambiaron los empaques del cuadro y no quedó goteo."),),
    ),
    "FUGA-CALLE": Telling(
        7,
        (
            "Está brotando agua a media calle y ya se hizo un hoyo.",
            "Se reventó el tubo donde estaban metiendo la fibra; el agua llega hasta la esquina.",
            "Sale mucha agua limpia de la coladera desde la madrugada.",
        ),
        (("UPHELD", "Se reparó la red y se restableció el servicio en la calle."),),
    ),
    "DRENAJE-TAPADO": Telling(
        5,
        (
            "Se regresa el drenaje en el baño y huele mucho.",
            "Brota agua negra en la calle, frente al número que da.",
        ),
        (("UPHELD", "Se desazolvó la descarga; corre con normalidad."),),
    ),
    "POZO-SIN-TAPA": Telling(
        1,
        ("Se robaron la tapa del pozo de visita y pasan niños a la escuela.",),
        (("UPHELD", "Se colocó brocal y tapa nuevos."),),
    ),
    "CALIDAD-AGUA": Telling(
        2,
        ("Sale el agua color café desde que abrieron en la esquina.", "El agua huele mucho a cloro."),
        (("UPHELD", "Se purgó la toma y se midió el cloro: quedó dentro de la norma."),),
    ),
    "BACHE": Telling(
        2,
        ("Dejaron abierta la zanja de la reparación y ya se cayó una moto.",),
        (("UPHELD", "Se compactó y se repuso el asfalto."),),
    ),
    "MEDIDOR-PARADO": Telling(
        2,
        ("El medidor no se mueve aunque abran la llave.", "La carátula está empañada y no se ve la lectura."),
        (("UPHELD", "Se cambió el medidor."),),
    ),
    "TOMA-CLANDESTINA": Telling(
        1,
        ("Reporta que en la obra de la esquina se conectaron de noche a la red. No quiere dar su nombre.",),
        (("INFORMED", "Se inspeccionó el lugar y se levantó el acta que corresponde."),),
    ),
    "DESPERDICIO": Telling(
        2,
        ("Un vecino lava la banqueta con la manguera abierta todos los días.",),
        (("INFORMED", "Se visitó el domicilio y se dejó el folleto de cuidado del agua."),),
    ),
    "CAMBIO-TARIFA": Telling(
        2,
        ("Cerró la tortillería hace dos meses y quiere que le cobren como casa.",),
        (("UPHELD", "Se verificó el uso y el cambio rige desde el siguiente periodo."),),
    ),
    "DESCUENTO-EDAD": Telling(
        3,
        ("Cumplió sesenta años y trae su credencial para el descuento.", "Viene a renovar el beneficio de pensionado."),
        (("UPHELD", "Quedó registrado el beneficio; se aplica desde el siguiente recibo."),),
    ),
    "CAMBIO-TITULAR": Telling(
        2,
        ("Compró la casa y quiere el recibo a su nombre; trae la escritura.",),
        (("UPHELD", "Se integró el expediente y se canalizó al trámite de cambio de titular."),),
    ),
    "FACTIBILIDAD": Telling(
        1,
        ("Pide la carta de factibilidad para doce viviendas en su predio.",),
        (("INFORMED", "Se integró el expediente y se indicó el costo del estudio."),),
    ),
    "CONSTANCIA": Telling(
        3,
        ("Necesita la constancia de no adeudo para vender.",),
        (("UPHELD", "Se entregó la constancia."),),
    ),
    "SUSPENSION-VOLUNTARIA": Telling(
        1,
        ("Se va a vivir con su hija y quiere suspender el servicio.",),
        (("UPHELD", "Se recibió la solicitud y se explicó cómo reanudar el servicio."),),
    ),
    "REVISION-MEDIDOR": Telling(
        3,
        ("Quiere que prueben su medidor: cree que cuenta de más.",),
        (
            ("REFUSED", "La prueba dio dentro de la tolerancia: el medidor registra bien."),
            ("UPHELD", "La prueba dio fuera de la tolerancia: se propone el cambio del medidor."),
        ),
    ),
    "PIPA": Telling(
        2,
        ("Pide una pipa para la primaria: llevan dos días sin agua.",),
        (("UPHELD", "Se entregó el agua en el depósito de la escuela."),),
    ),
    "QUEJA-PERSONAL": Telling(
        1,
        ("Dice que quien repara las fugas le contestó mal y dejó la tierra en su entrada.",),
        (("INFORMED", "Se habló con la persona y con su área; se retiró la tierra y se ofreció una disculpa."),),
    ),
    "ATENCION-OFICIO": Telling(
        2,
        (
            "El comité de colonos pide informe de las fugas atendidas en su calle durante el año.",
            "La escuela secundaria pide una plática sobre el cuidado del agua.",
        ),
        (("INFORMED", "Se contestó por escrito con lo que informó el área."),),
    ),
}

# What the crews find, by kind of order; the rest, «Se atendió sin novedad.».
NOTES: Final[dict[str, tuple[str, ...]]] = {
    "FUGA-TOMA": ("Se cambió tramo de manguera y dos coples.", "Fuga en la abrazadera; se apretó y quedó seca."),
    "FUGA-RED": ("Abrazadera de reparación en tubo de 2 pulgadas. Falta bacheo.", "Se cerró media hora el crucero."),
    "FUGA-CUADRO": ("Se cambiaron empaques.", "Tuerca floja; se apretó y se puso teflón."),
    "FALTA-AGUA": ("Válvula del crucero casi cerrada; se abrió.", "Filtro del medidor tapado con arena."),
    "CALIDAD-AGUA": ("Se purgó diez minutos. Cloro residual 0.8.",),
    "DRENAJE-TAPADO": ("Se sondearon doce metros; había trapos.", "Tapón de grasa a la salida del registro."),
    "POZO-SIN-TAPA": ("Brocal y tapa nuevos.",),
    "BACHEO": ("Se compactó y se pusieron tres metros cuadrados.",),
    "VERIFICA-LECTURA": ("Serie correcta; la lectura es la que marca.", "Se leyó dos veces, sin movimiento en reposo."),
    "VERIFICA-TOMA": ("Local cerrado, uso doméstico, una vivienda.",),
    "TOMA-CLANDESTINA": ("Manguera conectada antes del cuadro; se fotografió.",),
    "PIPA": ("Se entregaron ocho metros cúbicos; recibió la directora.",),
    "GEOFONO": ("Suena en el patio, a dos metros del registro.",),
}
PLAIN_NOTE: Final = "Se atendió sin novedad."

# Calls that are answered then and there: what about, and what was said.
ENQUIRIES: Final = (
    ("Pregunta cuánto debe", "Se le dijo su adeudo y dónde puede pagar."),
    ("Pregunta hasta cuándo puede pagar", "Se le dijo la fecha de vencimiento y los horarios de cajas."),
    ("Pregunta qué se necesita para un contrato", "Se le leyeron los requisitos y el costo."),
    ("Pregunta si hoy hay agua en su colonia", "Se le informó el horario de suministro de su sector."),
    ("Pregunta por el descuento de la tercera edad", "Se le dijeron los documentos y que debe venir la persona."),
    ("Pregunta por su reporte de fuga", "La cuadrilla la tiene programada para hoy."),
    ("Pide hablar con la contadora", "Se le pasó la llamada."),
    ("Pregunta si puede pagar en la tienda", "Se le dijeron los establecimientos y que lleve el recibo."),
)
TICKET_MATTERS: Final = ("Aclarar mi recibo", "Trámites y contratos", "Reportar una falla", "Información")
MESSAGES: Final = (
    "Llamó el proveedor de los sellos: que el jueves entrega.",
    "La escuela primaria pide confirmar la visita guiada.",
    "El comité de agua de la comunidad quiere una cita esta semana.",
    "De Presidencia piden el avance de fugas del mes.",
    "El usuario de la tortillería trae mañana sus documentos.",
)
RADIO: Final = (
    ("LEAK", "Fuga en la calle, sale bastante agua; se ocupa cuadrilla."),
    ("LEAK", "Fuga en toma, está mojando la banqueta."),
    ("NO_WATER", "Cerramos el crucero por la reparación; se quedan sin agua unas dos horas."),
    ("DRAIN", "Brota drenaje en la esquina; se ocupa la varilla."),
    ("SUPPORT", "Se ocupa material: dos abrazaderas de dos pulgadas."),
    ("OTHER", "Llegamos al domicilio; no hay quien atienda, seguimos con la otra."),
)
FIRST_NAMES: Final = (
    *("María Guadalupe", "Juan Carlos", "Ma. del Carmen", "José Luis", "Verónica", "Martín", "Alejandra", "Rubén"),
    *("Socorro", "Ignacio", "Esperanza", "Gerardo", "Leticia", "Salvador", "Yolanda", "Ramiro", "Beatriz", "Arturo"),
)
LAST_NAMES: Final = (
    *("Ramírez", "Hernández", "Arroyo", "Maldonado", "Vázquez", "Jaramillo", "Medina", "Almanza", "Cervantes"),
    *("Ledesma", "Patiño", "Aguilera", "Rosas", "Olvera", "Zúñiga", "Mandujano", "Tovar", "Nieto"),
)
