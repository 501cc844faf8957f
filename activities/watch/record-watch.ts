import type { NewEvent } from '../../domain/release/events.ts';
import { instantText } from '../../domain/instant-text.ts';
import { listOf } from '../../domain/list-of.ts';
import { healthWord } from '../../domain/watch/watch.ts';
import type { Health } from '../../domain/watch/health.ts';
import { inTransaction, type Db } from '../../platform/database/open.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { closeIncident } from '../../platform/record/incidents/change.ts';
import { openIncidentsBegun } from '../../platform/record/incidents/read.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { saveWatch } from '../../platform/record/watches.ts';
import { orderWebhooks } from '../../platform/record/webhooks.ts';
import type { WatchAnswer, WatchEntry } from '../contract-watch.ts';
import { meetRegression, regressionsOf, type Met } from './meet-regression.ts';

const gantry = { id: 'gantry', kind: 'system' as const };

const actions = {
  regressed: 'watch.regressed',
  inconclusive: 'watch.inconclusive',
  healthy: 'watch.recovered',
} as const satisfies Record<Health, NewEvent['action']>;

/**
 * Writes one look down: how it stands, and where that has changed the entry in the log, the incident, the mail to its people
 * and, where policy says so and nothing speaks against it, the release that takes it back; all or nothing. Twice is once.
 */
export async function recordWatch(
  db: Db,
  around: { publicUrl: string; domain: string },
  entry: WatchEntry,
): Promise<WatchAnswer> {
  return inTransaction(db, async (trx) => {
    if (!(await saveWatch(trx, entry.number, entry.view))) return {};
    const met = entry.changed === 'regressed' ? await meetRegression(trx, around, entry) : undefined;
    if (entry.changed === 'healthy') await closeItsIncident(trx, around.domain, entry);
    if (entry.changed) await tellPeople(trx, around.domain, entry, entry.changed, met);
    const events = eventsOf(entry, met);
    await orderWebhooks(trx, { releaseId: entry.releaseId, events, data: { ...entry.view } });
    await appendEvents(trx, entry.releaseId, events);
    return {
      ...(met?.rollback === undefined ? {} : { rollback: met.rollback }),
      ...(met ? { because: met.because } : {}),
    };
  });
}

const titleOf = ({ component }: WatchEntry): string => `${component.service} ${component.version}`;

function eventsOf(entry: WatchEntry, met: Met | undefined): NewEvent[] {
  const { environment, component, number, view, changed } = entry;
  const key = `watch/${environment}/${component.service}`;
  const common = { at: view.updatedAt, actor: gantry, object: component.service };
  const title = titleOf(entry);
  const facts = { environment, version: component.version, looks: view.looks };
  return [
    ...(number === 0
      ? [
          {
            ...common,
            key: `${key}/started`,
            action: 'watch.started' as const,
            sentence: `${title} is watched in ${environment} until ${instantText(view.until)}.`,
            facts,
          },
        ]
      : []),
    ...(changed
      ? [
          {
            ...common,
            key: `${key}/${number}`,
            action: actions[changed],
            sentence: sentenceOf(entry, changed, met),
            facts: { ...facts, health: changed, metrics: metricFacts(entry) },
          },
        ]
      : []),
    ...(met?.rollback === undefined
      ? []
      : [
          {
            ...common,
            key: `${key}/${number}/back`,
            action: 'watch.wentBack' as const,
            sentence: met.because,
            facts: { ...facts, rollback: met.rollback },
          },
        ]),
    ...(view.result === undefined
      ? []
      : [
          {
            ...common,
            key: `${key}/ended`,
            action: 'watch.ended' as const,
            sentence: `The watch over ${title} in ${environment} is over: ${healthWord(view.result)}. ${view.because}`,
            facts: { ...facts, result: view.result },
          },
        ]),
  ];
}

function sentenceOf(entry: WatchEntry, changed: Health, met: Met | undefined): string {
  const { environment, view } = entry;
  const title = titleOf(entry);
  if (changed === 'healthy') return `${title} is healthy in ${environment} again: ${view.because}`;
  if (changed === 'inconclusive')
    return `Nobody can tell any more how ${title} does in ${environment}: ${view.because}`;
  return `${title} has regressed in ${environment}: ${view.because}.${met?.rollback === undefined && met ? ` ${met.because}` : ''}`;
}

const metricFacts = ({ view }: WatchEntry): Record<string, unknown> =>
  Object.fromEntries(view.metrics.map(({ id, phase, because }) => [id, { phase, because }]));

/** The incident that the watch has opened is over, as an alert that is resolved; whose fault it was stays as it is. */
async function closeItsIncident(trx: Db, domain: string, entry: WatchEntry): Promise<void> {
  for (const incident of await openIncidentsBegun(trx, regressionsOf(entry)))
    await closeIncident(trx, incident.id, {
      by: gantry,
      at: entry.view.updatedAt,
      mailDomain: domain,
      outcome: `the watch finds it healthy again: ${entry.view.because}`,
    });
}

async function tellPeople(
  trx: Db,
  domain: string,
  entry: WatchEntry,
  changed: Health,
  met: Met | undefined,
): Promise<void> {
  const { releaseId, environment, component, number, people } = entry;
  if (people.length === 0) return;
  const failed = entry.view.metrics.filter(({ phase }) => phase === 'failed').map(({ id }) => id);
  await orderNotices(
    trx,
    [
      {
        occasion: `watch/${environment}/${component.service}/${number}`,
        kind: 'watchChanged',
        releaseId,
        to: people,
        environment,
        sentence: sentenceOf(entry, changed, undefined),
        facts: {
          health: changed,
          ...(failed.length > 0 ? { metrics: listOf(failed, 'and') } : {}),
          ...(met ? { because: met.because } : {}),
          ...(met?.command === undefined ? {} : { command: met.command }),
        },
      },
    ],
    domain,
  );
}
