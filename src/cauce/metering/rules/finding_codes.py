"""The findings that the product looks for in a round, besides the reasons of the reading file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REVIEWED: Final = "LECTURA_REVISADA"
HIGH_BY_HISTORY: Final = "ALTO_POR_HISTORIA"
LOW_BY_HISTORY: Final = "BAJO_POR_HISTORIA"
BURST: Final = "POSIBLE_REVENTADA"
EQUAL_TO_PREVIOUS: Final = "IGUAL_A_LA_ANTERIOR"
STOPPED_IN_A_ROW: Final = "PARADO_VARIAS_VECES"
REVERSED_IN_A_ROW: Final = "RETROCEDE_VARIAS_VECES"
UNREAD_IN_A_ROW: Final = "SIN_LEER_VARIAS_VECES"
TOO_FAST_A_WALK: Final = "RECORRIDO_VELOZ"
FAR_FROM_HOUSE: Final = "LEJOS_DE_LA_CASA"
TWO_MONTHS: Final = "DOS_MESES_EN_UNA"

FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        HIGH_BY_HISTORY: "Consumo alto para su historia",
        LOW_BY_HISTORY: "Consumo bajo para su historia",
        BURST: "Posible tubo reventado",
        EQUAL_TO_PREVIOUS: "Lectura igual a la anterior",
        STOPPED_IN_A_ROW: "Medidor parado varias veces seguidas",
        REVERSED_IN_A_ROW: "Retrocede varias veces seguidas",
        UNREAD_IN_A_ROW: "Sin leer varias veces seguidas",
        TOO_FAST_A_WALK: "Recorrido demasiado veloz",
        FAR_FROM_HOUSE: "Se leyó lejos de la casa",
        TWO_MONTHS: "Dos meses en una lectura",
        REVIEWED: "Lectura revisada sin anomalía",
    }
)
"""Short names of the findings; the last one is of a right reading that somebody looks at all the same."""
