"""Finding a service item by what people type: folding, pinyin, the index, the ranking."""
