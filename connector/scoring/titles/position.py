"""One job that a title names: its head (the noun that decides) and its field. The choice among jobs is not here."""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.scoring.titles.lexicon import RANK, Sense
from connector.scoring.titles.tables.notation import MEDIUM, STRONG, WEAK

GENERAL = "general_management"
C_LEVEL, VP, DIRECTOR, MANAGER = 4, 3, 2, 1


@dataclass(slots=True)
class Position:
    """A head with its rank (0: none) and the fields around it, nearest to the head first.

    `joined` are fields of earlier parts of the title that share the head ("IT and Finance Director").
    """

    head: Sense
    rank: int
    joined: list[Sense] = field(default_factory=list)
    before: list[Sense] = field(default_factory=list)
    after: list[Sense] = field(default_factory=list)
    past: bool = False
    deputy: bool = False
    named: bool = False
    unknown_field: bool = False

    def field(self) -> Sense | None:
        """The word that says which department it is, the head itself where it says so best; None where none does."""
        head, best = self.head, self._best()
        if head.function is None:
            return best
        if best is None or head.flag == "owner":
            return head
        if head.flag:
            return best if best.weight >= MEDIUM and not self.named else head
        if self.joined and head.weight == STRONG:
            return self.joined[0] if self.joined[0].weight >= MEDIUM else head
        if head.weight == STRONG:
            return head
        close = head.kind == RANK or head.weight == WEAK or best in self.before or best in self.joined
        return best if best.weight > head.weight or (close and best.weight == head.weight) else head

    def _best(self) -> Sense | None:
        ahead = [*self.joined, *self.before]
        behind = self.after[:1] if self.named else self.after
        first = max(ahead, key=_weight, default=None)
        second = max(behind, key=_weight, default=None)
        if first is None or second is None:
            return first or second
        return second if second.weight > first.weight else first


def _weight(sense: Sense) -> int:
    return sense.weight
