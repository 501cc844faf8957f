/** An object as it was written, before anything is known of its shape. */
type Written = Record<string, unknown>;

const isWritten = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A policy as it was written, with `login` for stages of a production environment that say nothing of how sure one must be of who
 * votes: the default where people can sign in (trust §1.7). A stage or a rule that names a level keeps it; what has another shape
 * stays as it is, for the schema to refuse. Nothing that was handed in is changed: parts of a file may be shared by reference.
 */
export function withSignInByDefault(policy: unknown): unknown {
  if (!isWritten(policy) || !isWritten(policy['pipelines'])) return policy;
  const production = productionOf(policy['environments']);
  const pipelines = Object.entries(policy['pipelines']).map(([name, stages]): [string, unknown] => [
    name,
    Array.isArray(stages) ? stages.map((stage: unknown) => stageWithDefault(stage, production)) : stages,
  ]);
  return { ...policy, pipelines: Object.fromEntries(pipelines) };
}

function stageWithDefault(stage: unknown, production: ReadonlySet<unknown>): unknown {
  if (!isWritten(stage) || !production.has(stage['environment'])) return stage;
  const { approval } = stage;
  if (approval === undefined) return { ...stage, approval: { assurance: 'login' } };
  if (!isWritten(approval) || approval['assurance'] !== undefined) return stage;
  return { ...stage, approval: { ...approval, assurance: 'login' } };
}

const productionOf = (environments: unknown): ReadonlySet<unknown> =>
  new Set(
    Array.isArray(environments)
      ? environments.flatMap((one: unknown) =>
          isWritten(one) && one['production'] === true ? [one['id']] : [],
        )
      : [],
  );
