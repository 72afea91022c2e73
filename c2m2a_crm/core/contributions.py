"""What the ground floor itself adds to the house: its pages in the navigation, its reference data, its jobs."""

from c2m2a_crm.core import exports, texts  # exports: so that every process knows how to run a stored export
from c2m2a_crm.core.registries import ReferenceData, reference_data

reference_data.register(ReferenceData("core.installation", 10, texts.load_installation))
reference_data.register(ReferenceData("core.public_texts", 20, texts.load_public_texts))

__all__ = ["exports"]
