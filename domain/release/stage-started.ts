const toCome = ['pending', 'verifying', 'gating', 'ready'];

/** Whether a stage is under way or over, by its state; one of a release that is not planned yet has none. */
export const hasStarted = (state: string | undefined): boolean =>
  state !== undefined && !toCome.includes(state);
