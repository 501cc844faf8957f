import type { RunnableCheck } from '../../domain/policy/check.schema.ts';
import type { CheckResult } from '../contract.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import type { Facts } from '../facts.ts';

/** One try of one check. */
export interface CheckTry<C extends RunnableCheck = RunnableCheck> {
  check: C;
  facts: Facts;
  /** Folder of gantry.yaml. */
  policyDir: string;
  /** Of this try alone; the same folder again joins the try that is there. */
  folder: string;
  /** Fills a folder with the version's files; absent for a service without a Git source. */
  checkout?: (folder: string) => Promise<void>;
}

export interface CheckReading extends Pick<
  CheckResult,
  'outcome' | 'summary' | 'counts' | 'findings' | 'coverage'
> {
  /** Findings by which those of another version are known again. */
  found?: { keys: [level: string, key: string][]; isCut: boolean };
  /** It could not tell, and another try may. */
  again: boolean;
  /** Masked and capped. */
  stdout: string;
  stderr: string;
}

/** How one kind of check is made. @throws GantryError where it cannot be made at all. */
export type Checker<C extends RunnableCheck> = (
  check: CheckTry<C>,
  waiting: Waiting,
) => Promise<CheckReading>;
