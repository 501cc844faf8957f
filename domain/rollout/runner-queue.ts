/** Task queue on which a runner takes its work; its name is in the policy. */
export const runnerQueue = (runner: string): string => `gantry-runner-${runner}`;
