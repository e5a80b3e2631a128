"""The words of the trade: frozen dataclasses, enums, the life-cycle table, rules and validators.

Standard library only, no input or output; the clock is an argument.
"""
