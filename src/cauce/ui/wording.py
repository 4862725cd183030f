"""Short names in Spanish of the codes that files and runs leave, for lists, filters and the inbox."""

from cauce.metering.rules import reason_name

_OF_FILES = {
    "ACLARACION": "Ya estaba en los libros por una aclaración",
    "ANTICIPO": "Pagó más de lo que debía",
    "AUTORIZACION_REPETIDA": "Autorización de otro movimiento",
    "AUTORIZACION_VACIA": "Sin autorización",
    "CARACTER_ILEGIBLE": "Carácter ilegible",
    "CICLO_VACIO": "Sin ciclo",
    "COLONIA_CP": "Colonia fuera de su código postal",
    "COLUMNAS": "Columnas de más o de menos",
    "CONCEPTO_DESCONOCIDO": "Concepto desconocido",
    "CONSUMO_INVALIDO": "Consumo inválido",
    "CONSUMO_YA_REGISTRADO": "Consumo que ya estaba con otro dato",
    "COORDENADAS": "Coordenadas fuera del municipio",
    "CUENTA_DESCONOCIDA": "Cuenta que no está en el padrón",
    "CUENTA_EXISTENTE": "Cuenta que ya existe con otros datos",
    "CUENTA_INVALIDA": "Número de cuenta inválido",
    "CUENTA_REPETIDA": "Cuenta repetida en el archivo",
    "CUENTA_SIN_CEROS": "Cuenta sin ceros a la izquierda",
    "CURP_INVALIDA": "CURP inválida",
    "DATO_ILEGIBLE": "Dato ilegible",
    "DATO_LARGO": "Dato demasiado largo",
    "DIGITO_VERIFICADOR": "Referencia que no verifica",
    "EMAIL_INVALIDO": "Correo inválido",
    "ESPACIOS": "Espacios de más",
    "ESTATUS_DESCONOCIDO": "Estatus desconocido",
    "FECHA_ALTA_INVALIDA": "Fecha de alta imposible",
    "FECHA_FUTURA": "Fecha posterior al archivo",
    "FECHA_INVALIDA": "Fecha imposible",
    "IMPORTE_INVALIDO": "Importe inválido",
    "IMPORTES_DISTINTOS": "Dos importes distintos",
    "LECTURA_NO_NUMERICA": "Lectura que no es número",
    "LECTURA_YA_REGISTRADA": "Lectura que ya estaba con otro dato",
    "LINEA_DUPLICADA": "Renglón duplicado",
    "LINEA_MALFORMADA": "Renglón mal formado",
    "MEDIDOR_REPETIDO": "Medidor en dos cuentas",
    "MES_YA_FACTURADO": "Mes que ya se aprobó para facturar",
    "NOMBRE_VACIO": "Sin nombre del titular",
    "PERIODO_INVALIDO": "Periodo inválido",
    "POSIBLE_DUPLICADO": "Posible cuenta duplicada",
    "REVERSO": "El banco deshace un pago",
    "RFC_INVALIDO": "RFC inválido",
    "RUTA_VACIA": "Sin ruta",
    "SERVICIO_INVALIDO": "Servicio que no es S ni N",
    "TARIFA_DESCONOCIDA": "Tarifa desconocida",
    "TELEFONO_LONGITUD": "Teléfono incompleto",
    "TEXTO_HOSTIL": "Texto que parece fórmula o código",
    "TRATAMIENTO_SIN_DRENAJE": "Tratamiento sin drenaje",
}  # fmt: skip

_OF_RUNS = {
    "SIN_CONSUMO_COMPARTIDO": "Sin consumo del medidor que comparte",
    "SIN_CONSUMO_DERIVADAS": "Sin consumo de alguna toma derivada",
    "CLAVE_DESCONOCIDA": "Clave fuera de la ley",
    "CLAVE_SIN_CUOTA_FIJA": "Clave sin cuota fija",
    "CLAVE_SIN_TARIFA_MEDIDA": "Clave sin tarifa medida",
    "CUENTA_CANCELADA": "Cuenta cancelada",
    "RETENCION": "Retención",
    "RETENIDA_EN_REVISION": "Apartada en la revisión",
    "SIN_LEY_VIGENTE": "Sin ley vigente",
    "SUSPENSION_VOLUNTARIA": "Suspensión voluntaria",
    "YA_FACTURADA": "Ya facturada en otro ciclo",
}


def code_name(code: str) -> str:
    """The short name of a finding, a reading's reason or a run's rule; an unknown code is shown as it is."""
    return _OF_FILES.get(code) or _OF_RUNS.get(code) or reason_name(code)
