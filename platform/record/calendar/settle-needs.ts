import type { Dependency } from '../../../domain/calendar/model.ts';
import { evaluateDependencies, type DependencyFacts } from '../../../domain/gates/dependencies/evaluate.ts';
import type { GateRow } from '../../../domain/verdict.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { appendEvents } from '../append.ts';
import { orderNotices } from '../notices.ts';
import { dependenciesOf, settleDependency } from './dependencies.ts';

interface Settled {
  number: number;
  dependency: Dependency;
  state: 'met' | 'failed';
  because: string;
  /** Owner of what it waited for. */
  other?: string;
}

/**
 * Notes which of the things that a release waits for are there or have failed, once for each change of mind, on its timeline;
 * where one has failed, the owners of both sides are told by mail (semantics §2, "Dependency"). Answers whether there was news.
 * `domain` is that of our message ids.
 */
export async function settleNeeds(
  db: Db,
  o: {
    releaseId: string;
    title: string;
    owner?: string;
    facts: readonly DependencyFacts[];
    now: string;
    domain: string;
  },
): Promise<boolean> {
  const decided = o.facts.length === 0 ? [] : await decidedOf(db, o.releaseId, o.facts, o.now);
  if (decided.length === 0) return false;
  return inTransaction(db, async (trx) => {
    const news: Settled[] = [];
    for (const one of decided)
      if (await settleDependency(trx, { ...one, releaseId: o.releaseId, at: o.now })) news.push(one);
    const failed = news.filter(({ state }) => state === 'failed');
    await orderNotices(
      trx,
      failed.map(({ number, because, other }) => ({
        occasion: `dependency/${number}/failed/${o.now}`,
        kind: 'dependencyFailed' as const,
        releaseId: o.releaseId,
        to: [...new Set([o.owner, other].filter((person) => person !== undefined))],
        sentence: `${o.title} cannot go on: ${because}`,
      })),
      o.domain,
    );
    await appendEvents(
      trx,
      o.releaseId,
      news.map(({ number, state, because }) => ({
        key: `dependency/${number}/${state}/${o.now}`,
        at: o.now,
        actor: { id: 'gantry', kind: 'system' as const },
        action: state === 'met' ? ('dependency.met' as const) : ('dependency.failed' as const),
        object: o.title,
        sentence: because,
        facts: { number },
      })),
    );
    return news.length > 0;
  });
}

/** Those that are there or have failed, and that the record does not say so of yet. */
async function decidedOf(
  db: Db,
  releaseId: string,
  facts: readonly DependencyFacts[],
  now: string,
): Promise<Settled[]> {
  const known = await dependenciesOf(db, releaseId);
  return facts.flatMap((fact) => {
    const row = evaluateDependencies([fact], now);
    const state = row && stateOf(row);
    const record = known.find(
      ({ dependency, state: was }) => was !== 'dropped' && isSame(dependency, fact.dependency),
    );
    if (!row || !state || !record || record.state === state) return [];
    const other = (fact.release ?? fact.failed ?? fact.onTheWay)?.owner;
    return [
      {
        number: record.number,
        dependency: fact.dependency,
        state,
        because: row.because,
        ...(other === undefined ? {} : { other }),
      },
    ];
  });
}

const stateOf = ({ kind }: GateRow): Settled['state'] | undefined =>
  kind === 'allowed' ? 'met' : kind === 'denied' ? 'failed' : undefined;

const isSame = (a: Dependency, b: Dependency): boolean => {
  if (a.kind === 'release') return b.kind === 'release' && a.releaseId === b.releaseId;
  if (b.kind === 'release') return false;
  return (
    a.service === b.service &&
    a.environment === b.environment &&
    a.atLeast === b.atLeast &&
    a.state === b.state &&
    a.soakMs === b.soakMs
  );
};
