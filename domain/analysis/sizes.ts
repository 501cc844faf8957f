/**
 * How many requests, none of which failed, it takes to claim with 95 % that fewer than this share fail: 2995 for 0.1 %
 * (semantics §6.2). With an error among them it takes more.
 */
export const requestsToClaim = (share: number): number => Math.ceil(Math.log(0.05) / Math.log1p(-share));
