"""One module per revision; ``v{revision}_….json`` beside it is the schema that it must leave."""
