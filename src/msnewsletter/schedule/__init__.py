"""The schedule: rules, and the slots that they name. Pure; reads no clock."""
