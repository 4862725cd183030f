"""Where the staff can go, in the order of the rail; what is not in the rail is offered by the palette."""

from cauce.backoffice.places.collection import COLLECTION
from cauce.backoffice.places.desk import DESK
from cauce.backoffice.places.money import MONEY
from cauce.backoffice.places.office import OFFICE
from cauce.backoffice.places.street import STREET

PLACES = (*DESK, *MONEY, *COLLECTION, *STREET, *OFFICE)
