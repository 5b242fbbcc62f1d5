"""The panels that other pages show."""

from types import SimpleNamespace

from app.access.permissions import may
from app.concerns.rows import panel
from app.escalations.head import head_of
from app.foundation.rendering import templates


def _shown(session, escalation, template):
    here = SimpleNamespace(
        url=escalation.url, head=head_of(session, escalation), may=lambda verb: may(session.viewer, verb)
    )
    page = SimpleNamespace(zone="UTC")
    return templates.get_template(template).render(page=page, here=here, concerns=panel(session, escalation))


def test_our_panel_shows_both_orders_and_says_who_reads_along(worries, looking_as, outage):
    shown = _shown(looking_as("sue"), outage, "concerns/_panel.html")
    assert "Shared with Acme Logistics · 2 people" in shown and 'class="panel edge"' in shown
    assert "Invoices go out twice" in shown and "1 concern is not shared with Acme Logistics" in shown
    assert "Their contract may lapse" not in shown  # what is inside the green edge is what the customer reads


def test_the_customers_panel_shows_their_order_alone(worries, looking_as, outage):
    shown = _shown(looking_as("gus"), outage, "concerns/_guest_panel.html")
    assert shown.index("Invoices go out twice") < shown.index("Credit notes are missing")
    assert "Raise a concern" in shown and "contract" not in shown and "Us<" not in shown


def test_panels_without_concerns_say_what_belongs_there(looking_as, elsewhere):
    assert "Write down what worries them" in _shown(looking_as("sue"), elsewhere, "concerns/_panel.html")
    assert "Whatever worries you belongs here" in _shown(looking_as("eve"), elsewhere, "concerns/_guest_panel.html")
