import { fillPlaceholders, PlaceholderError } from '../domain/policy/placeholders.ts';
import type { Component } from '../domain/release/release.ts';
import { GantryError } from '../platform/errors.ts';

/** What placeholders stand for, by their names in gantry.yaml. */
export type Facts = Readonly<Record<string, string | undefined>>;

export interface FactsInput {
  releaseId: string;
  environment: string;
  component: Component & { previousVersion?: string };
  weight?: number;
  operationId?: string;
  /** Part of the environment that it is about; left out: all of it. */
  target?: string;
  /** What one operation of a blue-green rollout does. */
  action?: string;
}

export const factsOf = (input: FactsInput): Facts => ({
  release: input.releaseId,
  environment: input.environment,
  service: input.component.service,
  version: input.component.version,
  digest: input.component.digest,
  commit: input.component.commit,
  previousVersion: input.component.previousVersion,
  weight: input.weight?.toString(),
  operation: input.operationId,
  target: input.target,
  action: input.action,
});

/**
 * A template with its placeholders filled.
 * @throws GantryError COMMAND_ARGUMENT_UNSAFE for a value that may not stand in an argument, or a placeholder without one
 */
export function fill(template: string, facts: Facts): string {
  try {
    return fillPlaceholders(template, facts);
  } catch (error) {
    if (!(error instanceof PlaceholderError)) throw error;
    throw new GantryError(
      'COMMAND_ARGUMENT_UNSAFE',
      { argument: template, detail: error.message },
      { cause: error },
    );
  }
}

/** The facts as a command sees them: `GANTRY_VERSION`, `GANTRY_PREVIOUS_VERSION`; absent ones are not set. */
export function factVariables(facts: Facts): Record<string, string> {
  const names: Record<string, string> = { release: 'GANTRY_RELEASE_ID', operation: 'GANTRY_OPERATION_ID' };
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts)) {
    const variable =
      names[name] ?? `GANTRY_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    if (value !== undefined) variables[variable] = value;
  }
  return variables;
}
