"""Bulletins: measures counted from records, sentences made of them, pages drawn, editions kept and mailed."""
