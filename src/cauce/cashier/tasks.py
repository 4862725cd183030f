"""What the desk does by itself."""

from procrastinate.contrib.django import app

from cauce.cashier import operations
from cauce.core.clock import now
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER


@app.periodic(cron="*/10 * * * *")
@app.task(name="cashier.expire_payment_orders", queueing_lock="cashier.expire_payment_orders", pass_context=False)
def expire_payment_orders(timestamp: int) -> int:
    """End the orders whose day passed unpaid, a batch each time; running twice ends nothing twice.

    :returns: how many were ended.
    """
    return operations.expire_payment_orders(at=now(), by=User.objects.get(username=CAPTURE_USER))
