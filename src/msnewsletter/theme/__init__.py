"""How mail, pages and door look: colours, typefaces, sizes and the logo. Pure; opens no file."""
