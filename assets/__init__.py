"""What the station ships with: directory, forms, lexicon, fonts, icons, art; with licences."""
