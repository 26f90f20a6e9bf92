"""What a page says: its text → blocks with their lines → steps to take. Pure; every author's mistake is found here."""
