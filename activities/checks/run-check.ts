import type { Store } from '../../platform/database/open.ts';
import { operationFolder, type OperationFolder } from '../../platform/command/operations.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import { GantryError } from '../../platform/errors.ts';
import { openMirror } from '../../platform/git.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { readCheckResult, saveCheckResult, type CheckResultRow } from '../../platform/record/results.ts';
import { attended, pause } from '../attended.ts';
import type { Activities, CheckInput, CheckResult } from '../contract.ts';
import { factsOf } from '../facts.ts';
import { checkerOf, createCheckers } from './index.ts';
import type { Checker, CheckReading, CheckTry } from './port.ts';

const PAUSE_MS = 2000;

export interface CheckDeps {
  store: Pick<Store, 'db'>;
  dataDir: string;
  outgoing: Outgoing;
}

/**
 * The activity `runCheck`. A result belongs to (release, environment, service, check, round): asked again, it is given back
 * or joined, never made twice. What could not tell is tried again up to `attempts`; a plain failure never is.
 */
export function createRunCheck({ store: { db }, dataDir, outgoing }: CheckDeps): Activities['runCheck'] {
  const checkers = createCheckers(outgoing);
  return async (input) => {
    const resultId = resultIdOf(input);
    const recorded = await readCheckResult(db, resultId);
    if (recorded) return resultOf(recorded);
    return attended(async (waiting) => {
      const startedAt = new Date().toISOString();
      const policy = await rememberedPolicy(db, input.policyDigest);
      if (!policy) throw new GantryError('POLICY_NOT_FOUND', { detail: `digest ${input.policyDigest}` });
      const folder = operationFolder(dataDir, resultId);
      const reading = await readUntilTold(
        checkerOf(checkers, input.check),
        tryOf(input, policy, dataDir),
        folder,
        waiting,
      );
      waiting.leave.throwIfAborted();
      // a cancelled check has no outcome: nothing is written, and the failure says what happened
      waiting.cancel.throwIfAborted();
      const row = { ...reading, ...placeOf(input, resultId), startedAt, endedAt: new Date().toISOString() };
      await saveCheckResult(db, row);
      await folder.settled();
      return resultOf(row);
    });
  };
}

/** The first try that tells, else the last. A later attempt walks the same tries and joins those that were made. */
async function readUntilTold(
  checker: Checker<CheckTry['check']>,
  work: Omit<CheckTry, 'folder'>,
  folder: OperationFolder,
  waiting: Waiting,
): Promise<CheckReading> {
  for (let number = 1; ; number += 1) {
    const reading = await checker({ ...work, folder: folder.run(number) }, waiting).catch(asReading);
    const isOver = waiting.cancel?.aborted === true || waiting.leave?.aborted === true;
    if (!reading.again || number >= work.check.attempts || isOver) return reading;
    await pause(PAUSE_MS * number, waiting);
  }
}

/** A known problem (secret missing, source unreadable) is an outcome like any other, told with its remedy. */
function asReading(error: unknown): CheckReading {
  if (!(error instanceof GantryError)) throw error;
  const { detail, remedy, retryable } = error.problem;
  return {
    outcome: 'error',
    summary: detail,
    again: retryable,
    stdout: '',
    stderr: `${detail}\n${remedy}\n`,
  };
}

function tryOf(input: CheckInput, stored: StoredPolicy, dataDir: string): Omit<CheckTry, 'folder'> {
  const { service, version, commit } = input.component;
  const source = stored.policy.services.find((each) => each.id === service)?.source;
  const checkout = async (folder: string): Promise<void> => {
    if (source === undefined) return;
    if (commit === undefined) throw new GantryError('COMMIT_UNKNOWN', { service, version });
    const mirror = openMirror({ git: source.git, baseDir: stored.baseDir, dataDir });
    if ((await mirror.resolveCommit(commit)) === undefined)
      throw new GantryError('COMMIT_UNKNOWN', { service, ref: commit });
    await mirror.checkout(commit, folder);
  };
  const base = { check: input.check, facts: factsOf(input), policyDir: stored.baseDir };
  return source === undefined ? base : { ...base, checkout };
}

const resultIdOf = (input: CheckInput): string =>
  [input.releaseId, input.environment, input.component.service, 'check', input.check.id, input.round].join(
    '+',
  );

const placeOf = (
  { releaseId, environment, component, check, round }: CheckInput,
  id: string,
): Omit<CheckResultRow, keyof CheckReading | 'startedAt' | 'endedAt'> => ({
  id,
  releaseId,
  environment,
  service: component.service,
  checkId: check.id,
  round,
  subject: component.commit ?? component.digest ?? `${component.service}@${component.version}`,
});

const resultOf = (row: CheckResultRow): CheckResult => ({
  outcome: row.outcome as CheckResult['outcome'],
  summary: row.summary,
  resultId: row.id,
  ...(row.counts ? { counts: row.counts } : {}),
  ...(row.findings ? { findings: row.findings } : {}),
  ...(row.coverage ? { coverage: row.coverage } : {}),
  startedAt: row.startedAt,
  endedAt: row.endedAt,
});
