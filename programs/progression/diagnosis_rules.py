"""From which figures on a diagnosis names something, as the rules file says it."""

from dataclasses import dataclass

from programs.progression.rules_mistakes import Gathering
from programs.progression.rules_reading import Keys, percent, positive, whole


@dataclass(frozen=True, slots=True)
class DiagnosisRules:
    """The bounds of a diagnosis, in percent except for the two minimum samples and `voicemails_up_to` (counts).

    Sources: the seed's E-4 gate and "voicemails = 0", the bronze tiers of LIDS's badges; the minimum sample and what
    low connects are is ours.
    """

    least_calls: int
    least_appointments: int
    drop_from: int
    connects_below: int
    voicemails_up_to: int
    two_minutes_below: int
    appointments_below: int
    shows_below: int


def read_diagnosis(keys: Keys) -> DiagnosisRules:
    """The table [diagnosis]. Raises RulesError."""
    with Gathering() as part:
        rules = DiagnosisRules(
            least_calls=part(keys.sourced, "least_calls", positive),
            least_appointments=part(keys.sourced, "least_appointments", positive),
            drop_from=part(keys.sourced, "drop_from", percent),
            connects_below=part(keys.sourced, "connects_below", percent),
            voicemails_up_to=part(keys.sourced, "voicemails_up_to", whole(0)),
            two_minutes_below=part(keys.sourced, "two_minutes_below", percent),
            appointments_below=part(keys.sourced, "appointments_below", percent),
            shows_below=part(keys.sourced, "shows_below", percent),
        )
        keys.done()
    return rules
