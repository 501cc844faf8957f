import type { Express, Request } from 'express';
import { z } from 'zod';
import { meaningOf, type Alert, type AlertMeaning } from '../../domain/incidents/alertmanager.ts';
import type { Actor } from '../../domain/release/release.ts';
import { nothingAt } from '../../platform/problems/input.ts';
import { GantryError } from '../../platform/errors.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { closeIncident, openIncident } from '../../platform/record/incidents/change.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { withoutControls } from '../../platform/plain-text.ts';
import { isSameSecret } from '../../platform/webhook-signature.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { parsed } from '../http/parse.ts';
import { perMinute } from '../http/rate-limit.ts';

/** Alerts come in groups, and are sent again every few minutes: far more than that is an accident. */
const callsPerMinute = 120;
const text = z.string().max(2_000).overwrite(withoutControls);

const AlertSchema = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string().max(200), text),
  annotations: z.record(z.string().max(200), text).default({}),
  startsAt: z.string().max(64),
  endsAt: z.string().max(64).optional(),
  generatorURL: text.optional(),
  fingerprint: z.string().min(1).max(128),
});
/** What Alertmanager posts, as of version 4 of its webhook; fields that we do not read may be there. */
const PayloadSchema = z.looseObject({ version: z.literal('4'), alerts: z.array(AlertSchema).max(500) });

const sender: Actor = { id: 'alertmanager', kind: 'system' };

/** What became of one alert: the answer says so for each, because a status cannot. */
interface Outcome {
  fingerprint: string;
  outcome: 'opened' | 'known' | 'closed' | 'ignored';
  incident?: string;
  because?: string;
}

/**
 * `POST /hooks/alertmanager`: alerts become incidents. Programs sign in here with the token of GANTRY_ALERTMANAGER_TOKEN, which
 * is good for nothing else. The same alert again changes nothing, and one that is resolved closes its incident.
 */
export function mountAlertmanager(app: Express, deps: ApiDeps): void {
  app.post('/hooks/alertmanager', perMinute('hooks', callsPerMinute), async (req, res) => {
    requireToken(req, deps.config.alertmanagerToken);
    const { alerts } = parsed(PayloadSchema, req.body, 'body');
    const stored = await currentPolicy(deps.store.db);
    if (!stored) throw new GantryError('POLICY_NONE');
    const known = {
      services: new Set(stored.policy.services.map(({ id }) => id)),
      environments: new Set(stored.policy.environments.map(({ id }) => id)),
    };
    const items: Outcome[] = [];
    for (const alert of alerts as Alert[])
      items.push({
        fingerprint: alert.fingerprint,
        ...(await take(deps, meaningOf(alert, known, nowOf(deps).toISOString()))),
      });
    res.status(200).set('Cache-Control', 'no-store').json({ items });
  });
}

async function take(deps: ApiDeps, meaning: AlertMeaning): Promise<Omit<Outcome, 'fingerprint'>> {
  if (meaning.kind === 'ignored') return { outcome: 'ignored', because: meaning.because };
  const { db } = deps.store;
  const { key, service, environment, severity, title, startedAt, link, resolvedAt } = meaning;
  const origin = {
    by: sender,
    at: nowOf(deps).toISOString(),
    mailDomain: mailDomain(deps.config.mailFrom),
  };
  const { incident, isNew } = await openIncident(
    db,
    {
      ...{ key, service, severity, title, startedAt, source: 'alertmanager' },
      ...(environment === undefined ? {} : { environment }),
      ...(link === undefined ? {} : { link }),
    },
    origin,
  );
  if (resolvedAt === undefined) return { outcome: isNew ? 'opened' : 'known', incident: incident.id };
  if (incident.state === 'closed') return { outcome: 'known', incident: incident.id };
  await closeIncident(db, incident.id, { ...origin, outcome: 'the alert is resolved', closedAt: resolvedAt });
  return { outcome: 'closed', incident: incident.id };
}

/** @throws NOT_FOUND where no token is configured, so that the address tells nothing; TOKEN_INVALID */
function requireToken(req: Request, expected: string | undefined): void {
  if (expected === undefined) throw new GantryError('NOT_FOUND', { what: nothingAt, id: req.path });
  const given = /^Bearer (\S+)$/.exec(req.get('authorization') ?? '')?.[1];
  if (given === undefined || !isSameSecret(given, expected)) throw new GantryError('TOKEN_INVALID');
}
