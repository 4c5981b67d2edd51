"""Forms: what a task or a report asks of a person, and whether the answers fit."""

from engine.forms.fields import Condition, Field, Option
from engine.forms.form import Form
from engine.forms.reading import FormError, check_form, read_form

__all__ = ["Condition", "Field", "Form", "FormError", "Option", "check_form", "read_form"]
