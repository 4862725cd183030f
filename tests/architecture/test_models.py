"""Tables are plain: no hidden verbs, no generic keys, nothing deleted behind anyone's back."""

import ast

from django.apps import apps
from django.db import models

from tests.architecture.source import ROOT, modules, modules_of_kind, place


def house_models() -> list[type[models.Model]]:
    """The product's own tables, without those that keep the history of others."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("cauce.") and not hasattr(model, "pgh_tracked_model")
    ]


def test_there_are_no_signals_nor_generic_keys() -> None:
    banned = ("django.db.models.signals", "django.dispatch", "django.contrib.contenttypes.fields")
    offences = [
        place(module, node)
        for module in modules()
        for node in module.walk()
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(banned))
        or (isinstance(node, ast.Import) and any(alias.name.startswith(banned) for alias in node.names))
    ]

    assert offences == [], "\n".join(offences)


def test_no_model_overrides_save_or_delete() -> None:
    offences = [
        f"{place(module, node)} {node.name}"
        for module in modules_of_kind("models")
        for node in module.walk()
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete", "asave", "adelete")
    ]

    assert offences == [], "\n".join(offences)


def test_no_table_inherits_from_another() -> None:
    offences = [
        model.__name__
        for model in house_models()
        if any(field.remote_field.parent_link for field in model._meta.fields if field.remote_field)
    ]

    assert offences == []


def test_tables_have_no_default_order() -> None:
    assert [model.__name__ for model in house_models() if model._meta.ordering] == []


def test_nothing_is_deleted_or_emptied_because_something_else_was() -> None:
    kept = (models.PROTECT, models.RESTRICT)
    offences = [
        f"{model.__name__}.{field.name}"
        for model in house_models()
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.on_delete not in kept
    ]

    assert offences == []


def test_keys_between_packages_name_the_class_they_import() -> None:
    keys = {"ForeignKey", "OneToOneField", "ManyToManyField"}
    offences = []
    for module in modules_of_kind("models"):
        for node in module.walk():
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in keys:
                continue
            target = node.args[0] if node.args else None
            if isinstance(target, ast.Constant) and "." in str(target.value):
                offences.append(f"{place(module, node)} {target.value}")

    assert offences == [], "\n".join(offences)


def test_the_words_of_a_choice_are_stored_in_capitals() -> None:
    offences = [
        f"{model.__name__}.{field.name}: {value}"
        for model in house_models()
        for field in model._meta.local_fields
        for value, _ in field.flatchoices
        if isinstance(value, str) and value != value.upper()
    ]

    assert offences == []


def test_every_constraint_says_in_spanish_what_it_wants() -> None:
    generic = models.BaseConstraint.default_violation_error_message
    offences = [
        f"{model.__name__}: {constraint.name}"
        for model in house_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == generic
    ]

    assert offences == [], "\n".join(offences)


def test_the_glossary_names_every_table() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    offences = [model.__name__ for model in house_models() if f"`{model.__name__}`" not in glossary]

    assert offences == []
