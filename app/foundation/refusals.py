"""What a verb raises when it will not do something: one sentence for the person, beside the field it is about."""


class Refused(Exception):
    """The act is not possible now; the sentence says why and what to do. Safe to show to whoever asked."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotFound(Exception):
    """Absent, or not theirs to know of: the same answer."""


class NotAllowed(Exception):
    """They may see it and may not do this to it."""

    def __init__(self, sentence: str = "You cannot do this here.") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Busy(Exception):
    """Too many wait for the same thing; nothing was done."""


class TooOften(Exception):
    """More acts in a minute than a person has; this one was not done."""


class StorageFull(Exception):
    """No room to store what was sent; nothing of it was acknowledged."""
