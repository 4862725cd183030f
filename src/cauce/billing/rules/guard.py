"""Why an account that must be billed is missing from a month."""

from collections.abc import Mapping

MISSING_SENTENCES: Mapping[str, str] = {
    "CICLO_SIN_CORRIDA": "Su ciclo todavía no tiene corrida de este mes; ábrala y calcúlela.",
    "CORRIDA_SIN_CALCULAR": "La corrida de su ciclo no está calculada; calcúlela.",
    "ENTRO_DESPUES": "Entró al ciclo después de calcular la corrida; calcúlela de nuevo.",
    "CAMBIO_DE_CICLO": "Cambió de ciclo después de calcular la corrida; calcúlela de nuevo.",
    "REACTIVADA": "Se reactivó después de calcular la corrida; calcúlela de nuevo.",
    "EN_DOS_CICLOS": "Tiene prefactura en dos ciclos; calcule de nuevo la del ciclo que dejó.",
}
_AGAIN = "; calcúlela de nuevo."
_APPROVED = "; esta corrida ya está aprobada y no cambia: se firma que queda sin recibo."


def missing_sentence(why: str, *, is_approved: bool = False) -> str:
    """Tell in Spanish why an account is missing and what to do; an approved run is not computed again."""
    said = MISSING_SENTENCES[why]
    return said.replace(_AGAIN, _APPROVED) if is_approved else said
