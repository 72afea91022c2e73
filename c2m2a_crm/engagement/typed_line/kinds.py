"""Words that say what kind of contact it was, and who started it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from c2m2a_crm.engagement.typed_line.phrases import Phrases, vocabulary
from c2m2a_crm.engagement.typed_line.reading import Direction, Kind
from c2m2a_crm.engagement.typed_line.tokens import Token

_KINDS: dict[Kind, Phrases] = {
    Kind.ATTEMPT: Phrases(
        """
        no answer | no reply | no response | didn't answer | did not answer | didn't pick up |
        did not pick up | didn't reply | did not reply | unreachable | could not reach | couldn't reach
        | tried to reach | tried calling | tried to call | voicemail | voice mail | voicemails |
        left voicemail | left a voicemail | left voice mail | left a voice mail | vm | left vm |
        left a vm | lvm | left message | left a message | left msg | lm | answering machine |
        busy signal | pas de reponse | sans reponse | aucune reponse | n' a pas repondu |
        n' ont pas repondu | pas repondu | boite vocale | messagerie vocale | message vocal | repondeur
        | injoignable | laisse un message | laisse message | message laisse | ligne occupee
        """
    ),
    Kind.CALL: Phrases(
        """
        call | calls | called | calling | phone | phoned | ph | phone call | phonecall | telephone |
        telephoned | tel | conference call | conf call | rang | appel | appels | appele | appelee |
        appeles | appelees | appeler | appel telephonique | appel conference | conference telephonique |
        telephone a | coup de fil | coup de telephone | rappele | rappelee
        """
    ),
    Kind.MEETING: Phrases(
        """
        meeting | meetings | meet | met | mtg | mtgs | lunch | coffee | breakfast | dinner | supper |
        brunch | one-on-one | sit-down | teams | zoom | webex | google meet | skype | videoconference |
        video conference | video call | videocall | reunion | reunions | rencontre | rencontree |
        rencontres | rencontrees | rencontrer | rdv | rendez-vous | rendez vous | rv | diner | dejeuner
        | petit dejeuner | petit-dejeuner | souper | cafe | visio | visioconference | entretien |
        tete-a-tete
        """
    ),
    Kind.EMAIL: Phrases(
        """
        email | emails | emailed | emailing | e-mail | e-mails | e-mailed | mail | courriel | courriels
        | thank-you email | courriel de suivi | courriel de remerciement
        """
    ),
    Kind.LETTER: Phrases(
        """
        letter | letters | lettre | lettres | letter of support | letter of intent | letter of thanks |
        thank-you letter | lettre d' appui | lettre d' intention | lettre de soutien |
        lettre de remerciement
        """
    ),
    Kind.EVENT: Phrases(
        """
        event | conference | congress | convention | reception | workshop | webinar | seminar |
        symposium | summit | gala | roundtable | round table | trade show | open house | town hall | agm
        | evenement | congres | colloque | atelier | webinaire | seminaire | sommet | table ronde | aga
        | portes ouvertes
        """
    ),
    Kind.VISIT: Phrases(
        """
        visit | visits | visited | visiting | visite | visites | visitee | site visit | plant visit |
        site tour | plant tour | mine tour | toured | visite de site | visite du site | visite des lieux
        | visite de l' usine | visite de la mine | tournee des lieux
        """
    ),
}

# These begin like a kind and are something else.
_NO_KINDS = Phrases(
    """
    call for proposals | call for comments | call for papers | call for nominations | call centre |
    call center | appel d' offres | appels d' offres | appel de propositions | appel a projets |
    appel de candidatures | met with approval
    """
)

_BEGINNINGS = frozenset[str]().union(*(phrases.first_words for phrases in _KINDS.values()))

DIRECTED_KINDS = frozenset({Kind.CALL, Kind.EMAIL, Kind.LETTER})

# Done to somebody when no name stands right before, done by the one whose name does.
_DOING = vocabulary(
    """
    called phoned telephoned rang emailed e-mailed sent wrote mailed appele appelee appeles appelees
    rappele rappelee telephone envoye envoyee envoyes envoyees ecrit
    """
)
_RECEIVED = vocabulary("received recd rec'd got recu recue recus recues incoming entrant entrante")
_TO_US = Phrases(
    """
    sent us | sent me | called us | called me | phoned us | phoned me | emailed us | emailed me |
    wrote us | wrote me | wrote to us | wrote to me | called back | got back to us | returned my call |
    returned our call | nous a | nous ont | m' a | m' ont | us a | nous envoie | nous ecrit |
    nous appelle
    """
)
_BY = Phrases("by | par | from | de la part de | de la part du")
_OF = Phrases("de | du | des | d' | of")
_TO = Phrases("to | a | au | aux | for | a l' attention de")


@dataclass(frozen=True, slots=True)
class KindWords:
    start: int
    stop: int
    kind: Kind


def kind_at(tokens: Sequence[Token], at: int) -> KindWords | None:
    """The longest kind phrase that begins at this token."""
    if at >= len(tokens) or tokens[at].word not in _BEGINNINGS:
        return None
    if _NO_KINDS.longest_at(tokens, at) is not None:
        return None
    best: KindWords | None = None
    for kind, phrases in _KINDS.items():
        stop = phrases.longest_at(tokens, at)
        if stop is not None and (best is None or stop > best.stop):
            best = KindWords(at, stop, kind)
    if best is not None and best.stop < len(tokens) and best.kind is not Kind.ATTEMPT:
        dotted = tokens[best.stop].text == "." and tokens[best.stop].start == tokens[best.stop - 1].end
        short = tokens[best.stop - 1].word in {"tel", "ph", "mtg"}
        best = KindWords(at, best.stop + (dotted and short), best.kind)
    return best


@dataclass(slots=True)
class DirectionClues:
    """Gathers the words that tell a direction; the plain words before the first name count, verbs count anywhere."""

    incoming: bool = False
    outgoing: bool = False
    preposition: Direction | None = None

    def read(self, tokens: Sequence[Token], at: int, *, named_before: bool) -> int | None:
        """Reads the clue that begins at this token; where it ends, or None where there is none."""
        if (stop := _TO_US.longest_at(tokens, at)) is not None:
            self.incoming = True
            return stop
        word = tokens[at].word
        if word in _RECEIVED:
            self.incoming = True
            return at + 1
        if word in _DOING:
            if named_before:
                self.incoming = True
            else:
                self.outgoing = True
            return at + 1
        return None

    def prepared(self, tokens: Sequence[Token], at: int, *, after_contact_word: bool) -> int | None:
        """Reads the preposition that stands before a name."""
        for phrases, direction in ((_BY, Direction.INCOMING), (_TO, Direction.OUTGOING), (_OF, Direction.INCOMING)):
            stop = phrases.longest_at(tokens, at)
            if stop is None:
                continue
            if self.preposition is None and after_contact_word:
                self.preposition = direction
            return stop
        return None

    def settle(self, kind: Kind | None) -> Direction | None:
        if kind not in DIRECTED_KINDS:
            return None
        if self.incoming or self.preposition is Direction.INCOMING:
            return Direction.INCOMING
        if self.outgoing or self.preposition is Direction.OUTGOING:
            return Direction.OUTGOING
        return None
