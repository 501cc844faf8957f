/** Where a release is, or how it ended (semantics §12). A terminal says why, and never changes. */
export const openStates = [
  'draft',
  'planned',
  'gating',
  'ready',
  'deploying',
  'held',
  'watching',
  'rollingBack',
  'stuck',
] as const;
export const terminalStates = [
  'succeeded',
  'rejected',
  'expired',
  'cancelled',
  'superseded',
  'aborted',
  'failed',
  'rolledBack',
] as const;

export type OpenState = (typeof openStates)[number];
export type TerminalState = (typeof terminalStates)[number];
export type ReleaseState = OpenState | TerminalState;

/** What an ended release left behind in the stage where it ended. */
export type Residue = 'none' | 'restored' | 'partial' | 'left';

/** What the requester means to do; compared with what runs there (semantics §7, "Mode"). */
export type Intent = 'deploy' | 'redeploy' | 'rollback';

export const isTerminal = (state: ReleaseState): state is TerminalState =>
  (terminalStates as readonly string[]).includes(state);

const words: Record<ReleaseState, string> = {
  draft: 'draft',
  planned: 'planned',
  gating: 'waiting',
  ready: 'ready',
  deploying: 'deploying',
  held: 'held',
  watching: 'watching',
  rollingBack: 'rolling back',
  stuck: 'needs a person',
  succeeded: 'succeeded',
  rejected: 'rejected',
  expired: 'expired',
  cancelled: 'cancelled',
  superseded: 'superseded',
  aborted: 'aborted',
  failed: 'failed',
  rolledBack: 'rolled back',
};

/** The one word for a state that page, mail and CLI print. */
export const stateWord = (state: ReleaseState): string => words[state];

/** A release and its state as a clause: `is waiting`, `needs a person`. */
export const isInState = (state: ReleaseState): string =>
  state === 'stuck' ? words.stuck : `is ${words[state]}`;

/** The state that somebody means by its name or its word, spaces as such or as hyphens: `gating`, `waiting`, `needs-a-person`. */
export const stateCalled = (text: string): ReleaseState | undefined => {
  const spoken = text.toLowerCase().replaceAll('-', ' ');
  return [...openStates, ...terminalStates].find(
    (state) => state.toLowerCase() === spoken || words[state] === spoken,
  );
};
