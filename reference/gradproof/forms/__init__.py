"""The forms in which people write gradients, each a folder.

A form is told to the rest of the package by one record, `gradproof.forms.form.Form`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gradproof.forms import value_and_gradient
from gradproof.forms.form import Form

FORMS: tuple[Form, ...] = (value_and_gradient.FORM,)

BY_ROLE: Mapping[str, Form] = {form.role: form for form in FORMS}


def sentences(language: Literal["en", "ja"]) -> dict[str, str]:
    """Return the sentences of every form by message id."""
    return {id: text for form in FORMS for id, text in form.sentences(language).items()}
