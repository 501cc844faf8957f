import type { BugSource } from '../../../domain/policy/risk.schema.ts';
import type { BugCounts, Fact } from '../../../domain/risk/model.ts';
import { factsOf } from '../../facts.ts';
import { factOf, measured, type RiskQuestion } from '../question.ts';
import { fileBugs } from './file.ts';
import { githubBugs } from './github.ts';
import { jsonBugs } from './json.ts';

const names: Record<BugSource['kind'], string> = {
  github: 'GitHub',
  json: 'The source of known bugs',
  file: 'The file of known bugs',
};

/** Known open bugs, added up over all sources of the service; one that cannot tell makes the whole unknown. */
export async function bugFacts(question: RiskQuestion): Promise<Fact<BugCounts>> {
  const sources = question.service.risk?.bugs ?? [];
  if (sources.length === 0)
    return { kind: 'notApplicable', because: 'No source of known bugs is named for this service.' };
  const found = await Promise.all(
    sources.map((source) => factOf(names[source.kind], () => ask(question, source))),
  );
  const sum: BugCounts = { blocker: 0, major: 0, minor: 0 };
  const evidence: string[] = [];
  for (const fact of found) {
    if (fact.kind !== 'measured') return fact;
    sum.blocker += fact.measure.blocker;
    sum.major += fact.measure.major;
    sum.minor += fact.measure.minor;
    evidence.push(...fact.evidence);
  }
  return measured(sum, evidence);
}

function ask(question: RiskQuestion, source: BugSource): Promise<Fact<BugCounts>> {
  const { component, stage, releaseId = '' } = question;
  const facts = factsOf({ releaseId, environment: stage.environment, component });
  switch (source.kind) {
    case 'github':
      return githubBugs(question.outgoing)(source, facts);
    case 'json':
      return jsonBugs(question.outgoing)(source, facts);
    case 'file':
      return fileBugs(source, question);
  }
}
