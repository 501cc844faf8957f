const COMPARED = /(?:<=|>=|==|!=|<|>)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/g;

/** The numbers that conditions compare `value` with, each once, rising: where a chart draws its limits. */
export function limitsOf(conditions: readonly (string | undefined)[]): number[] {
  const found = conditions.flatMap((text) =>
    [...(text ?? '').matchAll(COMPARED)].map(([, number]) => Number(number)),
  );
  return [...new Set(found.filter(Number.isFinite))].sort((a, b) => a - b);
}
