"""Small words around names, of both languages, in vocabulary form."""

from __future__ import annotations

from c2m2a_crm.engagement.typed_line.phrases import Phrases, vocabulary

SEPARATORS = vocabulary("and et w/ with avec plus also aussi then puis or ou & + / c/o")
COMPANY = frozenset({"with", "avec", "w/"})
PLACE_PREPOSITIONS = vocabulary("at in chez dans en during")
ARTICLES = vocabulary("the le la les l an un une")
PARTICLES_OF_NAMES = vocabulary("de du des d la le les of von van der den di da dos del della el al bin ben ibn")
TITLES = vocabulary(
    """
    mr mrs ms mme mlle m mm dr dre prof chief chef cheffe elder aine ainee minister ministre deputy
    assistant sous-ministre hon honourable honorable senator senateur senatrice mp mpp grand director
    directeur directrice president presidente ceo premier mayor maire mairesse ambassador ambassadeur
    ambassadrice
    """
)
ATTACHED_DOT_TITLES = vocabulary("mr mrs ms mme mlle mm dr dre prof hon")

# Said around a contact, and saying nothing about it.
FILLERS = vocabulary(
    """
    a i we us our my me had have has having just did was were been is quick quickly short brief briefly
    great good very long nice productive useful first second third another weekly monthly annual initial
    intro introductory follow-up followup informal online virtual in-person joint back again via
    over up made took place held attended had had it this that j ai nous avons avions on ont eu fait as
    avait etait un une bref breve rapide rapidement longue court courte bon bonne belle premier premiere
    deuxieme autre informelle virtuelle virtuel conjointe conjoint hebdomadaire mensuelle annuelle ete
    ce cette en ligne participe assiste tenu tenue left twice once fois laisse laissee laisses
    """
)
AUXILIARIES = vocabulary("a has had have ont avait just nous m us also")

# A talk of some kind that could have been a call or a meeting: names are read, the kind is left open.
TALKS = Phrases(
    """
    spoke with | spoke to | spoke | talked to | talked with | talked | chat with | chatted with | chat |
    discussion with | discussion | contacted | reached | reached out to | heard from | caught up with |
    catch-up with | catch up with | texted | text from | text to | parle avec | parle a | parle |
    discute avec | discussion avec | echange avec | echange | jase avec | joint | contacte |
    eu des nouvelles de | texto a | texto de
    """
)

# Words that no name is made of: a run of small letters with one of them is ordinary text.
PROSE = vocabulary(
    """
    her his their its our your my this that these those some any all not no is are was were be been will
    would could should can may has have had does did do went goes going got get very so too again next
    last more most than because but if when while cancelled canceled postponed rescheduled moved
    confirmed planned scheduled closed opened delayed dropped late early soon tbd tbc today only
    new nouveau nouvelle internal interne quelqu'un well
    good great bad positive negative happy upset worried team staff group people someone everybody
    everyone ses son sa leur leurs notre nos votre vos mon ma mes ce cet cette ces est sont etait sera
    ont aura pas plus tres trop bien mal mais si quand car donc annule annulee reporte reportee confirme
    confirmee prevu prevue retard positif positive equipe gens tout tous toute toutes rien
    """
)

COPY = Phrases(
    """
    cc | c c | cci | bcc | copy to | copying | copied | in copy | en copie | en copie a | copie a |
    copie conforme | en cc
    """
)

SUBJECT_MARKERS = Phrases(
    """
    re | about | on | regarding | concerning | to discuss | discussed | sur | concernant | au sujet de |
    au sujet du | au sujet des | au sujet d' | a propos de | a propos du | a propos des | a propos d' |
    pour discuter de | pour discuter du | pour discuter des | pour discuter d' | relativement a |
    relativement au | relativement aux | portant sur | on the subject of | in regards to |
    with regard to | with regards to | as to
    """
)
LABELS = frozenset({"objet", "sujet", "subject", "topic"})
"""These begin a subject only with a colon after them."""

ON = frozenset({"on", "sur"})
PLACES_ON = Phrases(
    """
    teams | zoom | webex | skype | site | place | le site | the phone | phone | video | the road | line
    """
)

FOLLOW_UP = Phrases(
    """
    follow up | follow-up | followup | f/u | fu | to follow up | suivi | suivis | un suivi |
    faire un suivi | faire suivi | faire le suivi | a suivre | suivre
    """
)

# What a part of the line begins with that asks for something to be done.
TASKS = Phrases(
    """
    send | resend | reply | reply to | answer | ask | confirm | arrange | prepare | invite | remind | retry
    | try again | call back | get back | check with | check if | forward | circulate | contact | set up |
    write to | write up | look up | look into | find out | let them know | let her know | let him know |
    remember to | need to | to do | envoyer | renvoyer | transmettre | repondre | demander | confirmer |
    organiser | preparer | inviter | relancer | rappeler | reessayer | verifier | reserver | rediger |
    planifier | partager | ecrire | appeler | telephoner | remettre | fixer | prevoir | faire parvenir |
    faire circuler | acheminer | contacter | joindre | revoir | finaliser | a faire
    """
)
# As often a noun: a task only where nothing is told of it ("Draft note", not "Draft note is ready").
TASKS_OR_THINGS = Phrases(
    "book | draft | review | schedule | share | plan | report | update | call | email | meet | note"
)
# Verbs by which a sentence tells how something is or was.
TELLING = vocabulary(
    """
    is are was were be been has have had does did says said wants wanted needs needed meets met asked agreed
    thinks thought hopes hoped expects expected runs ran starts started opens opened closes closed went goes
    came comes got est sont etait etaient ont avait avaient dit disent veut veulent voulait voudrait tient
    tiennent pense pensent espere aura sera demande demandent ouvre commence termine
    """
)
SUBJECT_LABELS = frozenset({"re", "regarding", "concerning", "concernant"})
"""These begin a subject even where they begin a sentence."""
TELLERS = vocabulary("she he they we elle il ils elles")
"""After a comma these begin a sentence of their own."""

JOINED = Phrases(
    """
    joined | joined us | joined the call | joined the meeting | also joined | attended | took part | was there |
    s' est joint | s' est jointe | s' est joint a nous | s' est jointe a nous | a participe | y a participe |
    etait la | y etait | etait present | etait presente
    """
)
"""Said of somebody in a sentence of its own: that person was there too."""

MORNING = vocabulary("morning matin avant-midi")
NOON = vocabulary("midi noon")
AFTERNOON = vocabulary("afternoon apres-midi aprem")
EVENING = vocabulary("evening night tonight soir soiree")

NEVER_END_A_SENTENCE = ATTACHED_DOT_TITLES | vocabulary(
    """
    st ste tel ph vs cf re no approx env mtg att attn ext c cc p pp
    """
)
SELDOM_END_A_SENTENCE = vocabulary(
    """
    jan janv feb fev fevr mar apr avr jun jul juil aug aout sep sept oct nov dec mon tue tues wed thu
    thur thurs fri sat sun lun mer jeu ven sam dim min mins hr hrs h inc ltd ltee corp co etc dept govt
    am pm
    """
)
"""They do before a capital letter."""
