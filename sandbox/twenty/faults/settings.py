"""Which faults are on, and how often they strike."""

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

FaultKind = Literal["429", "500", "400", "hang", "cut"]
Number = int | float
LONGEST_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFault:
    """A fault of a share of the objects' API calls, all of them or those of one `method` or `plural`.

    `429` and `500` are Twenty's refusals; `400` is a fault of the server behind a 400, as Twenty reports its own.
    `hang` keeps the caller waiting for `hang_s` and then serves the call. `cut` serves a write and closes the
    connection without an answer; reading calls are left alone. Raises ValueError.
    """

    kind: FaultKind
    share: Number
    method: str | None = None
    plural: str | None = None
    hang_s: Number = 30.0

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"kind must be one of {', '.join(get_args(FaultKind))}, not {self.kind!r}")
        _check_share("share", self.share)
        _check_seconds("hang_s", self.hang_s)
        for name in ("method", "plural"):
            if not isinstance(getattr(self, name), str | None):
                raise ValueError(f"{name} must be a text or null")

    def is_for(self, method: str, plural: str | None) -> bool:
        if self.kind == "cut" and method == "GET":
            return False
        return self.method in (None, method) and self.plural in (None, plural)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """All faults; the default is none. Shares are from 0 to 1, and `seed` decides whom they strike.

    For webhooks: `drop_share` get lost, `drop_above_a_minute` loses what exceeds that number in any 60 s,
    `double_share` come twice (same body, new timestamp and nonce), every one is late by a random time up to
    `delay_s`, `reorder_share` are overtaken by the next one. Raises ValueError.
    """

    seed: int = 0
    drop_share: Number = 0.0
    drop_above_a_minute: int | None = None
    double_share: Number = 0.0
    delay_s: Number = 0.0
    reorder_share: Number = 0.0
    api: tuple[ApiFault, ...] = ()

    def __post_init__(self) -> None:
        _check_whole("seed", self.seed)
        for name in ("drop_share", "double_share", "reorder_share"):
            _check_share(name, getattr(self, name))
        _check_seconds("delay_s", self.delay_s)
        if self.drop_above_a_minute is not None:
            _check_whole("drop_above_a_minute", self.drop_above_a_minute)


def read_faults(sent: Any) -> Faults:
    """From JSON: an object with the names of `Faults`, `api` a list of objects. Raises ValueError."""
    known = _known(Faults, sent, "the faults")
    api = known.pop("api", [])
    if not isinstance(api, list):
        raise ValueError("api must be a list")
    return Faults(**known, api=tuple(_api_fault(each) for each in api))


def _api_fault(sent: Any) -> ApiFault:
    known = _known(ApiFault, sent, "a fault of the API")
    missing = {"kind", "share"} - known.keys()
    if missing:
        raise ValueError(f"a fault of the API needs {' and '.join(sorted(missing))}")
    return ApiFault(**known)


def _known(into: type[Faults | ApiFault], sent: Any, what: str) -> dict[str, Any]:
    names = [field.name for field in fields(into)]
    if not isinstance(sent, dict):
        raise ValueError(f"{what} must be an object with {', '.join(names)}")
    unknown = sorted(sent.keys() - set(names))
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; known are {', '.join(names)}")
    return sent.copy()


def _check_share(name: str, value: Any) -> None:
    if not _is_number(value) or not 0 <= value <= 1:
        raise ValueError(f"{name} must be a number from 0 to 1, not {value!r}")


def _check_seconds(name: str, value: Any) -> None:
    if not _is_number(value) or not 0 <= value <= LONGEST_S:
        raise ValueError(f"{name} must be a number of seconds, not {value!r}; at most {LONGEST_S}")


def _check_whole(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} must be a whole number from 0, not {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
