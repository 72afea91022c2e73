"""Whether a position may be adopted, by the rule of the terms of reference; pure.

*Consensus* is that nobody who counts objects any longer. With *recorded dissent* an objection does not hold the
position up, but stands beside it with its reason, and more must support than oppose. Under either, the condition of
whoever supports on one is answered. Silence is neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import TermsOfReference
from forums.positions.standing import Table, Voice

Rule = TermsOfReference.DecisionRule

OWN_RULE = Rule.RECORDED_DISSENT
"""By what the alliance adopts its own positions, which no terms of reference govern."""


def refusal(rule: str, table: Table, *, reasons: Collection[int] = (), conditions_note: str = "") -> str:
    """Why the position is not adopted on that day, as a sentence; empty where the rule is met.

    ``reasons`` are the keys of stances whose dissent comes with a reason.
    """
    support = [*table.of("supports"), *table.of("supports_if")]
    against = table.of("opposes")
    if rule == Rule.ADVICE:
        return _("This forum gives advice only: it adopts no position.")
    if rule not in Rule.values:
        return _("The terms of reference of that day do not say how the forum decides.")
    if not support:
        return _("Nobody supports this position on that day: there is nothing to adopt.")
    if rule == Rule.MAJORITY:
        if 2 * len(support) > len(table.voices):
            return ""
        words = {"support": len(support), "total": len(table.voices)}
        return _("No majority: %(support)d of %(total)d for it.") % words
    if rule == Rule.CONSENSUS and against:
        sentence = ngettext(
            "No consensus: %(names)s opposes it. The terms of reference know no dissent beside a consensus.",
            "No consensus: %(names)s oppose it. The terms of reference know no dissent beside a consensus.",
            len(against),
        )
        return sentence % {"names": names_of(against)}
    if len(against) >= len(support):
        words = {"against": len(against), "support": len(support)}
        return _("No consensus: %(against)d against it, %(support)d for it.") % words
    untold = [voice for voice in against if voice.stance is not None and voice.stance.pk not in reasons]
    if untold:
        return _("Record why these do not join in: %(names)s.") % {"names": names_of(untold)}
    if table.of("supports_if") and not conditions_note:
        names = names_of(table.of("supports_if"))
        return _("Say how the conditions of these are met: %(names)s.") % {"names": names}
    return ""


def names_of(voices: Iterable[Voice]) -> str:
    return ", ".join(dict.fromkeys(voice.name for voice in voices))
