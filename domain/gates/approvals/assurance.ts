/** How sure Gantry is of who votes, weakest first (trust §1.7). `engine` is a signal from whoever reaches Temporal. */
export const assurances = ['link', 'link+code', 'login', 'reauth'] as const;
export type Assurance = (typeof assurances)[number];

/** Whether a proof of one level suffices where another is asked for. */
export const suffices = (given: Assurance, asked: Assurance): boolean =>
  assurances.indexOf(given) >= assurances.indexOf(asked);

/** What a person signs with a decision at level `reauth` (trust §1.7). */
export const meanings = ['reviewed', 'approved', 'responsible'] as const;
export type Meaning = (typeof meanings)[number];
