"""The house: settings, ground floor and the shared rooms of the C2M2A CRM."""
