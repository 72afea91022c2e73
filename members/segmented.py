"""Lists of the directory that have segments. Nations have none: whom they send is theirs to say."""

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import SegmentedList
from members.lists import ORGANIZATION_WORDS, PERSON_WORDS, organization_list, person_list
from members.policies import can_see_directory

SEGMENTED = (
    SegmentedList(
        "organizations",
        10,
        ORGANIZATION_WORDS,
        can_see_directory,
        organization_list,
        "organizations:list",
        whole="archived=all",
        left_out=_("not archived"),
    ),
    SegmentedList(
        "people",
        20,
        PERSON_WORDS,
        can_see_directory,
        person_list,
        "people:list",
        whole="archived=all",
        left_out=_("not archived"),
    ),
)
