/** What may become of a request for approval; `lapsed`: its approval has grown too old, so people are asked again. */
export const requestStates = [
  'open',
  'inGrace',
  'approved',
  'rejected',
  'expired',
  'held',
  'superseded',
  'withdrawn',
  'lapsed',
] as const;
