import type { Deployer } from '../policy/deployer.schema.ts';
import { fillPlaceholders, PlaceholderError } from '../policy/placeholders.ts';
import type { PlannedComponent } from '../release/plan.ts';

/** What an undo belongs to. */
export interface UndoOf {
  releaseId: string;
  environment: string;
  component: PlannedComponent;
  operationId: string;
  /** Part of the environment that is to go back; absent where it has none. */
  target?: string;
  /** What an undo of a blue-green rollout has to do. */
  action?: string;
}

/**
 * What a person would run to do a failed undo by hand: the filled undo command with the variables that it is given, or the
 * request that starts it. Undefined where it cannot be written as one line. Secrets are never in it: they stand for themselves.
 */
export function mendingCommand(deploy: Deployer, of: UndoOf): string | undefined {
  const facts = factsOf(of);
  try {
    if (deploy.kind === 'command') {
      const words = deploy.undo.map((word) => quoted(fillPlaceholders(word, facts)));
      return [...variablesOf(of), ...words].join(' ');
    }
    if (deploy.kind === 'http') {
      const { method, url } = deploy.undo;
      return `curl -X ${method} ${quoted(fillPlaceholders(url, facts))}`;
    }
    return deploy.kind === 'kubernetes' ? imageBefore(deploy, of, facts) : undefined;
  } catch (error) {
    if (error instanceof PlaceholderError) return undefined;
    throw error;
  }
}

/** The image of the version before, put back; nothing where there was none. A `*` stands for the only container. */
function imageBefore(
  { namespace, deployment, container, image }: Extract<Deployer, { kind: 'kubernetes' }>,
  { component }: UndoOf,
  facts: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { previousVersion: version, previousDigest: digest } = component;
  if (version === undefined || (digest === undefined && image.includes('{{digest}}'))) return undefined;
  const before = fillPlaceholders(image, { ...facts, version, digest });
  const fill = (text: string): string => fillPlaceholders(text, facts);
  const name = container === undefined ? '*' : fill(container);
  return `kubectl --namespace=${quoted(fill(namespace))} set image ${quoted(`deployment/${fill(deployment)}`)} ${quoted(`${name}=${before}`)}`;
}

const factsOf = ({ releaseId, environment, component, operationId, target, action }: UndoOf) => ({
  release: releaseId,
  environment,
  service: component.service,
  version: component.version,
  digest: component.digest,
  commit: component.commit,
  previousVersion: component.previousVersion,
  weight: '0',
  operation: operationId,
  target,
  action,
});

/** Those by which a command that takes no arguments knows what to do. */
const variablesOf = ({ environment, component, target, action }: UndoOf): string[] =>
  Object.entries({
    GANTRY_ENVIRONMENT: environment,
    GANTRY_SERVICE: component.service,
    GANTRY_VERSION: component.version,
    GANTRY_PREVIOUS_VERSION: component.previousVersion,
    GANTRY_WEIGHT: '0',
    GANTRY_TARGET: target,
    GANTRY_ACTION: action,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]));

/** As a shell takes it for one word. */
const quoted = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
