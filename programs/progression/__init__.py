"""The progression program: how facts become XP, levels, ranks and efficiency metrics."""
