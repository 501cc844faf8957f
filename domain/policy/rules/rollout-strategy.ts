import type { Deployer } from '../deployer.schema.ts';
import type { DraftStage } from '../draft.ts';
import type { PolicyMistake, PolicyPath } from '../problem.ts';
import type { RolloutSettings } from '../rollout.schema.ts';

const mistake = (path: PolicyPath, detail: string, remedy: string): PolicyMistake => ({
  path: [...path],
  code: 'POLICY_ROLLOUT_INVALID',
  detail,
  remedy,
});

type Batches = Extract<RolloutSettings, { kind: 'batches' }>;

/** Batches and blue-green must be able to come true, and their commands must be told what each of their calls is about. */
export function findStrategyMistakes(stage: DraftStage): PolicyMistake[] {
  const { deploy } = stage;
  if (!deploy) return [];
  const { value, path } = deploy;
  const { rollout } = value;
  const place = [...path, 'rollout'];
  if (!rollout) return strayPlaceholders(value, path, ['target', 'action']);
  return [
    ...besideSteps(value, path),
    ...(rollout.kind === 'batches'
      ? [
          ...ofBatches(rollout, place),
          ...needed(value, path, 'target'),
          ...strayPlaceholders(value, path, ['action']),
        ]
      : [
          ...(rollout.test?.sample === undefined
            ? []
            : [
                mistake(
                  [...place, 'test', 'sample'],
                  'The test before a switch is run once, so it cannot be sampled.',
                  'Remove sample, or let a check of the stage be sampled.',
                ),
              ]),
          ...needed(value, path, 'action'),
          ...strayPlaceholders(value, path, ['target']),
        ]),
  ];
}

/** Steps that nobody wrote are those of all traffic at once. */
function besideSteps({ steps }: Deployer, path: PolicyPath): PolicyMistake[] {
  const [first] = steps;
  if (steps.length === 1 && first?.weight === 100 && first.hold === '0s') return [];
  return [
    mistake(
      [...path, 'steps'],
      'There are steps beside another way out, and only one of them can be gone.',
      'Remove either `steps` or `rollout`.',
    ),
  ];
}

function ofBatches({ targets, waves, maxFailures }: Batches, place: PolicyPath): PolicyMistake[] {
  const twice = targets.flatMap((target, index) =>
    targets.indexOf(target) < index
      ? [
          mistake(
            [...place, 'targets', index],
            `The target "${target}" is named twice.`,
            'Name every target once.',
          ),
        ]
      : [],
  );
  const most = targets.length;
  const limit =
    maxFailures !== undefined && maxFailures > most
      ? [
          mistake(
            [...place, 'maxFailures'],
            `${maxFailures} targets can never fail, for there are ${most}.`,
            `Write a number from 1 to ${most}.`,
          ),
        ]
      : [];
  return [...twice, ...ofWaves(waves ?? [], most, [...place, 'waves']), ...limit];
}

function ofWaves(waves: NonNullable<Batches['waves']>, targets: number, place: PolicyPath): PolicyMistake[] {
  const last = waves.at(-1);
  if (!last) return [];
  const open = waves.slice(0, -1).findIndex(({ size }) => size === undefined);
  if (open >= 0)
    return [
      mistake(
        [...place, open],
        'This wave takes all targets that are left, so nothing is left for the next one.',
        'Give it a size; only the last wave may be without.',
      ),
    ];
  const sized = waves.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (last.size === undefined && sized < targets) return [];
  if (last.size !== undefined && sized === targets) return [];
  const takes = `The waves take ${sized} ${sized === 1 ? 'target' : 'targets'}`;
  return [
    sized < targets
      ? mistake(
          [...place, waves.length - 1],
          `${takes} of ${targets}, so the release would never be complete.`,
          'Let the last wave have no size: it takes all that are left.',
        )
      : mistake(
          [...place, waves.length - 1],
          `${takes}${last.size === undefined ? ' before the last one' : ''}, and there are ${targets}.`,
          'Make the waves smaller, or name more targets.',
        ),
  ];
}

const placeholder = (name: string): RegExp => new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`);

/** An HTTP request without a body of its own names target and action in the one that is sent. */
const saysByItself = (request: unknown): boolean =>
  typeof request === 'object' &&
  request !== null &&
  'url' in request &&
  !('body' in request && request.body !== undefined) &&
  !('method' in request && request.method === 'GET');

const why = {
  target: 'is called once for each target and could not tell them apart',
  action: 'is called to deploy, to switch and to take away, and could not tell these apart',
};

function needed(deploy: Deployer, path: PolicyPath, name: 'target' | 'action'): PolicyMistake[] {
  const requests: Readonly<Record<string, unknown>> = { ...deploy };
  const fields = (name === 'target' ? ['apply', 'undo'] : ['apply']).filter((field) => field in requests);
  const says = (request: unknown): boolean =>
    saysByItself(request) || placeholder(name).test(JSON.stringify(request));
  const remedy = `Use \`{{${name}}}\` in it, such as in an argument.`;
  if (fields.length === 0)
    return says(deploy) ? [] : [mistake(path, `A deployer of kind ${deploy.kind} ${why[name]}.`, remedy)];
  return fields
    .filter((field) => !says(requests[field]))
    .map((field) => mistake([...path, field], `This ${field} ${why[name]}.`, remedy));
}

/** A placeholder that has no value here would stop a release half way. */
function strayPlaceholders(
  deploy: Deployer,
  path: PolicyPath,
  names: readonly ('target' | 'action')[],
): PolicyMistake[] {
  const meaning = {
    target: 'There are targets with `rollout: { kind: batches, targets: […] }` only.',
    action: 'There are actions with `rollout: { kind: blueGreen }` only.',
  };
  return names
    .filter((name) => placeholder(name).test(JSON.stringify(deploy)))
    .map((name) => mistake(path, `{{${name}}} has no value here.`, meaning[name]));
}
