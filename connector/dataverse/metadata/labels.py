"""How option sets and labels look in metadata: values, their labels in every language, and states.

Pure reading of parsed JSON; tolerant, since which parts a server fills differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.pipeline.values import StatusOption

Json = Mapping[str, Any]


def options_of(attribute: Json) -> Iterator[tuple[int, Json]]:
    """Yield the options of a choice or boolean column with their values, local or global set, each value once."""
    seen: set[int] = set()
    for set_name in ("OptionSet", "GlobalOptionSet"):
        options = attribute.get(set_name)
        if not isinstance(options, Mapping):
            continue
        listed = options.get("Options")
        both = [options.get("TrueOption"), options.get("FalseOption")]
        for option in listed if isinstance(listed, list) else both:
            if not isinstance(option, Mapping):
                continue
            value = option.get("Value")
            if isinstance(value, int) and value not in seen:
                seen.add(value)
                yield value, option


def labels_of(option: Json) -> tuple[str, ...]:
    """Give an option's labels: that of the signed-in user's language first, then every language's, each once."""
    label = option.get("Label")
    if not isinstance(label, Mapping):
        return ()
    localized = label.get("LocalizedLabels")
    entries = [label.get("UserLocalizedLabel"), *(localized if isinstance(localized, list) else [])]
    texts = [entry.get("Label") for entry in entries if isinstance(entry, Mapping)]
    return tuple(dict.fromkeys(text for text in texts if isinstance(text, str) and text))


def user_label(label: object) -> str:
    """Give what people call a column: its label in the signed-in user's language, else in any; empty without."""
    texts = labels_of({"Label": label})
    return texts[0] if texts else ""


def status_options(attribute: Json, state: int) -> tuple[StatusOption, ...]:
    """Give the Status Reasons that belong to one state."""
    return tuple(
        StatusOption(value, labels_of(option))
        for value, option in options_of(attribute)
        if option.get("State") == state
    )
