"""One server-sent event, as bytes. The only place that encodes them."""


def event(name: str, number: int | None) -> bytes:
    """Only a panel's name and a number travel; neither may hold a line break, whatever it was made from.
    The number is where an escalation's browser goes on after a break; a person's own news has none."""
    plain = "".join(letter for letter in name if letter.isalnum() or letter in "-_")
    mark = "" if number is None else f"id: {int(number)}\n"
    return f"{mark}event: {plain}\ndata: 1\n\n".encode()


HEARTBEAT = b": still here\n\n"
GREETING = b"retry: 2000\n\n"
RELOAD = b"event: reload\ndata: 1\n\n"  # more happened than this browser could take: it asks for the page anew
ENDED = b"event: ended\ndata: 1\n\n"  # signed out or no longer a participant: do not come back
