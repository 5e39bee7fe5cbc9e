"""What a password must be."""

from __future__ import annotations

from kernel.sentences import Sentence, say
from records.people import Person

#: Characters (NIST SP 800-63B §3.1.1.2, OWASP ASVS 5.0 §6.2: length counts, mixtures are not asked for).
SHORTEST = 8
LONGEST = 200


def password_mistake(person: Person, password: str) -> Sentence | None:
    """Why `password` cannot become this person's; None: it can."""
    if len(password) < SHORTEST:
        return say("密码至少 {least} 位", least=SHORTEST)
    if len(password) > LONGEST:
        return say("密码最多 {most} 位", most=LONGEST)
    if password.casefold() in (person.id.casefold(), person.name.casefold()) or len(set(password)) < 3:
        return say("这个密码太容易猜到，请换一个")
    return None
