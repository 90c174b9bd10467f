"""Names for the elements of a list, so that two lists are compared by what is meant and not by place."""

from collections import Counter
from collections.abc import Mapping, Sequence


def element_names(elements: Sequence[Mapping[str, object]], by: Sequence[str]) -> list[str]:
    """What each element says under the keys `by`, such as `E-2 dials`; its place in the list if it says nothing.

    The second of a name is `name 2`.
    """
    seen: Counter[str] = Counter()
    names = []
    for place, element in enumerate(elements):
        name = " ".join(str(element[key]) for key in by if key in element) or str(place)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names
