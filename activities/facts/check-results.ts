import type { Fact, Measures } from '../../domain/risk/model.ts';
import { resultsAbout, type CheckResultRow } from '../../platform/record/results.ts';
import { factOf, measured, type RiskQuestion } from './question.ts';

export type EvidenceFacts = { [F in 'coverage' | 'findings' | 'evidence']: Fact<Measures[F]> };

/** What the checks of this version found, against what they found of the version that runs there. */
export async function evidenceFacts(question: RiskQuestion): Promise<EvidenceFacts> {
  const { db, service, component, running } = question;
  const subject = subjectOf(
    service.id,
    component.version,
    question.source?.to ?? component.commit,
    component.digest,
  );
  const [mine, before] = await Promise.all([
    resultsAbout(db, { service: service.id, subject }),
    running
      ? resultsAbout(db, {
          service: service.id,
          subject: subjectOf(
            service.id,
            running.version,
            question.source?.from ?? running.commit,
            running.digest,
          ),
        })
      : [],
  ]);
  const [coverage, findings] = await Promise.all([
    factOf('The record', async () => coverageFact(question, mine, before)),
    factOf('The record', async () => findingsFact(question, mine, before)),
  ]);
  return { coverage, findings, evidence: shakyFact(mine) };
}

/** As results are filed: by commit, digest, or what the version is called where neither is known. */
const subjectOf = (service: string, version: string, commit?: string, digest?: string): string =>
  commit ?? digest ?? `${service}@${version}`;

/** Checks of the service's pipeline that write such a report. */
function reporting({ policy, service }: RiskQuestion, kind: 'coverage' | 'sarif'): string[] {
  const checks = (policy.pipelines[service.pipeline] ?? []).flatMap((stage) => stage.checks);
  return checks.flatMap((check) =>
    check.kind === 'command' && check.report[kind] !== undefined ? [check.id] : [],
  );
}

function coverageFact(
  question: RiskQuestion,
  mine: readonly CheckResultRow[],
  before: readonly CheckResultRow[],
): Fact<Measures['coverage']> {
  const checks = reporting(question, 'coverage');
  if (checks.length === 0)
    return { kind: 'notApplicable', because: 'No check of this pipeline reports its coverage.' };
  const { running } = question;
  if (!running) return { kind: 'notApplicable', because: 'Nothing runs there to compare coverage with.' };
  let [lost, found]: [lost: number, evidence: string[]] = [-Infinity, []];
  for (const check of checks) {
    const [now, then] = [newest(mine, check, 'coverage'), newest(before, check, 'coverage')];
    if (!now?.coverage)
      return { kind: 'unknown', because: `${check} has not measured the coverage of this version.` };
    if (!then?.coverage)
      return {
        kind: 'unknown',
        because: `${check} has not measured the coverage of ${running.version}, which runs there.`,
      };
    const [is, was] = [percent(now.coverage), percent(then.coverage)];
    if (was - is <= lost) continue;
    [lost, found] = [was - is, [`${check}: ${was.toFixed(1)} % → ${is.toFixed(1)} % of lines`]];
  }
  return measured({ lost }, found);
}

const percent = ({ covered, total }: { covered: number; total: number }): number => (100 * covered) / total;

function findingsFact(
  question: RiskQuestion,
  mine: readonly CheckResultRow[],
  before: readonly CheckResultRow[],
): Fact<Measures['findings']> {
  const checks = reporting(question, 'sarif');
  if (checks.length === 0)
    return { kind: 'notApplicable', because: 'No check of this pipeline reports findings.' };
  const fresh: [level: string, key: string][] = [];
  for (const check of checks) {
    const now = newest(mine, check, 'found')?.found;
    if (!now) return { kind: 'unknown', because: `${check} has not looked at this version.` };
    const then = question.running ? newest(before, check, 'found')?.found : { keys: [], isCut: false };
    if (!then)
      return {
        kind: 'unknown',
        because: `${check} has not looked at ${question.running?.version ?? ''}, which runs there.`,
      };
    if (now.isCut || then.isCut)
      return { kind: 'unknown', because: `${check} found more than can be compared.` };
    fresh.push(...missingIn(now.keys, then.keys));
  }
  const counted = (level: string): number => fresh.filter(([one]) => one === level).length;
  return measured(
    { error: counted('error'), warning: counted('warning') },
    fresh
      .filter(([level]) => level !== 'note')
      .map(([level, key]) => `${level}: ${key.replaceAll('|', ' ')}`),
  );
}

/** Findings without a counterpart: the same one twice where it stood once is one new one. */
function missingIn(now: readonly [string, string][], then: readonly [string, string][]): [string, string][] {
  const left = new Map<string, number>();
  for (const [, key] of then) left.set(key, (left.get(key) ?? 0) + 1);
  return now.filter(([, key]) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

const newest = (
  rows: readonly CheckResultRow[],
  check: string,
  field: 'coverage' | 'found',
): CheckResultRow | undefined => rows.find((row) => row.checkId === check && row[field] !== undefined);

/** Results that could not tell, and checks that both failed and passed on the same version. */
function shakyFact(mine: readonly CheckResultRow[]): Fact<Measures['evidence']> {
  const unclear = mine.filter(({ outcome }) => outcome === 'inconclusive' || outcome === 'error');
  const checks = [...new Set(mine.map(({ checkId }) => checkId))];
  const flaky = checks.filter((check) => {
    const outcomes = mine.filter(({ checkId }) => checkId === check).map(({ outcome }) => outcome);
    return outcomes.includes('failed') && outcomes.includes('passed');
  });
  return measured({ results: unclear.length + flaky.length }, [
    ...flaky.map((check) => `${check} both failed and passed`),
    ...unclear.map(({ checkId, summary }) => `${checkId}: ${summary}`),
  ]);
}
