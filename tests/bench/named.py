"""Everything that a row can name."""
from commands import COMMANDS
from keys import KEYS
from programs import PROGRAMS
from services import SERVICES

NAMED = {**PROGRAMS, **COMMANDS, **KEYS, **SERVICES}
