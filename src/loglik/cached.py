"""Attributes computed once, when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

V = TypeVar("V")


class cached_property(Generic[V]):  # noqa: N801
    """A property whose value is kept with the object, as `functools.cached_property` without its lock.

    That of Python 3.11 locks all objects of a class while the value of one is computed: fits in several threads wait for
    each other, and a child forked meanwhile waits for ever. Two threads that ask at once may both compute, the same.

    Parameters
    ----------
    function : callable
        Computes the value of an object.

    Examples
    --------
    >>> class Square:
    ...     def __init__(self, side: float) -> None:
    ...         self.side = side
    ...
    ...     @cached_property
    ...     def area(self) -> float:
    ...         return self.side**2
    >>> square = Square(3.0)
    >>> square.area, square.__dict__["area"]
    (9.0, 9.0)
    """

    def __init__(self, function: Callable[[Any], V]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> V: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> Self | V:
        if instance is None:
            return self
        # The object's own attribute comes before this descriptor from now on.
        value = instance.__dict__[self.name] = self.function(instance)
        return value
