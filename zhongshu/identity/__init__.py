"""Company, regions and sites; users, sign-in, roles and the sites they cover; audit."""
