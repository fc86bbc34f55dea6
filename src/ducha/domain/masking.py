"""Personal data masked by type: it can be kept and compared, but not printed by accident."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=str)


@dataclass(frozen=True)
class Secret(Generic[T]):
    """A value that shows itself masked everywhere; `reveal` is called where a right and a purpose were checked."""

    _value: T
    _shown: str

    def reveal(self) -> T:
        """The value itself."""
        return self._value

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"Secret({self._shown})"

    def __format__(self, specification: str) -> str:
        return format(self._shown, specification)


def _masked(value: str, first: int, last: int) -> str:
    """The first and last characters; where nothing would be hidden, all is."""
    hidden = len(value) - first - last
    if hidden <= 0:
        return "*" * len(value)
    return value[:first] + "*" * hidden + (value[-last:] if last else "")


def identity_number(value: str) -> Secret[str]:
    """身份证号: 410***********1234."""
    return Secret(value, _masked(value, 3, 4))


def phone(value: str) -> Secret[str]:
    """手机号: 138****8000."""
    return Secret(value, _masked(value, 3, 4))


def name(value: str) -> Secret[str]:
    """姓名: 张*."""
    return Secret(value, _masked(value, 1, 0))


def address(value: str) -> Secret[str]:
    """住址, to the county: 河南省平顶山市叶县***."""
    for end in ("县", "区", "市"):
        at = value.rfind(end)
        if at >= 0:
            return Secret(value, value[: at + 1] + "***")
    return Secret(value, "***")
