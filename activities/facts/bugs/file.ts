import type { FileBugs } from '../../../domain/policy/risk.schema.ts';
import { bugSeverities, type BugCounts, type Fact } from '../../../domain/risk/model.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { readReport } from '../../checks/report-file.ts';
import { parseJson } from '../../json-pointer.ts';
import { measured, type RiskQuestion } from '../question.ts';

type Place = Pick<RiskQuestion, 'source' | 'sourceDown' | 'baseDir'>;

/** Reads known bugs from a list that lies with the version; of a service without a source, beside gantry.yaml. */
export async function fileBugs(
  { path }: FileBugs,
  { source, sourceDown, baseDir }: Place,
): Promise<Fact<BugCounts>> {
  if (sourceDown !== undefined) return { kind: 'unknown', because: sourceDown };
  const text = source ? await source.mirror.readFile(source.to, path) : await readReport(baseDir, path);
  if (text === undefined) return { kind: 'unknown', because: `there is no ${path} to read known bugs from.` };
  const rows = parseJson(text);
  if (!Array.isArray(rows)) return { kind: 'unknown', because: `${path} is no list of bugs.` };
  const counts: BugCounts = { blocker: 0, major: 0, minor: 0 };
  const evidence: string[] = [];
  for (const row of rows as unknown[]) {
    const { id, severity, title, open } =
      typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : {};
    const known = bugSeverities.find((one) => one === severity);
    if (known === undefined)
      return {
        kind: 'unknown',
        because: `${path} names a bug whose severity is not blocker, major or minor.`,
      };
    if (open === false) continue;
    counts[known] += 1;
    const words = [id, title].filter((word) => typeof word === 'string' || typeof word === 'number');
    evidence.push(`${known}: ${oneLine(words.join(' '), 100)}`);
  }
  return measured(counts, evidence);
}
