"""The weather of a demo: what goes wrong between Twenty and repsync while the scene is played."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.twenty.faults import ApiFault, Faults


@dataclass(frozen=True, slots=True)
class Weather:
    """`faults` are the sandbox Twenty's; all of repsync is down for `outage` of the floor's time."""

    faults: Faults
    outage: timedelta


CALM = Weather(Faults(), timedelta(0))
STORM = Weather(
    Faults(
        seed=1,
        drop_share=0.3,
        double_share=0.1,
        delay_s=0.5,
        reorder_share=0.5,
        api=(ApiFault(kind="429", share=0.1),),
    ),
    timedelta(hours=1),
)
WEATHERS = {"calm": CALM, "storm": STORM}
