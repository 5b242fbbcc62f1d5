"""The list that goes with a message: 212 made-up invoices."""

import csv
import io
from datetime import date

NAME = "wrong-invoices.csv"
SHIPPERS = (
    "Alder & Sons",
    "Canal Road Haulage",
    "Fenwick Cold Chain",
    "Hollis Parcels",
    "Moorside Timber",
    "Pennine Bakery Supply",
    "Quayside Imports",
)
BY_RESTART, BY_HAND = 208, 4


def list_of_invoices(night: date) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["invoice", "shipper", "night", "amount", "why twice"])
    for number in range(BY_RESTART + BY_HAND):
        amount = f"{(number * 7919 % 90000 + 1500) / 100:.2f}"
        why = "restart" if number < BY_RESTART else "entered by hand"
        rows.writerow([f"INV-{20231 + number}", SHIPPERS[number % len(SHIPPERS)], night.isoformat(), amount, why])
    return text.getvalue()
