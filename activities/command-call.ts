import { isAbsolute, resolve } from 'node:path';
import type { CommandOutput, CommandRun } from '../platform/command/run-command.ts';
import { formatDuration } from '../domain/policy/duration.ts';
import { GantryError } from '../platform/errors.ts';
import { oneLine } from '../platform/plain-text.ts';
import { secretValue } from '../platform/secret-values.ts';
import { factVariables, fill, type Facts } from './facts.ts';

/** The parts of a command in gantry.yaml that checks and deployers have in common. */
export interface CommandSettings {
  environment: readonly string[];
  secrets: readonly string[];
}

export interface CommandCall {
  /** As it stands in gantry.yaml. */
  argv: readonly string[];
  settings: CommandSettings;
  facts: Facts;
  /** Folder of gantry.yaml. */
  policyDir: string;
  timeoutMs: number;
}

/**
 * A command of gantry.yaml made ready: placeholders filled, variables and secrets read. The facts go in as `GANTRY_*`
 * and as JSON on standard input. A file that begins with `./` or `../` lies beside gantry.yaml, whatever the working
 * folder; in a checkout (`inCheckout`) it lies there, and the command's own working folder finds it.
 * @throws GantryError COMMAND_ARGUMENT_UNSAFE, SECRET_MISSING
 */
export function prepareCommand(
  call: CommandCall,
  inCheckout: boolean,
): Omit<CommandRun, 'folder' | 'endLeftovers'> {
  const [file = '', ...rest] = call.argv.map((argument) => fill(argument, call.facts));
  const isRelative = !isAbsolute(file) && /^\.\.?\//.test(file);
  const listed = call.settings.environment.map((name) => [name, process.env[name]] as const);
  const environment = {
    ...Object.fromEntries(listed.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    ...factVariables(call.facts),
    GANTRY_POLICY_DIR: call.policyDir,
  };
  return {
    argv: [isRelative && !inCheckout ? resolve(call.policyDir, file) : file, ...rest],
    environment,
    secrets: Object.fromEntries(call.settings.secrets.map((name) => [name, secretValue(name)])),
    input: JSON.stringify(call.facts),
    timeoutMs: call.timeoutMs,
  };
}

/** How a command ended, as one sentence with the last thing it said. */
export function describeEnd(end: CommandOutput, file: string, timeoutMs: number): string {
  const last = lastLine(end.stderr) ?? lastLine(end.stdout);
  const said = last === undefined ? '' : `: ${last}`;
  switch (end.how) {
    case 'exited':
      return `${file} ended with exit code ${end.exitCode ?? -1}${said}`;
    case 'signalled':
      return `${file} was ended by ${end.signal ?? 'a signal'}${said}`;
    case 'timedOut':
      return `${file} did not end within ${formatDuration(timeoutMs)} and was stopped${said}`;
    case 'cancelled':
      return `${file} was cancelled`;
    case 'notStarted':
      return new GantryError('COMMAND_NOT_FOUND', { command: file, detail: end.detail }).message;
    case 'lost':
      return `the machine or the process around ${file} died, so its end is not known`;
  }
}

/** npm says its notices last, whatever went wrong before: they never explain an end. */
function lastLine(output: string): string | undefined {
  const line = output
    .split('\n')
    .map((one) => one.trim())
    .findLast((one) => one !== '' && !one.startsWith('npm notice'));
  return line === undefined ? undefined : oneLine(line, 200);
}
