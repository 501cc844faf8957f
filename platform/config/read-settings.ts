import { readFileSync } from 'node:fs';
import type { FieldProblem } from '../../domain/problem-code.ts';
import { messageOf } from '../errors.ts';
import { settingNames, settingTable, type SettingName, type SettingValues } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
/** Flags of the command line by their name without dashes. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** Where a value came from, in words: `--port`, `GANTRY_PORT`, `the file of GANTRY_SECRET_FILE`, `default`. */
export interface ReadSettings {
  values: SettingValues;
  /** Missing for a setting whose file could not be read. */
  sources: Partial<Record<SettingName, string>>;
  problems: FieldProblem[];
}

interface Found {
  text?: string;
  source: string;
}

/** Reads every setting: flag before variable before the file a variable names before the default. */
export function readSettings(env: Environment, flags: Flags): ReadSettings {
  const values: Partial<Record<SettingName, unknown>> = {};
  const sources: Partial<Record<SettingName, string>> = {};
  const problems: FieldProblem[] = [];
  for (const name of settingNames) {
    try {
      const found = find(name, env, flags);
      sources[name] = found.source;
      const parsed = settingTable[name].schema.safeParse(found.text);
      if (parsed.success) values[name] = parsed.data;
      else problems.push(wrong(name, found.source, parsed.error.issues[0]?.message ?? 'cannot be read'));
    } catch (error) {
      problems.push(
        wrong(`${name}_FILE`, `${name}_FILE`, `names a file that cannot be read (${fileTrouble(error)})`),
      );
    }
  }
  return { values: values as SettingValues, sources, problems };
}

function find(name: SettingName, env: Environment, flags: Flags): Found {
  const { flag } = settingTable[name];
  const fromFlag = flag === undefined ? undefined : flags[flag];
  if (flag !== undefined && fromFlag !== undefined) return { text: fromFlag, source: `--${flag}` };
  const fromVariable = env[name];
  if (fromVariable !== undefined && fromVariable !== '') return { text: fromVariable, source: name };
  const file = env[`${name}_FILE`];
  if (file !== undefined && file !== '')
    return { text: readFileSync(file, 'utf8').trim(), source: `${name}_FILE` };
  return { source: 'default' };
}

/** Names the variable and the rule, never the value: it may be a secret in the wrong place. */
const wrong = (name: string, source: string, rule: string): FieldProblem => ({
  pointer: name,
  code: 'CONFIGURATION_INVALID',
  detail: `${source} ${rule}`,
  remedy: `Correct ${source} and start again.`,
});

const fileTrouble = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? messageOf(error);
