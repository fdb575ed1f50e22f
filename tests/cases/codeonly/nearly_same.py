"""--code-only: code that differs in one byte, one constant or its table of exceptions alone is updated; what moved is not."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#: like ../functions/nearly_same.py
