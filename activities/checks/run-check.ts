import { checkedSubject } from '../../domain/release/artifact.ts';
import type { Store } from '../../platform/database/open.ts';
import { operationFolder, type OperationFolder } from '../../platform/command/operations.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import { GantryError } from '../../platform/errors.ts';
import { openMirror } from '../../platform/git.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
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
    if (recorded) return checkResultOf(recorded);
    return attended(async (waiting) => {
      const policy = await rememberedPolicy(db, input.policyDigest);
      const git = policy.policy.services.find(({ id }) => id === input.component.service)?.source?.git;
      const place = { policyDir: policy.baseDir, ...(git === undefined ? {} : { git }) };
      const row = await makeCheck({ checkers, dataDir }, input, place, waiting);
      const standing = await saveCheckResult(db, row);
      await operationFolder(dataDir, resultId).settled();
      return checkResultOf(standing);
    });
  };
}

/** Where files of the policy lie, and the source of the service by it; absent: it has none. */
export interface CheckPlace {
  policyDir: string;
  git?: string;
}

/** Makes one round of one check, or joins the one that an earlier attempt began here; needs no record. */
export async function makeCheck(
  { checkers, dataDir }: { checkers: ReturnType<typeof createCheckers>; dataDir: string },
  input: CheckInput,
  place: CheckPlace,
  waiting: Required<Waiting>,
): Promise<CheckResultRow & Pick<CheckReading, 'again'>> {
  const startedAt = new Date().toISOString();
  const resultId = resultIdOf(input);
  const reading = await readUntilTold(
    checkerOf(checkers, input.check),
    tryOf(input, place, dataDir),
    operationFolder(dataDir, resultId),
    waiting,
  );
  waiting.leave.throwIfAborted();
  // a cancelled check has no outcome: nothing is written, and the failure says what happened
  waiting.cancel.throwIfAborted();
  return { ...reading, ...placeOf(input, resultId), startedAt, endedAt: new Date().toISOString() };
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

function tryOf(input: CheckInput, place: CheckPlace, dataDir: string): Omit<CheckTry, 'folder'> {
  const { service, version, commit } = input.component;
  const { git, policyDir } = place;
  const checkout = async (folder: string): Promise<void> => {
    if (git === undefined) return;
    if (commit === undefined) throw new GantryError('COMMIT_UNKNOWN', { service, version });
    const mirror = openMirror({ git, baseDir: policyDir, dataDir });
    if ((await mirror.resolveCommit(commit)) === undefined)
      throw new GantryError('COMMIT_UNKNOWN', { service, ref: commit });
    await mirror.checkout(commit, folder);
  };
  const base = { check: input.check, facts: factsOf(input), policyDir };
  return git === undefined ? base : { ...base, checkout };
}

export const resultIdOf = ({ releaseId, environment, component, check, round }: CheckInput): string =>
  checkResultId({ releaseId, environment, service: component.service, checkId: check.id, round });

/** What a result is of is its id: one round of one check has one result. */
export const checkResultId = (
  of: Pick<CheckResultRow, 'releaseId' | 'environment' | 'service' | 'checkId' | 'round'>,
): string => [of.releaseId, of.environment, of.service, 'check', of.checkId, of.round].join('+');

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
  subject: checkedSubject(component),
});

export const checkResultOf = (row: CheckResultRow): CheckResult => ({
  outcome: row.outcome as CheckResult['outcome'],
  summary: row.summary,
  resultId: row.id,
  ...(row.counts ? { counts: row.counts } : {}),
  ...(row.findings ? { findings: row.findings } : {}),
  ...(row.coverage ? { coverage: row.coverage } : {}),
  startedAt: row.startedAt,
  endedAt: row.endedAt,
});
