"""A form comes back with its mistakes and everything that was typed."""

from datetime import date

from pydantic import ConfigDict, Field, ValidationError
from starlette.datastructures import FormData

from app.foundation.forms import Form, _typed, _values, sentence_for


class Wish(Form):
    title: str = Field(min_length=3, max_length=10)
    due_on: date | None = None
    tags: list[str] = []


class Note(Form):
    model_config = ConfigDict(str_strip_whitespace=False)
    text: str = ""


def mistakes(**fields):
    try:
        Wish.model_validate(_values(Wish, FormData(list(fields.items()))))
    except ValidationError as error:
        return {str(m["loc"][0]): sentence_for(m) for m in error.errors()}
    return {}


def test_each_mistake_is_a_sentence_beside_its_field():
    assert mistakes(title="x") == {"title": "Fill this in."}
    assert mistakes(title="far too long for this") == {"title": "This is too long: at most 10 characters."}
    assert mistakes(title="fine", due_on="soon") == {"due_on": "Choose a date."}
    assert mistakes() == {"title": "Fill this in."}
    assert mistakes(title="fine", due_on="") == {}


def test_line_ends_and_nulls_are_cleaned_and_several_values_kept():
    data = FormData([("title", "a\r\nb\0"), ("tags", "one"), ("tags", "two"), ("unknown", "x")])
    assert _typed(data)["title"] == "a\nb"
    assert _values(Wish, data) == {"title": "a\nb", "tags": ["one", "two"]}


def test_what_nobody_could_see_is_nothing():
    for unseen in ("\u200b", " \u200d\u2060\n\ufeff ", "\u00ad\u3164"):
        assert mistakes(title=unseen * 3) == {"title": "Fill this in."}
    assert _values(Note, FormData([("text", "\n")])) == {"text": "\n"}  # somebody is about to type on
    data = FormData([("title", "\u0645\u06cc\u200c\u062e")])  # where it joins or parts letters it belongs to the word
    assert _values(Wish, data)["title"] == "\u0645\u06cc\u200c\u062e"
