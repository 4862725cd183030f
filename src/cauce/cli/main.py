"""The ``cauce`` command: its table of commands and what is made ready before one runs."""

import gc
import importlib
import os

import click

from cauce.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "demo": Entry("cauce.cli.demo.commands:demo", "Prepara la ciudad de demostración y abre el sitio.", False),
    "serve": Entry("cauce.cli.server:serve", "Abre el sitio y un trabajador de tareas."),
    "worker": Entry("cauce.cli.server:worker", "Atiende las tareas en segundo plano."),
    "migrate": Entry("cauce.cli.server:migrate", "Pone al día las tablas y los puestos.", False),
    "otp": Entry("cauce.cli.access:otp", "Da el código de acceso de un usuario de demostración."),
    "load-law": Entry("cauce.cli.tariffs:load_law", "Carga una ley de ingresos desde su carpeta."),
    "load-office": Entry("cauce.cli.office:load_office", "Carga los datos de la oficina desde su carpeta."),
    "price": Entry("cauce.cli.tariffs:price", "Calcula el importe de un consumo y su prueba."),
    "import": Entry("cauce.cli.imports:import_group", "Carga los archivos del sistema anterior y las lecturas."),
    "review": Entry("cauce.cli.review:review", "Muestra las lecturas que esperan una decisión."),
    "bill": Entry("cauce.cli.billing:bill", "Factura un ciclo, muestra e imprime recibos."),
    "completeness": Entry(
        "cauce.cli.completeness:completeness_command", "Dice dónde terminó cada cuenta de un mes y cuáles faltan."
    ),
    "statement": Entry("cauce.cli.ledger:statement", "Muestra el estado de cuenta."),
    "pay": Entry("cauce.cli.ledger:pay", "Cobra a una cuenta."),
    "cash-day": Entry("cauce.cli.cash_day:cash_day", "Da lo cobrado en un día por caja y forma de pago."),
    "daybook": Entry("cauce.cli.daybook:daybook", "Da el libro de registros de un día."),
    "notes": Entry("cauce.cli.notes:notes", "Da el auxiliar de pagarés de un día."),
    "arrears": Entry("cauce.cli.arrears:arrears", "Da la cartera vencida de un día, por antigüedad."),
    "agreement": Entry("cauce.cli.agreement:agreement", "Simula convenios de pago en parcialidades."),
    "sweep": Entry("cauce.cli.sweep:sweep", "Vuelve a calcular los recibos de un mes y dice cuál no cuadra."),
    "law": Entry("cauce.cli.law:law_group", "Compara dos leyes de ingresos sobre el consumo de un año."),
    "verify": Entry("cauce.cli.verify:verify", "Comprueba que todo cuadra."),
    "bench": Entry("cauce.cli.bench.commands:bench", "Mide la velocidad y la memoria."),
}


def prepare(entry: Entry, arguments: list[str]) -> None:
    """Load the product (which starts the home's server if it is down) and refuse to work on tables out of date.

    :raises TablesOutOfDate: if the command needs the tables and there are migrations to apply.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    importlib.import_module("django").setup()
    # What is loaded by now stays for the whole command: collecting it again and again costs an import a quarter.
    gc.collect()
    gc.freeze()
    if entry.needs_current_tables and "--help" not in arguments:
        importlib.import_module("cauce.cli.server").refuse_if_out_of_date()


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    prepare=prepare,
    context_settings={"help_option_names": ["--help", "-h"]},
    options_metavar="[OPCIONES]",
    subcommand_metavar="ORDEN …",
)
@click.version_option(package_name="cauce", message="%(prog)s %(version)s")
def cauce() -> None:
    """Cauce: el sistema comercial del organismo de agua.

    CAUCE_HOME es la carpeta de datos (./var si no se indica) y DATABASE_URL, un servidor PostgreSQL propio en lugar
    del integrado. Con --json cada orden imprime un solo documento JSON; termina con 0 si hizo lo pedido, 1 si se
    rehusó y 2 si se usó mal.
    """


def main() -> None:
    """Run the command with the arguments of the process."""
    cauce.main(prog_name="cauce")
