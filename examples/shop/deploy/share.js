/**
 * Picks versions by weight, evenly mixed: with 10 and 90 the first gets each tenth request, never ten in a row.
 * `weights` is a Map from version to weight; undefined where none has any.
 */
export function createShare() {
  const credit = new Map();
  return (weights) => {
    let chosen;
    let sum = 0;
    for (const [version, weight] of weights) {
      if (weight <= 0) continue;
      sum += weight;
      credit.set(version, (credit.get(version) ?? 0) + weight);
      if (chosen === undefined || credit.get(version) > credit.get(chosen)) chosen = version;
    }
    if (chosen !== undefined) credit.set(chosen, credit.get(chosen) - sum);
    return chosen;
  };
}
