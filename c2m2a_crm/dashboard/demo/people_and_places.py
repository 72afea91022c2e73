"""Whom the fictional office knows. Everybody is invented; the public institutions exist, the people in them do not."""

from __future__ import annotations

from dataclasses import dataclass

from members.models import Party

Kind = Party.Kind


@dataclass(frozen=True, slots=True)
class Place:
    """An organization or a Nation. ``holder`` is the handle of the colleague who keeps the relationship.

    ``visits`` says how often it is met; ``quiet_days``, since when it is not met at all.
    """

    key: str
    kind: str
    name_en: str
    name_fr: str = ""
    place: str = ""
    holder: str = "dana"
    visits: int = 5
    quiet_days: int = 0
    metal: str = ""
    acronym_en: str = ""
    acronym_fr: str = ""
    level: str = ""
    distinction: str = ""
    autonym: str = ""
    autonym_language: str = ""
    about: str = ""


B, A = Kind.BUSINESS, Kind.ASSOCIATION

PLACES = (
    Place(
        "northline",
        B,
        "Northline Nickel Refining Inc.",
        "Affinage de nickel Northline inc.",
        "ON",
        visits=14,
        metal="nickel",
    ),
    Place("saltbush", B, "Saltbush Lithium Brine Co-operative", place="SK", holder="maren", visits=8, metal="lithium"),
    Place("cascadia", B, "Cascadia Cathode Materials Ltd.", place="BC", holder="maren", visits=7, metal="cathode"),
    Place(
        "acadie", B, "Acadie Graphite Anodes Inc.", "Anodes de graphite Acadie inc.", "NB", "noor", 7, metal="graphite"
    ),
    Place("tundra", B, "Tundra Cobalt Corp.", place="NT", holder="noor", visits=5, metal="cobalt"),
    Place("fundy", B, "Fundy Magnet Works", place="NS", holder="noor", visits=8, metal="rare earths"),
    Place(
        "superior",
        B,
        "Superior Recycling Metals",
        "Métaux recyclés Supérieur",
        "ON",
        visits=6,
        quiet_days=103,
        metal="cobalt",
    ),
    Place("fjord", B, "Fjord Nickel Smelting Ltd.", place="NL", holder="noor", visits=6, quiet_days=89, metal="nickel"),
    Place(
        "peace", B, "Peace Vanadium Storage Inc.", place="BC", holder="maren", visits=5, quiet_days=64, metal="vanadium"
    ),
    Place("stoneflower", B, "Stoneflower Tungsten Corp.", place="YT", holder="maren", visits=4, metal="tungsten"),
    Place("granderive", B, "", "Graphite Grande-Rive inc.", "QC", "eloise", 8, metal="graphite"),
    Place("spodumene", B, "", "Lithium Rivière-aux-Trembles inc.", "QC", "eloise", 6, metal="lithium"),
    Place("prairie", B, "Prairie Lithium Extraction Ltd.", place="AB", holder="maren", visits=6, metal="lithium"),
    Place("cariboo", B, "Silver Birch Copper Refining Ltd.", place="BC", holder="maren", visits=4, metal="copper"),
    Place("abitibi", B, "", "Précurseurs Val-Boréal inc.", "QC", "eloise", 7, metal="cathode"),
    Place("redspruce", B, "Red Spruce Antimony Corp.", "Antimoine Épinette-Rouge", "NB", "noor", 4, metal="antimony"),
    Place("flin", B, "Lakehead Zinc Products Ltd.", place="MB", holder="dana", visits=3, metal="zinc"),
    Place("chaleur", B, "Chaleur Magnesium Inc.", "Magnésium Chaleur inc.", "NB", "noor", 4, metal="magnesium"),
    Place(
        "wellspring",
        B,
        "Wellspring Battery Cells Inc.",
        "Cellules de batteries Wellspring inc.",
        "ON",
        "dana",
        7,
        metal="cathode",
    ),
    Place("harbourlight", B, "Harbourlight Metals Trading", place="NS", holder="noor", visits=0, metal="cobalt"),
    Place("titane", B, "North Shore Titanium Inc.", "Titane Côte-Nord inc.", "QC", "eloise", 5, metal="titanium"),
    Place(
        "meridian", B, "Meridian Rare Earth Separation Ltd.", place="SK", holder="maren", visits=8, metal="rare earths"
    ),
    Place(
        "boreal",
        A,
        "Boreal Battery Metals Association",
        "Association boréale des métaux pour batteries",
        "QC",
        "eloise",
        9,
        acronym_en="BBMA",
        acronym_fr="ABMB",
    ),
    Place("recyclage", A, "", "Association du recyclage des batteries", "QC", "eloise", 6, acronym_fr="ARB"),
    Place("processors", A, "Prairie Processors’ Council", "Conseil des transformateurs des Prairies", "SK", "maren", 5),
    Place("magnets", A, "Magnet Makers’ Network", "Réseau des fabricants d’aimants", "ON", "noor", 5),
    Place(
        "institut",
        Kind.ACADEMIC,
        "Boreal Institute of Materials",
        "Institut boréal des matériaux",
        "QC",
        "eloise",
        5,
        96,
        acronym_en="BIM",
        acronym_fr="IBM",
    ),
    Place("shield", Kind.ACADEMIC, "University of the Shield", "Université du Bouclier", "ON", visits=5),
    Place(
        "metallurgy",
        Kind.ACADEMIC,
        "Atlantic School of Metallurgy",
        "École de métallurgie de l’Atlantique",
        "NS",
        "noor",
        3,
    ),
    Place("rivers", Kind.NONPROFIT, "Clear Rivers Land Trust", place="BC", holder="maren", visits=4),
    Place(
        "workers",
        Kind.NONPROFIT,
        "Workers’ Council for Clean Processing",
        "Conseil des travailleurs pour une transformation propre",
        "ON",
        visits=4,
    ),
    Place("lumen", Kind.EXPERT, "Lumen Assay Partners", place="ON", holder="omar", visits=3),
    Place(
        "nrcan",
        Kind.GOVERNMENT,
        "Natural Resources Canada",
        "Ressources naturelles Canada",
        "",
        "omar",
        9,
        acronym_en="NRCan",
        acronym_fr="RNCan",
        level="federal",
    ),
    Place(
        "ised",
        Kind.GOVERNMENT,
        "Innovation, Science and Economic Development Canada",
        "Innovation, Sciences et Développement économique Canada",
        "",
        "omar",
        5,
        acronym_en="ISED",
        acronym_fr="ISDE",
        level="federal",
    ),
    Place(
        "gac",
        Kind.GOVERNMENT,
        "Global Affairs Canada",
        "Affaires mondiales Canada",
        "",
        "omar",
        5,
        acronym_en="GAC",
        acronym_fr="AMC",
        level="federal",
    ),
    Place(
        "mern",
        Kind.GOVERNMENT,
        "Example Ministry of Mines",
        "Ministère des Mines (exemple)",
        "ON",
        "omar",
        4,
        level="provincial",
    ),
    Place(
        "harbour",
        Kind.GOVERNMENT,
        "Town of Quartz Harbour (example)",
        "Ville de Quartz Harbour (exemple)",
        "NL",
        "noor",
        2,
        level="municipal",
    ),
    Place(
        "agency",
        Kind.GOVERNMENT,
        "Example Agency for Raw Materials",
        "Agence des matières premières (exemple)",
        "",
        "omar",
        3,
        level="foreign",
    ),
    Place(
        "roundtable",
        Kind.INTERNATIONAL,
        "International Minerals Round Table (example)",
        "Table ronde internationale des minéraux (exemple)",
        "",
        "omar",
        3,
    ),
    Place(
        "spruce",
        Kind.NATION,
        "Spruce Narrows First Nation",
        "",
        "MB",
        "dana",
        7,
        distinction="first_nations",
        about="The council asks to be written to by its office of lands, and reads our notes before they are kept.",
    ),
    Place(
        "otter",
        Kind.NATION,
        "Otter Rapids First Nation",
        "Première Nation d’Otter Rapids",
        "ON",
        "dana",
        6,
        distinction="first_nations",
        about="Works under its own protocol; meetings open with the words that the Nation chooses.",
    ),
    Place(
        "brochet",
        Kind.NATION,
        "",
        "Première Nation de la Rivière-au-Doré",
        "QC",
        "eloise",
        5,
        distinction="first_nations",
        about="La Nation travaille en français ; l’ordre du jour est convenu avec elle dix jours d’avance.",
    ),
    Place(
        "herons",
        Kind.NATION,
        "Three Herons First Nation",
        "",
        "BC",
        "maren",
        4,
        distinction="first_nations",
        about="Decisions are the council’s; staff may explain, not agree, on its behalf.",
    ),
    Place(
        "metis",
        Kind.NATION,
        "Sample Métis Settlement Council",
        "Conseil de l’établissement métis (exemple)",
        "AB",
        "maren",
        5,
        distinction="metis",
    ),
    Place(
        "tribal",
        Kind.REPRESENTATIVE_BODY,
        "Sample Tribal Council",
        "Conseil tribal (exemple)",
        "MB",
        "dana",
        4,
        distinction="first_nations",
    ),
    Place(
        "inuit",
        Kind.REPRESENTATIVE_BODY,
        "Sample Inuit Association",
        "Association inuite (exemple)",
        "NU",
        "noor",
        6,
        distinction="inuit",
        autonym="ᐆᒃᑑᑎ ᐃᓄᐃᑦ",
        autonym_language="iu",
    ),
)


@dataclass(frozen=True, slots=True)
class Somebody:
    key: str
    given_name: str
    family_name: str
    place: str
    title_en: str
    title_fr: str
    language: str = "en"
    preferred_name: str = ""
    honorific: str = ""


KNOWN = (
    Somebody("amara", "Amara", "Tamarack", "northline", "Vice-President, Operations", "Vice-présidente, Exploitation"),
    Somebody("ferrite", "Dana", "Ferrite", "northline", "Policy Lead", "Responsable des politiques"),
    Somebody("ferrand", "Luc", "Ferrand", "northline", "Site Manager", "Directeur d’usine", "fr"),
    Somebody("larch", "Ines", "Larch", "saltbush", "Chief Executive Officer", "Directrice générale"),
    Somebody("okafor", "Chidi", "Okafor-Beryl", "cascadia", "Director, Supply", "Directeur, Approvisionnement"),
    Somebody("leblanc", "Rose-Aimée", "LeBlanc-Graphite", "acadie", "President", "Présidente", "fr"),
    Somebody("cobalt", "Tomas", "Beryl", "tundra", "Government Relations", "Relations gouvernementales", "en", "Tom"),
    Somebody("magnet", "Freya", "Neodym", "fundy", "Founder", "Fondatrice"),
    Somebody("basalte", "Luc", "Basalte", "boreal", "Executive Director", "Directeur général", "fr"),
    Somebody("tremblay", "Mylène", "Tremblay-Silice", "recyclage", "Coordinator", "Coordonnatrice", "fr"),
    Somebody(
        "quartz",
        "Marisol",
        "Quartz",
        "nrcan",
        "Director, partner relations",
        "Directrice, relations avec les partenaires",
    ),
    Somebody(
        "galene", "Étienne", "Galène", "nrcan", "Senior policy analyst", "Analyste principal des politiques", "fr"
    ),
    Somebody("feldspath", "Noémie", "Feldspath", "institut", "Research Chair", "Titulaire de chaire", "fr"),
    Somebody("granite", "Owen", "Granite", "mern", "Assistant Deputy Minister", "Sous-ministre adjoint"),
    Somebody("spruce-chief", "Marguerite", "Whitebirch", "spruce", "Chief", "Cheffe", "en", "", "Chief"),
    Somebody("spruce-lands", "Elias", "Stillwater", "spruce", "Lands Director", "Directeur des terres"),
    Somebody(
        "otter-lands",
        "Juniper",
        "Eastwind",
        "otter",
        "Director of Lands and Resources",
        "Directrice des terres et des ressources",
    ),
    Somebody("brochet-council", "Anne-Marie", "Rivard-Doré", "brochet", "Councillor", "Conseillère", "fr"),
    Somebody("herons-office", "Rowan", "Cedarlake", "herons", "Referrals Officer", "Responsable des demandes d’avis"),
    Somebody("metis-council", "Colette", "Prairiefire", "metis", "Council Chair", "Présidente du conseil"),
    Somebody("inuit-lands", "Sila", "Northlight", "inuit", "Director of Lands", "Directrice des terres"),
    Somebody("tribal-policy", "Dorian", "Riverbend", "tribal", "Policy Adviser", "Conseiller en politiques"),
)

# Everybody else is drawn from these. Each family name is given once, so that a typed name means one person.
GIVEN_EN = (
    "Alasdair", "Amina", "Beatrix", "Bram", "Callum", "Cordelia", "Dariusz", "Deepa", "Elowen", "Emeka", "Farah",
    "Gideon", "Harriet", "Imogen", "Ivor", "Jaspreet", "Keiko", "Lorcan", "Mairi", "Nadia", "Osric", "Petra", "Quentin",
    "Rhiannon", "Soraya", "Tamsin", "Uma", "Viggo", "Wilhelmina", "Yusuf", "Zofia", "Anselm", "Bettina", "Cyrus",
)  # fmt: skip
GIVEN_FR = (
    "Aurélie", "Benoît", "Célestine", "Damien", "Élise", "Fabrice", "Geneviève", "Hubert", "Isaure", "Jocelyn",
    "Karine", "Ludovic", "Maëlle", "Normand", "Océane", "Philémon", "Renée", "Sylvain", "Thaïs", "Ursule", "Yvan",
)  # fmt: skip
FAMILY = (
    "Albite", "Amazonite", "Andalus", "Anglesite", "Apatite", "Aragon-Stone", "Azurite", "Barite", "Biotite",
    "Bornite", "Calcite", "Carnelian", "Celestine", "Chromite", "Cinnabar", "Citrine", "Corundum", "Cuprite",
    "Diopside", "Dolomite", "Dunite", "Enstatite", "Epidote", "Felsite", "Fluorite", "Gabbro", "Galenite", "Garnet",
    "Gneiss", "Goethite", "Gypsum", "Halite", "Hematite", "Hornblende", "Ilmenite", "Jasper", "Kyanite", "Lazurite",
    "Lepidolite", "Limonite", "Magnetite", "Malachite", "Marble", "Monazite", "Muscovite", "Nephrite", "Norite",
    "Obsidian", "Olivine", "Onyx", "Orthoclase", "Peridot", "Petalite", "Pollux", "Prehnite", "Pumice", "Pyrope",
    "Rhyolite", "Rutile", "Sardonyx", "Scheelite", "Serpentine", "Siderite", "Sodalite", "Sphalerite", "Spinel",
    "Stibnite", "Tantalite", "Topaz", "Tourmaline", "Travertine", "Ulexite", "Vanadine", "Wolfram", "Zeolite",
)  # fmt: skip

TITLES: dict[str, tuple[tuple[str, str], ...]] = {
    Kind.BUSINESS: (
        ("Chief Executive Officer", "Direction générale"),
        ("Vice-President, Corporate Affairs", "Vice-présidence, Affaires de l’entreprise"),
        ("Director, Sustainability", "Direction, Développement durable"),
        ("Plant Manager", "Direction d’usine"),
        ("Regulatory Affairs Lead", "Responsable des affaires réglementaires"),
        ("Head of Procurement", "Responsable de l’approvisionnement"),
    ),
    Kind.ASSOCIATION: (("Policy Manager", "Gestion des politiques"), ("Member Services", "Services aux membres")),
    Kind.ACADEMIC: (
        ("Professor of Metallurgy", "Chaire de métallurgie"),
        ("Lab Director", "Direction de laboratoire"),
    ),
    Kind.NONPROFIT: (("Executive Director", "Direction générale"), ("Programme Lead", "Responsable de programme")),
    Kind.EXPERT: (("Principal", "Direction du cabinet"),),
    Kind.GOVERNMENT: (
        ("Policy Analyst", "Analyste des politiques"),
        ("Manager, partner relations", "Gestion, relations avec les partenaires"),
    ),
    Kind.INTERNATIONAL: (("Programme Officer", "Gestion de programme"),),
    Kind.NATION: (("Council Liaison", "Liaison du conseil"),),
    Kind.REPRESENTATIVE_BODY: (("Executive Assistant", "Soutien à la direction"),),
}
