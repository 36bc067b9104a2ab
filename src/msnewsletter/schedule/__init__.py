"""When issues go out: rules, and the slots that they name. Pure; reads no clock."""
