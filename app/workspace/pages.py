"""Every router of the workspace, in one place."""

from app.workspace.colleagues import pages as colleagues
from app.workspace.customers import pages as customers
from app.workspace.health import pages as health
from app.workspace.outbox import pages as outbox
from app.workspace.profile import pages as profile
from app.workspace.setup import pages as setup
from app.workspace.tokens import pages as tokens

routers = [
    setup.public,
    profile.public,
    profile.shared,
    colleagues.staff,
    colleagues.managers,
    customers.staff,
    outbox.managers,
    tokens.staff,
    tokens.managers,
    health.managers,
]
