"""Wire messages shared by the client and the platform: parse, validate, sign, verify."""
