"""What is said of a step of a trial that it was not the code that broke."""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.contract.verdicts import Judgement, broken, not_covered
from gradproof.ports.role_ids import TrialRoleId
from gradproof.ports.trials import Moment

BROKE: Mapping[TrialRoleId, str] = {
    "layer": "layer.broke",
    "network": "network.broke",
    "optimizer": "optimizer.broke",
}
LATE: Mapping[TrialRoleId, str] = {"layer": "layer.late", "network": "network.late"}
"""The message where the time was up, of roles that tell it apart."""


def not_run(moment: Moment, role: TrialRoleId = "layer") -> Judgement | None:
    """What is said where it is not the code that broke; else ``None``."""
    if moment.kind == "program.died":
        return broken("layer.died", how=moment.text)
    if moment.kind == "program.misfit":
        return broken("layer.misfit", text=moment.text)
    if moment.outcome == "missing":
        return not_covered("load.missing", names=moment.text)
    if moment.outcome == "broke":
        # The child has ended, or the time: that may be the doing of another class.
        late = moment.kind == "load.timeout"
        return not_covered(LATE.get(role, BROKE[role]) if late else BROKE[role])
    return None
