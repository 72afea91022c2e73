"""Columns as Outlook, Google Contacts and CiviCRM name them in English and French are known by themselves."""

from __future__ import annotations

import pytest

from members.imports.people.columns import guess_settings

COMMON = [
    "given_name",
    "family_name",
    "honorific",
    "post_nominals",
    "organization",
    "email",
    "phone",
    "address",
    "city",
]
BOOKS = {
    "Outlook, English": (
        "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
        "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Home State,"
        "Home Postal Code,Home Country/Region,Assistant's Phone,"
        "Business Fax,Business Phone,Business Phone 2,"
        "Home Phone,Mobile Phone,Account,Anniversary,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,"
        "Government ID Number,Initials,Language,Location,Notes,Office Location,Profession,Web Page",
        "Title,Last Name,Job Title,Business Street,Business Phone,E-mail Address,E-mail 2 Address,Mobile Phone",
        "honorific,family_name,title_en,address,phone,email,other_email,mobile",
    ),
    "Outlook, French": (
        "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Titre ,Rue (bureau),Rue (bureau) 2,Ville (bureau),"
        "Dép/Région (bureau),Code postal (bureau),Pays/Région (bureau),Rue (domicile),Ville (domicile),"
        "Dép/Région (domicile),Code postal (domicile),Pays/Région (domicile),Téléphone de l'assistant(e),"
        "Télécopie (bureau),Téléphone (bureau),Téléphone 2 (bureau),Téléphone (domicile),Tél. mobile,"
        "Adresse de messagerie,Type de messagerie,Nom complet de l'adresse de messagerie,Adresse de messagerie 2,"
        "Langue,Notes,Page Web",
        "Titre,Nom,Titre ,Société,Rue (bureau),Téléphone (bureau),Adresse de messagerie,Adresse de messagerie 2",
        "honorific,family_name,title_fr,organization,address,phone,email,other_email",
    ),
    "Google Contacts, as now": (
        "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
        "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,"
        "Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,"
        "Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
        "Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Website 1 - Value",
        "Organization Title,Organization Department,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value",
        "title_en,unit,email,other_email,phone",
    ),
    "Google Contacts, as it was": (
        "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,Nickname,E-mail 1 - Type,"
        "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Region,"
        "Address 1 - Postal Code,Address 1 - Country,Organization 1 - Type,Organization 1 - Name,"
        "Organization 1 - Title,Organization 1 - Department",
        "Given Name,Organization 1 - Name,Organization 1 - Title,Address 1 - Street",
        "given_name,organization,title_en,address",
    ),
    "Google Contacts, French": (
        "Prénom,Deuxième prénom,Nom de famille,Préfixe du nom,Suffixe du nom,Nom de l'organisation,Titre du poste,"
        "E-mail 1 - Libellé,E-mail 1 - Valeur,Téléphone 1 - Libellé,Téléphone 1 - Valeur,Adresse 1 - Rue,"
        "Adresse 1 - Ville,Adresse 1 - Région,Adresse 1 - Code postal,Adresse 1 - Pays",
        "Nom de famille,Nom de l'organisation,E-mail 1 - Valeur,Téléphone 1 - Valeur",
        "family_name,organization,email,phone",
    ),
    "CiviCRM, English": (
        "Contact ID,Contact Type,Do Not Email,External Identifier,Sort Name,Display Name,Nickname,Legal Name,"
        "First Name,"
        "Middle Name,Last Name,Individual Prefix,Individual Suffix,Job Title,Current Employer,Street Address,"
        "Supplemental Address 1,City,State,Postal Code,Country,Phone,Email,Preferred Language",
        "Contact ID,Individual Prefix,Job Title,Current Employer,Street Address,State,Preferred Language",
        "outside_id,honorific,title_en,organization,address,jurisdiction,language",
    ),
    "CiviCRM, French": (
        "Identifiant de contact,Type de contact,Identifiant externe,Nom affiché,Surnom,Prénom,Deuxième prénom,"
        "Nom de famille,Préfixe individuel,Suffixe individuel,Fonction,Employeur actuel,Adresse (rue),Ville,"
        "État / Province,Code postal,Pays,Téléphone,Courriel,Langue préférée",
        "Identifiant de contact,Employeur actuel,Adresse (rue),État / Province,Courriel",
        "outside_id,organization,address,jurisdiction,email",
    ),
}


@pytest.mark.parametrize("book", BOOKS)
def test_columns_of_other_programmes_are_known(book: str) -> None:
    line, headings, targets = BOOKS[book]
    columns = line.split(",")
    mapping = guess_settings([column.strip() for column in columns]).mapping
    assert [target for target in COMMON if target not in mapping] == []
    for heading, target in zip(headings.split(","), targets.split(","), strict=True):
        assert mapping.get(target) == columns.index(heading), (target, heading)
    # The name is taken from its parts alone, and a home address is not taken for that of the office.
    assert "full_name" not in mapping
    taken = {columns[place] for place in mapping.values()}
    assert not {each for each in taken if "ome" in each and each.startswith("Home")} | {"Government ID Number"} & taken
