"""Why a price cannot be given. Each error has the code under which billing parks an account."""

from datetime import date
from typing import ClassVar

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period


class PricingError(DomainError):
    """The law gives no price for a use; ``code`` is the rule's name in reports."""

    code: ClassVar[str] = "SIN_PRECIO"


class NoLawInForce(PricingError):
    """No loaded law rules the month."""

    code = "SIN_LEY_VIGENTE"

    def __init__(self, period: date) -> None:
        super().__init__(
            f"No hay una ley de ingresos vigente para {format_long_period(period)}; "
            "cargue y autorice la de ese ejercicio antes de facturar el mes."
        )
        self.period = period


class UnknownTariffCode(PricingError):
    """The law has no such clave: there is no default."""

    code = "CLAVE_DESCONOCIDA"

    def __init__(self, tariff_code: str) -> None:
        super().__init__(
            f"La clave de tarifa «{tariff_code}» no está en la ley vigente; corrija la clave de la cuenta en el padrón."
        )


class NoMeteredTable(PricingError):
    """The law has no metered table for the clave."""

    code = "CLAVE_SIN_TARIFA_MEDIDA"

    def __init__(self, tariff_code: str) -> None:
        super().__init__(
            f"La ley vigente no tiene tarifa de servicio medido para la clave «{tariff_code}»; "
            "revise la clave de la cuenta o la ley cargada."
        )


class NoFlatFee(PricingError):
    """The law has no flat fee for the clave and category."""

    code = "CLAVE_SIN_CUOTA_FIJA"

    def __init__(self, tariff_code: str, category: str | None) -> None:
        which = f"la clave «{tariff_code}»" + (f" y la categoría «{category}»" if category else " sin categoría")
        super().__init__(
            f"La ley vigente no tiene cuota fija para {which}; revise la clave y la categoría de la cuenta."
        )


class NegativeConsumption(PricingError):
    """A consumption below zero is a reading to review, never a price."""

    code = "CONSUMO_NEGATIVO"

    def __init__(self, m3: int) -> None:
        super().__init__(f"El consumo es negativo ({m3} m³); revise la lectura antes de facturar.")


class ImpossibleUse(PricingError):
    """The facts of the account contradict each other."""

    code = "USO_IMPOSIBLE"


class NoServices(PricingError):
    """Nothing to charge: neither water nor sewerage."""

    code = "SIN_SERVICIOS"

    def __init__(self) -> None:
        super().__init__("La cuenta no tiene agua ni alcantarillado; registre sus servicios en el padrón.")


class NoDrainageCharge(PricingError):
    """A drainage-only account has neither a measured discharge nor a fixed charge in the law."""

    code = "DESCARGA_SIN_BASE"

    def __init__(self, tariff_code: str) -> None:
        super().__init__(
            f"La cuenta sólo tiene alcantarillado y la ley no fija cuánto paga la clave «{tariff_code}» sin aforo; "
            "registre los m³ descargados."
        )


class UnknownExemption(PricingError):
    """The account names an exemption the law does not have."""

    code = "EXENCION_DESCONOCIDA"

    def __init__(self, exemption: str) -> None:
        super().__init__(
            f"La exención «{exemption}» no está en la ley vigente; corrija la exención de la cuenta en el padrón."
        )
