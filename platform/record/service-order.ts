/** Components sorted by service: the same set of versions always makes the same row, which is how attempts are found. */
export const inServiceOrder = <C extends { service: string }>(components: readonly C[]): C[] =>
  [...components].sort((a, b) => (a.service < b.service ? -1 : Number(a.service > b.service)));
