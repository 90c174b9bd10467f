"""The objects of one workspace: Twenty's own and those that were added over the metadata API."""

from collections.abc import Iterable
from dataclasses import replace
from threading import RLock

from sandbox.twenty.custom import LINKING, linked_to, without_links
from sandbox.twenty.errors import unknown_object
from sandbox.twenty.objects import REP_PROGRESSION, STANDARD
from sandbox.twenty.schema import Field, ObjectType


class Catalogue:
    """The workspace's objects by plural. An object is never changed in place: a change puts a new one."""

    def __init__(self, custom: Iterable[ObjectType] = (REP_PROGRESSION,)) -> None:
        self._lock = RLock()
        self._by_plural = {each.plural: each for each in STANDARD}
        for kind in custom:
            self.add(kind)

    def all(self) -> list[ObjectType]:
        """In the order of the metadata's lists: by id, descending."""
        return sorted(self._by_plural.values(), key=lambda each: each.id, reverse=True)

    def active(self, plural: str) -> ObjectType:
        """Raises the refusal for an object that is unknown or switched off."""
        kind = self._by_plural.get(plural)
        if kind is None or not kind.is_active:
            meant = next((each.plural for each in self.all() if each.singular == plural), None)
            raise unknown_object(plural, meant)
        return kind

    def plural(self, plural: str) -> ObjectType:
        """Raises KeyError for an unknown one."""
        return self._by_plural[plural]

    def singular(self, singular: str) -> ObjectType | None:
        return next((each for each in list(self._by_plural.values()) if each.singular == singular), None)

    def with_id(self, object_id: str) -> ObjectType | None:
        return next((each for each in list(self._by_plural.values()) if each.id == object_id), None)

    def add(self, kind: ObjectType) -> None:
        """Notes, tasks, attachments and the timeline get a relation to it."""
        with self._lock:
            for singular in LINKING:
                linking = self.singular(singular)
                if linking is not None:
                    self._by_plural[linking.plural] = linked_to(linking, kind)
            self._by_plural[kind.plural] = kind

    def remove(self, kind: ObjectType) -> None:
        """With every relation that ends at it."""
        with self._lock:
            del self._by_plural[kind.plural]
            for other in list(self._by_plural.values()):
                self._by_plural[other.plural] = without_links(other, kind)

    def change(self, kind: ObjectType) -> None:
        """`kind` takes the place of the object with its plural."""
        with self._lock:
            self._by_plural[kind.plural] = kind

    def add_field(self, object_id: str, field: Field) -> None:
        """At the end. Raises KeyError for an unknown object."""
        with self._lock:
            kind = self.with_id(object_id)
            if kind is None:
                raise KeyError(object_id)
            self.change(replace(kind, fields=(*kind.fields, field)))
