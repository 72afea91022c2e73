"""Words of organization names: legal forms by family, English and French words of one meaning, words that add little.

Folded, without dots. What a legal form says is only whether two names can be of one legal person at all.
"""

from __future__ import annotations

from typing import Final

_FORMS: Final = {
    "company": """
        inc incorporated incorporee ltd ltee limited limitee corp corporation co cie company compagnie plc llc pllc ulc
        gmbh mbh ag ug sa sas sasu sarl eurl sprl bvba bv nv spa srl srls sl slu sca ab as asa aps oy oyj hf ehf kft
        zrt nyrt doo dooel ad jsc pjsc ojsc cjsc ooo oao pao zao sia uab sro kk yk pty pte bhd sdn pvt ltda lda eood
        oü ou se cic clg dac uc unltd unlimited ent
    """,
    "partnership": """
        lp llp lllp gp senc sencrl sec snc scs secs kg kgaa ohg gbr cv vof ks kb hb limited_partnership
        general_partnership limited_liability_partnership societe_en_commandite societe_en_nom_collectif
    """,
    "cooperative": "coop cooperative scop scpa cooperatif co_op cooperation",
    "association": "asbl vzw osbl obnl ev",
    "sole": "enr reg regd enregistree",
    "trust": "trust fiducie",
}
FORMS: Final[dict[str, str]] = {form: family for family, forms in _FORMS.items() for form in forms.split()}
LONG_FORMS: Final[dict[tuple[str, ...], str]] = {
    tuple(form.split("_")): family for form, family in FORMS.items() if "_" in form
}
# Before the name, in countries that write it there.
LEADING_FORMS: Final = frozenset(["pt", "ooo", "oao", "pao", "zao", "uab", "tov"])
# Words that are a legal form at the end of a name, and a word of the name elsewhere.
JOINING: Final = frozenset(
    """
    de du des d la le les l un une et and of the for pour sur on au aux a en in & y und der die das von to par by
    """.split()  # noqa: SIM905  a list of words is read as words
)

# Each line is one meaning; its first word stands for all of them.
_MEANINGS: Final = """
mine mines mining minier miniere minieres
mineral minerals mineraux minerale minerales
exploration explorations
resource resources ressource ressources
metal metals metaux metallique
gold or
silver argent
copper cuivre
iron fer
steel acier
zinc
nickel
lead plomb
aluminium aluminum
rare rares
earth earths terre terres
salt sel
water eau eaux
air
energy energie energies
oil petrole petroliere
gas gaz
power electricite
hydro
nuclear nucleaire nucleaires
environment environnement environmental environnemental environnementale environnementaux
climate climat climatique
change changement changements
forest forests forestry foret forets forestier forestiere
fishery fisheries peche peches
ocean oceans
agriculture agricultural agricole agroalimentaire agrifood
food alimentaire aliment aliments
natural naturel naturelle naturelles naturels
science sciences scientific scientifique scientifiques
technology technologies technologie technological technologique
research recherche recherches
innovation innovations
development developpement
economy economic economique economiques economie
industry industries industrie industriel industrial industrielle
manufacturing fabrication manufacturier manufacturiers
trade commerce commercial commerciale
international internationale internationaux
national nationale nationaux
regional regionale regions region
federal federale
provincial provinciale
territorial territoriale
municipal municipale municipality municipalite
city ville
town
village
county comte
region
government gouvernement
department dept ministere ministry
minister ministre
agency agence
office bureau
board conseil council
commission
committee comite
tribunal tribunals tribunaux
court cour
service services
secretariat
authority administration autorite
association assn assoc
society societe
federation
union
alliance
coalition
network reseau
institute institut
university universite univ
college
school ecole
centre center
foundation fondation
fund fonds
bank banque
insurance assurance assurances
financial finance finances financiere financier
investment investments investissement investissements
capital
partner partners partenaire partenaires partnership partenariat
consulting consultants consultant conseils
engineering ingenierie genie
construction
transport transportation transports
rail railway ferroviaire
port harbour harbor
airport aeroport
post postal postes poste
housing logement
health sante
safety securite security
defence defense
justice
public publique publics publiques
employment emploi
labour labor travail
worker workers travailleur travailleurs travailleuses
woman women femme femmes
youth jeunesse jeunes
indigenous autochtone autochtones
aboriginal
first premiere premieres
nation nations
people peoples peuples peuple
inuit
metis
band bande
treaty traite
council
chamber chambre
museum musee
library bibliotheque
archive archives
standard standards norme normes
accessibility accessibilite
transparency transparence
information
statistics statistique statistiques
revenue revenu
border frontier frontaliers frontieres frontaliere frontalier
prospector prospectors prospecteurs prospecteur
developer developers entrepreneurs
geological geologique geologiques geology geologie survey
geoscience geosciences
laboratory laboratories labs laboratoire laboratoires
battery batteries batterie
material materials materiaux materiel
recycling recyclage
refining refinery affinage raffinerie raffinage
processing traitement transformation
smelting smelter fonderie fusion
equipment equipement equipements
supply approvisionnement
critical critique critiques
strategic strategique strategiques
clean propre propres
green vert verte
sustainable durable durables
north nord
northern nordique septentrional
south sud
southern
east est
eastern
west ouest
western
central centrale
atlantic atlantique
pacific pacifique
arctic arctique
great grand grands grande grandes
lake lakes lac lacs
river riviere
mountain montagne
island ile
saint st ste sainte
new nouveau nouvelle
canada can
canadian canadien canadienne canadiens canadiennes
quebec qc quebecois quebecoise
ontario
manitoba
saskatchewan
alberta
british britannique columbia colombie
brunswick
scotia ecosse
newfoundland terreneuve
labrador
yukon
nunavut
northwest
territories territoires
group groupe groups
holding holdings
enterprise enterprises entreprise entreprises
venture ventures
brother brothers bros freres
son sons fils
limited_partner
"""
MEANING: Final[dict[str, str]] = {
    word: line.split()[0] for line in reversed(_MEANINGS.strip().split("\n")) for word in line.split()
}

# A name with one of these more is the same name said at length, where what is left names somebody.
FILLERS: Final = frozenset(["group", "holding", "enterprise", "company", "corporation", "limited", "incorporated"])
# What many brands say after their own word; left out in speech, but also what tells two firms of one brand apart.
TRADES: Final = frozenset(["mine", "resource", "metal", "exploration", "energy", "industry", "mineral"])

ROMAN: Final = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12",
}  # fmt: skip
