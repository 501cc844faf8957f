/** Shapes of the JSON columns that no domain type describes. */
