"""The forms in which people write gradients, each a folder.

A form is told to the rest of the package by one record, `gradproof.forms.form.Form`.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.forms import value_and_gradient
from gradproof.forms.form import Form

FORMS: tuple[Form, ...] = (value_and_gradient.FORM,)

BY_ROLE: Mapping[str, Form] = {form.role: form for form in FORMS}
