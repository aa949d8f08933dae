"""The sentences of the reports, one catalogue a language."""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.report.language import Language as Language
from gradproof.report.messages import (
    clauses_en,
    clauses_ja,
    defects_en,
    defects_ja,
    en,
    formats_en,
    formats_ja,
    heat_maps_en,
    heat_maps_ja,
    ja,
    layer_defects_en,
    layer_defects_ja,
    layers_en,
    layers_ja,
    networks_en,
    networks_ja,
    optimizers_en,
    optimizers_ja,
    scan_en,
    scan_ja,
    scripts_en,
    scripts_ja,
    starters_en,
    starters_ja,
    update_defects_en,
    update_defects_ja,
    vectors_en,
    vectors_ja,
)

CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        **en.MESSAGES,
        **formats_en.MESSAGES,
        **scripts_en.MESSAGES,
        **layers_en.MESSAGES,
        **starters_en.MESSAGES,
        **vectors_en.MESSAGES,
        **heat_maps_en.MESSAGES,
        **layer_defects_en.MESSAGES,
        **optimizers_en.MESSAGES,
        **update_defects_en.MESSAGES,
        **networks_en.MESSAGES,
        **scan_en.MESSAGES,
        **clauses_en.MESSAGES,
        **defects_en.MESSAGES,
    },
    "ja": {
        **ja.MESSAGES,
        **formats_ja.MESSAGES,
        **scripts_ja.MESSAGES,
        **layers_ja.MESSAGES,
        **starters_ja.MESSAGES,
        **vectors_ja.MESSAGES,
        **heat_maps_ja.MESSAGES,
        **layer_defects_ja.MESSAGES,
        **optimizers_ja.MESSAGES,
        **update_defects_ja.MESSAGES,
        **networks_ja.MESSAGES,
        **scan_ja.MESSAGES,
        **clauses_ja.MESSAGES,
        **defects_ja.MESSAGES,
    },
}
