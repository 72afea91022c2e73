"""What the fictional office speaks about, in the language in which each contact was written down.

With public institutions only what the office itself asks or tells is noted: no conduct of theirs is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

METALS = {
    "nickel": "le nickel",
    "lithium": "le lithium",
    "cathode": "les matériaux cathodiques",
    "graphite": "le graphite",
    "cobalt": "le cobalt",
    "rare earths": "les terres rares",
    "vanadium": "le vanadium",
    "tungsten": "le tungstène",
    "copper": "le cuivre",
    "antimony": "l’antimoine",
    "zinc": "le zinc",
    "magnesium": "le magnésium",
    "titanium": "le titane",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to speak about. ``{metal}`` is that of whom it is spoken about with."""

    en: str
    fr: str
    kind: str
    minutes: int | None = None
    note_en: str = ""
    note_fr: str = ""
    point_en: str = ""
    point_fr: str = ""
    is_question: bool = False


INDUSTRY = (
    Topic(
        "Offtake terms for {metal} with the Delta plant",
        "Entente d’achat pour {metal}",
        "call",
        30,
        "Volumes are settled; the floor price is not.",
        "Les volumes sont arrêtés, le prix plancher ne l’est pas.",
        "A floor price must hold for five years to carry the loan.",
        "Un prix plancher doit tenir cinq ans pour soutenir le prêt.",
    ),
    Topic(
        "Water licence timelines",
        "Échéances du permis d’eau",
        "call",
        20,
        "They file in the spring whatever the reply.",
        "Le dépôt se fera au printemps quelle que soit la réponse.",
        "Two permits ask for the same study in two formats.",
        "Deux permis demandent la même étude dans deux formats.",
    ),
    Topic(
        "Capital grant and the board’s timetable",
        "Subvention d’investissement et calendrier du conseil",
        "call",
        25,
        "The board decides at its next sitting.",
        "Le conseil se prononcera à sa prochaine séance.",
        "The grant pays after the equipment must be ordered.",
        "La subvention est versée après la commande de l’équipement.",
    ),
    Topic(
        "Qualification data for {metal}",
        "Données de qualification pour {metal}",
        "email",
        None,
        "Third batch within specification.",
        "Troisième lot conforme aux exigences.",
    ),
    Topic(
        "Tour of the processing line",
        "Visite de la chaîne de transformation",
        "visit",
        120,
        "Walked the line with the site team.",
        "Visite de la chaîne avec l’équipe du site.",
    ),
    Topic(
        "Seat criteria and nomination papers",
        "Critères des sièges et dossier de candidature",
        "email",
        None,
        "Sent the criteria in both languages.",
        "Critères envoyés dans les deux langues.",
        "Does a joint venture count as one member or two?",
        "Une coentreprise compte-t-elle pour un membre ou pour deux ?",
        True,
    ),
    Topic(
        "Recycled content in the draft standard",
        "Contenu recyclé dans le projet de norme",
        "meeting",
        45,
        "They will send figures by process step.",
        "Ils enverront des chiffres par étape du procédé.",
        "Mass balance should be allowed for the first years.",
        "Le bilan massique devrait être permis les premières années.",
    ),
    Topic(
        "Rail slots before freeze-up",
        "Créneaux ferroviaires avant le gel",
        "call",
        15,
        "Enough until January.",
        "Suffisant jusqu’en janvier.",
    ),
    Topic(
        "Skills programme with the college",
        "Programme de formation avec le collège",
        "meeting",
        40,
        "Twelve places, half of them reserved locally.",
        "Douze places, dont la moitié réservée localement.",
        "Who pays for trainees’ housing?",
        "Qui paie le logement des stagiaires ?",
        True,
    ),
    Topic(
        "Power prices in the off-peak tariff",
        "Prix de l’électricité hors pointe",
        "call",
        20,
        "",
        "",
        "The tariff changes in the middle of a contract year.",
        "Le tarif change au milieu d’une année de contrat.",
    ),
    Topic(
        "Draft position on {metal} processing",
        "Projet de position sur {metal}",
        "email",
        None,
        "Comments attached, mostly on wording.",
        "Commentaires joints, surtout sur la formulation.",
    ),
    Topic("Introductions at the spring symposium", "Présentations au symposium du printemps", "event", 30),
    Topic(
        "Battery passport: which data, from whom",
        "Passeport de batterie : quelles données, et de qui",
        "meeting",
        50,
        "They can deliver origin and energy, not yet water.",
        "Origine et énergie possibles, l’eau pas encore.",
        "Confidential recipes must stay out of the passport.",
        "Les recettes confidentielles doivent rester hors du passeport.",
    ),
    Topic(
        "Quarterly catch-up",
        "Tour d’horizon trimestriel",
        "call",
        25,
        "Nothing urgent on either side.",
        "Rien d’urgent de part et d’autre.",
    ),
    Topic("Storage of {metal} at the port", "Entreposage au port pour {metal}", "call", 15),
    Topic(
        "Letter of support for the pilot",
        "Lettre d’appui pour le projet pilote",
        "letter",
        None,
        "Asked for by the end of the month.",
        "Demandée pour la fin du mois.",
    ),
)

KNOWLEDGE = (
    Topic("Panel on recycled cathode materials", "Table ronde sur les matériaux recyclés", "event", 60),
    Topic(
        "Assay methods and shared samples",
        "Méthodes d’analyse et échantillons communs",
        "meeting",
        45,
        "Three labs will compare results.",
        "Trois laboratoires compareront leurs résultats.",
        "Can the reference samples be kept in the country?",
        "Les échantillons de référence peuvent-ils rester au pays ?",
        True,
    ),
    Topic(
        "Students’ visits to member sites",
        "Visites d’étudiants chez les membres",
        "email",
        None,
        "Dates proposed for the autumn.",
        "Dates proposées pour l’automne.",
    ),
    Topic(
        "What the members ask for most",
        "Ce que les membres demandent le plus",
        "call",
        30,
        "Permits, power, people: in that order.",
        "Permis, énergie, main-d’œuvre, dans cet ordre.",
        "Small processors cannot answer five questionnaires a year.",
        "Les petits transformateurs ne peuvent répondre à cinq questionnaires par an.",
    ),
    Topic(
        "Joint response to the comment round",
        "Réponse commune à la série de commentaires",
        "meeting",
        50,
        "We draft, they review within a week.",
        "Nous rédigeons, ils relisent en une semaine.",
    ),
    Topic("Data on collection and recovery", "Données sur la collecte et la récupération", "call", 20),
)

PUBLIC = (
    Topic(
        "Our members’ figures on processing capacity",
        "Chiffres de nos membres sur la capacité de transformation",
        "meeting",
        45,
        "We presented our own figures and left them behind.",
        "Nous avons présenté nos chiffres et les avons remis.",
    ),
    Topic(
        "Calendar of meetings for the coming year",
        "Calendrier des rencontres de l’année à venir",
        "email",
        None,
        "We sent the dates of our forums.",
        "Nous avons envoyé les dates de nos forums.",
    ),
    Topic("Introduction of our new colleagues", "Présentation de nos nouvelles collègues", "meeting", 30),
    Topic(
        "How to send comments in both languages", "Comment envoyer des commentaires dans les deux langues", "call", 15
    ),
    Topic(
        "Our request for the published schedule",
        "Notre demande du calendrier publié",
        "letter",
        None,
        "We asked for what is public already.",
        "Nous avons demandé ce qui est déjà public.",
    ),
)

NATIONS = (
    Topic(
        "How the Nation wants to work with us",
        "Comment la Nation souhaite travailler avec nous",
        "meeting",
        90,
        "What may be written down was agreed first.",
        "Ce qui peut être noté a été convenu d’abord.",
    ),
    Topic(
        "What may be recorded, and who may read it",
        "Ce qui peut être consigné, et qui peut le lire",
        "meeting",
        60,
        "Read back and corrected together.",
        "Relu et corrigé ensemble.",
        "Notes are read by the council before they are kept.",
        "Le conseil lit les notes avant qu’elles soient conservées.",
    ),
    Topic(
        "Visit to the lands office",
        "Visite au bureau des terres",
        "visit",
        120,
        "At the council’s invitation.",
        "À l’invitation du conseil.",
    ),
    Topic(
        "Honoraria and travel for the next meeting",
        "Honoraires et déplacements pour la prochaine rencontre",
        "call",
        20,
        "Paid before the meeting, as agreed.",
        "Versés avant la rencontre, comme convenu.",
    ),
    Topic(
        "Preferred languages and interpretation",
        "Langues de travail et interprétation",
        "call",
        25,
        "Interpreter booked by the Nation’s office.",
        "Interprète retenu par le bureau de la Nation.",
        "Can the papers come two weeks earlier?",
        "Les documents peuvent-ils arriver deux semaines plus tôt ?",
        True,
    ),
    Topic(
        "Land code and processing on reserve lands",
        "Code foncier et transformation sur les terres",
        "meeting",
        75,
        "They explained their land code; we listened.",
        "Ils ont expliqué leur code foncier ; nous avons écouté.",
        "Training must be offered in the community itself.",
        "La formation doit être offerte dans la communauté même.",
    ),
    Topic(
        "Summary of what was agreed",
        "Résumé de ce qui a été convenu",
        "email",
        None,
        "Sent in draft for their changes.",
        "Envoyé comme ébauche pour leurs changements.",
    ),
)

PROMISES = (
    ("Send the summary of what was agreed", "Envoyer le résumé de ce qui a été convenu"),
    ("Share the comparison of permit timelines", "Transmettre la comparaison des délais de permis"),
    ("Introduce them to two refiners", "Les mettre en relation avec deux affineurs"),
    (
        "Put the point on the agenda of the next meeting",
        "Inscrire ce point à l’ordre du jour de la prochaine rencontre",
    ),
    ("Send both language versions before they are published", "Envoyer les deux versions avant leur publication"),
)
THEIR_PROMISES = (
    ("Send figures for last year", "Envoyer les chiffres de l’an dernier"),
    ("Name somebody for the working group", "Désigner quelqu’un pour le groupe de travail"),
    ("Reply to the draft within two weeks", "Répondre à l’ébauche d’ici deux semaines"),
)
STEPS = (
    ("Call back about the pilot", "Rappeler au sujet du projet pilote"),
    ("Send the seat criteria", "Envoyer les critères des sièges"),
    ("Share the permit timelines", "Transmettre les délais de permis"),
    ("Book the site visit", "Réserver la visite du site"),
    ("Ask for the missing figures", "Demander les chiffres manquants"),
    ("Confirm the date with their office", "Confirmer la date auprès de leur bureau"),
)
ANSWERS = (
    (
        "Raised with the working group; on its agenda for the next meeting.",
        "Soumis au groupe de travail, à l’ordre du jour de sa prochaine réunion.",
    ),
    ("Answered by letter, with the table they asked for.", "Répondu par lettre, avec le tableau demandé."),
    ("Taken into our draft position, section 3.", "Repris dans notre projet de position, section 3."),
    (
        "Not ours to decide; we named the office to ask.",
        "Cela ne relève pas de nous ; nous avons indiqué le bureau à consulter.",
    ),
)
