"""What people do in the product, as they do it: by its labels and buttons, on whatever page it takes."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.house import House
from tests.journeys.visitors import Visitor
from tests.mailbox import words_of

PASSWORD = "a calm long password"


def set_up(founder: Visitor, workspace: str = "Tidewater", name: str = "Nora Lind") -> None:
    page = founder.go("/")
    page.get_by_label("Your company or team").fill(workspace)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(f"{name.split()[0].lower()}@tidewater.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Your time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page).to_have_url(re.compile("/escalations$"))


def open_escalation(owner: Visitor, title: str, customer: str) -> str:
    """Returns its address, such as /escalations/ACME-7K4."""
    page = owner.go("/escalations/new")
    page.get_by_label("What is it about").fill(title)
    page.get_by_role("textbox", name=re.compile("^(Customer|Or a new customer)")).fill(customer)
    page.get_by_role("button", name="Open escalation").click()
    expect(page).to_have_url(re.compile(r"/escalations/(?!new)[A-Z0-9]+-[A-Z0-9]+"))
    return page.url.removeprefix(owner.house.url).split("?")[0]


def raise_concern(visitor: Visitor, at: str, words: str, details: str = "") -> Page:
    page = visitor.go(f"{at}/concerns/new")
    page.get_by_label("What is the worry?").fill(words)
    page.get_by_label("What should we know about it?").fill(details)
    page.get_by_role("button", name="Raise the concern").click()
    expect(page.get_by_text(words).first).to_be_visible()
    return page


def share_concern(visitor: Visitor, at: str, words: str, customer: str) -> None:
    page = visitor.go(f"{at}/concerns?order=ours")
    page.get_by_role("link", name=words).first.click()
    page.get_by_role("link", name=f"Share with {customer}").click()
    page.get_by_role("button", name=f"Share with {customer}").click()
    expect(page.get_by_role("link", name=f"Share with {customer}")).to_have_count(0)


def invite_guests(visitor: Visitor, at: str, guests: dict[str, str]) -> None:
    page = visitor.go(f"{at}/people")
    page.get_by_label("One person per line").fill("\n".join(f"{name}, {address}" for name, address in guests.items()))
    page.get_by_role("button", name="Invite into this escalation").click()
    for address in guests.values():
        expect(page.get_by_text(address).first).to_be_visible()


def link_mailed_to(house: House, address: str) -> str:
    house.wait_until(lambda: house.mailbox.to(address), f"letter to {address}")
    found = re.search(r"http://\S+/link/\S+", words_of(house.mailbox.to(address)[-1]))
    assert found, "The letter has no link in it."
    return found.group()


def accept_invitation(guest: Visitor, address: str) -> None:
    page = guest.go(link_mailed_to(guest.house, address))
    page.reload()  # a scanner has looked at it before: looking uses nothing up
    page.get_by_label("The e-mail address the link was sent to").fill(address)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out").first).to_be_attached()


def invite_colleague(visitor: Visitor, name: str, address: str) -> None:
    page = visitor.go("/people")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text(address).first).to_be_visible()


def join(colleague: Visitor, address: str) -> None:
    page = colleague.go(link_mailed_to(colleague.house, address))
    page.get_by_label("The e-mail address the link was sent to").fill(address)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("button", name="Sign out").first).to_be_attached()


def move_up(visitor: Visitor, at: str, words: str) -> None:
    """The concern takes the place above it in the order of the customer."""
    page = visitor.go(f"{at}/concerns")
    row = page.locator("#order-theirs tr", has_text=words)
    place = int(row.locator(".n").first.inner_text())
    row.get_by_role("button", name="up").click()
    expect(row.locator(".n").first).to_have_text(str(place - 1))


def plan_meeting(visitor: Visitor, at: str, title: str, begins: str) -> str:
    """Returns its address. `begins` as a datetime-local field wants it."""
    page = visitor.go(f"{at}/meetings/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Begins").fill(begins)
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name=title).first).to_be_visible()
    return page.url.removeprefix(visitor.house.url).partition("?")[0]


def share_meeting(visitor: Visitor, meeting: str, customer: str) -> None:
    page = visitor.go(f"{meeting}/sharing")
    page.get_by_role("button", name=f"Share with {customer}").click()
    expect(page.get_by_role("link", name=f"Share with {customer}")).to_have_count(0)


def start_topic(visitor: Visitor, at: str, title: str, text: str, files: list[Path] | None = None) -> str:
    """Returns its address. A guest's is shared; a colleague's is internal, as the box stands when it is opened."""
    page = visitor.go(f"{at}/discussion/new")
    page.get_by_label("Title").fill(title)
    write_message(page, text, files)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(text).first).to_be_visible()
    return page.url.removeprefix(visitor.house.url).partition("?")[0].partition("#")[0]


def write_message(page: Page, text: str, files: list[Path] | None = None, audience: str = "") -> None:
    box = page.locator("form.composer")
    if audience:
        box.get_by_text(audience, exact=True).click()
    box.locator("textarea").fill(text)
    if files:
        box.locator("input[type=file]").set_input_files(files)
    box.locator("button.primary").click()


def describe_recording(page: Page, file: Path, title: str) -> None:
    """Fills the form of an upload; everybody agreed."""
    page.get_by_label("Sound or video").set_input_files(file)
    page.get_by_label("Title").fill(title)
    for answer in page.locator("fieldset.consents select").all():
        answer.select_option(index=1)
    page.get_by_label("How they agreed").fill("Asked aloud when the call began")
