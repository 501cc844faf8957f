import { isQuarantined, quarantinedName, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { listOf } from '../list-of.ts';
import { giveBackCommand } from '../rollout/give-back.ts';
import { leftInWords, type LeftPart } from '../rollout/live-in-part.ts';
import type { Explanation } from './explain.ts';
import type { ReleaseView } from './release.ts';

/** A place and what runs there. */
export type RunningPlace = Readonly<{ environment: string; service: string; version: string }>;

/**
 * What it has left is given back first. What ended without success may be tried again, unless a build of it is banned; several services go into
 * one command, and so do the bans of several builds.
 */
export function afterTheEnd(
  view: ReleaseView,
  o: {
    bans: readonly Quarantine[];
    left: readonly LeftPart[];
    runs: readonly RunningPlace[];
    isLeftShown: boolean;
  },
): Explanation['next'] {
  const { bans, left, runs, isLeftShown } = o;
  if (left.length > 0) return givingBack(left, isLeftShown);
  if (view.state === 'succeeded' || view.state === 'superseded') return undefined;
  const standing = bans.filter((one) => view.components.some((component) => isQuarantined(one, component)));
  if (standing.length > 0) return lifting(standing);
  if (runsAlready(view, runs)) return undefined;
  const words = view.components.map(({ service, version }) => `${service} ${version}`).join(' ');
  return {
    because: 'It has ended. When the cause is mended, try it again.',
    command: `gantry release create ${words}`,
    action: 'release.create',
  };
}

/** Every ban is lifted on its own, by two people; the commands stand in one line, so that it can be copied whole. */
function lifting(bans: readonly Quarantine[]): Explanation['next'] {
  const told = bans.map((ban) => `${quarantinedName(ban)} is quarantined: “${ban.reason}”`);
  const [what, it] =
    bans.length === 1
      ? ['another version; this one', 'the quarantine']
      : ['other versions; these', 'each quarantine'];
  return {
    because: `It has ended, and ${listOf(told, 'and')}. Release ${what} only after two people have lifted ${it}.`,
    command: bans.map(({ id }) => `gantry quarantine lift ${id} --reason "…"`).join(' && '),
    action: 'quarantine.lift',
  };
}

/** Whether all of it runs by now in the last stage that it was to go to, however it got there: an order for it would be refused. */
const runsAlready = ({ stages, components }: ReleaseView, runs: readonly RunningPlace[]): boolean =>
  components.length > 0 &&
  components.every(({ service, version }) =>
    runs.some(
      (one) =>
        one.environment === stages.at(-1)?.environment && one.service === service && one.version === version,
    ),
  );

/** The command for the first place that it can be given for; where none can, what stands where is looked at. */
function givingBack(left: readonly LeftPart[], isShown: boolean): Explanation['next'] {
  const back = left.find(({ part }) => part.whole !== undefined);
  const told = left.map((one) => leftInWords(one, { withRemedy: one !== back })).join(' '); // its command follows on a line of its own
  const because = `It has ended, and something of it was left${isShown ? ' (see above).' : `. ${told}`}`;
  if (!back?.part.whole) return { because, command: 'gantry status' };
  const { environment, part } = back;
  const { version } = back.part.whole;
  const { givenBackBy, remedy = '' } = part;
  if (givenBackBy !== undefined)
    return {
      because: isShown ? because : `${because} ${remedy}`,
      command: `gantry release why ${givenBackBy}`,
    };
  return {
    because: `${because} Give ${part.service} ${version} all of ${environment} again:`,
    command: giveBackCommand({ service: part.service, environment, ...back.part.whole }),
    action: 'release.create',
  };
}
