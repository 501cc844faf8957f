import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonEvidence } from '../../activities/metrics/json-evidence.ts';
import { createMetricSources } from '../../activities/metrics/index.ts';
import { prometheusEvidence } from '../../activities/metrics/prometheus-evidence.ts';
import { httpCheck } from '../../activities/checks/http.ts';
import { httpDeployer } from '../../activities/deployers/http.ts';
import { mayRetry, smtpMailer } from '../../activities/notices/mail.ts';
import { judgeEvidence } from '../../domain/analysis/evidence.ts';
import { judgeReading } from '../../domain/analysis/measurement.ts';
import { CheckSchema, type HttpCheck } from '../../domain/policy/check.schema.ts';
import { HttpDeployerSchema } from '../../domain/policy/deployer.schema.ts';
import { JsonMetricSchema, PrometheusMetricSchema } from '../../domain/policy/metric.schema.ts';
import { codeMailer } from '../../platform/code-mail.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { GantryError } from '../../platform/errors.ts';
import type { MailLimits } from '../../platform/mail-limits.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import {
  httpFaults,
  mailFaults,
  startFaultyHttp,
  startFaultyMail,
  type FaultyServer,
  type HttpFault,
  type MailFault,
} from '../support/faulty-server.ts';

/**
 * Every way in which the network and what is behind it go wrong, times every place at which Gantry believes what it is told
 * (trust §8, rows 20, 25, 26). Those that wait for a limit are met side by side.
 */
const secret = 'correct-horse-battery-staple';
process.env['FAULTY_TOKEN'] = secret;
const headers = { authorization: 'Bearer secret://FAULTY_TOKEN' };
/** Limit for what never answers, and for what does so by and by on a busy machine. */
const shortMs = 1000;
const longMs = 10_000;
const cap = 1024 * 1024;

/** What one place made of one fault. */
interface Met {
  /** As the place itself says it: `passed`, `done`, `sent` and `runs` are what must never be seen. */
  said: string;
  because: string;
  /** Everything that is kept or shown. */
  shown: string;
  mayRetry?: boolean;
}

const outgoing = createOutgoing();
type Request = Parameters<typeof outgoing>[0];
const within = (ms: number) => (request: Request) =>
  outgoing({ ...request, timeLimitMs: request.timeLimitMs ?? ms });
const waits = (fault: string): boolean => /hang|says nothing|drips|without end/.test(fault);
/** What is an answer to a start, and so is not asked for again until the time is up. */
const isFinal = (fault: HttpFault): boolean =>
  fault.startsWith('answers with') || fault.startsWith('leads') || fault.startsWith('repeats');
const text = (ms: number): string => `${ms / 1000}s`;
const facts = { service: 'shop', version: '1.4.0', environment: 'production', weight: '10', operation: 'op' };
const signal = new AbortController().signal;
let server: FaultyServer;

const condition = { id: 'errors', failWhen: 'value > 0.02', headers };
const question = { facts, signal, now: 3_600_000, exposedAt: 0, since: 0 };

const metOf = ({ verdict, because }: { verdict: string; because: string }): Met => ({
  said: verdict,
  because,
  shown: because,
});

async function deployed(changes: Record<string, unknown>, kind: 'apply' | 'undo'): Promise<Met> {
  const end = await httpDeployer(outgoing)[kind](anEffect(changes), {});
  return { said: end.outcome, because: end.because, shown: JSON.stringify(end) };
}

const anEffect = (changes: Record<string, unknown>) => {
  const start = { url: server.good(202, '{}'), headers };
  const deploy = HttpDeployerSchema.parse({
    kind: 'http',
    apply: start,
    undo: start,
    timeout: '1s',
    ...changes,
  });
  return {
    operationId: 'op',
    deploy,
    facts,
    policyDir: '/',
    folder: operationFolder('/nonexistent', 'op'),
  };
};
const accepted = (url: string) => ({
  url: server.good(202, '{"state":"queued"}', { location: url }),
  headers,
});

const limitFor = (fault: HttpFault): number => (fault.startsWith('hangs') ? shortMs : longMs);
const startFor = (fault: HttpFault) => ({ timeout: text(isFinal(fault) ? longMs : shortMs) });

/** A place that asks an address, by its name. */
const places: Record<string, (url: string, fault: HttpFault) => Promise<Met>> = {
  'a prometheus metric': async (url, fault) => {
    const metric = PrometheusMetricSchema.parse({ ...condition, kind: 'prometheus', url, query: 'x' });
    const { prometheus } = createMetricSources(within(limitFor(fault)));
    return metOf(judgeReading(metric, await prometheus({ metric, facts, signal }), 30_000));
  },
  'a prometheus metric with a rule': async (url, fault) => {
    const burnRate = { slo: 0.999, bad: 'b', total: 't' };
    const rule = { id: 'burn', kind: 'prometheus', url, headers, burnRate, onNoData: 'zero' };
    const metric = PrometheusMetricSchema.parse(rule);
    return metOf(
      judgeEvidence(metric, await prometheusEvidence(within(limitFor(fault)))({ ...question, metric }), 1),
    );
  },
  'a json metric': async (url, fault) => {
    const metric = JsonMetricSchema.parse({ ...condition, kind: 'json', url, pointer: '/rate' });
    const { json } = createMetricSources(within(limitFor(fault)));
    return metOf(judgeReading(metric, await json({ metric, facts, signal }), 30_000));
  },
  'a json metric with a rule': async (url, fault) => {
    const compare = { baseline: 'previous', candidate: '/new', against: '/old' };
    const metric = JsonMetricSchema.parse({ id: 'late', kind: 'json', url, headers, compare });
    return metOf(
      judgeEvidence(metric, await jsonEvidence(within(limitFor(fault)))({ ...question, metric }), 1),
    );
  },
  'the start of a job': (url, fault) => deployed({ apply: { url, headers }, ...startFor(fault) }, 'apply'),
  'the start of an undo': (url, fault) => deployed({ undo: { url, headers }, ...startFor(fault) }, 'undo'),
  'a job that is followed': (url) => deployed({ apply: accepted(url) }, 'apply'),
  'an undo that is followed': (url) => deployed({ undo: accepted(url) }, 'undo'),
  'the status of a job': async (url) => {
    const { state, because } = await httpDeployer(outgoing).status(
      anEffect({ status: { url, headers } }),
      {},
    );
    return { said: state, because, shown: because };
  },
  'what really runs': async (url, fault) => {
    const reading = await httpDeployer(within(limitFor(fault))).probe(
      anEffect({ probe: { url, headers } }),
      {},
    );
    return { said: reading.kind, because: reading.because, shown: JSON.stringify(reading) };
  },
  'an http check': async (url, fault) => {
    const expected = { expect: { status: 200, contains: '"rate":0.01}' } };
    const check = CheckSchema.parse({
      id: 'up',
      kind: 'http',
      url,
      headers,
      timeout: text(limitFor(fault)),
      ...expected,
    });
    const folder = operationFolder('/nonexistent', 'check').run(1);
    const read = await httpCheck(outgoing)({ check: check as HttpCheck, facts, policyDir: '/', folder }, {});
    const because = read.outcome === 'error' ? read.stderr : read.summary;
    return { said: read.outcome, because, shown: JSON.stringify(read) };
  },
};

/** What each place says of most faults, and of the few that it can tell more of. */
const expected: Record<string, { otherwise: string } & Partial<Record<HttpFault, string>>> = {
  'a prometheus metric': { otherwise: 'error' },
  'a prometheus metric with a rule': { otherwise: 'error' },
  'a json metric': { otherwise: 'error', 'answers with JSON of another kind': 'noData' },
  'a json metric with a rule': { otherwise: 'error', 'answers with JSON of another kind': 'inconclusive' },
  'the start of a job': {
    otherwise: 'unknown',
    'leads back to itself for ever': 'failed',
    'repeats what it was asked': 'failed',
    // an answer like any other: a server that does its work at once answers with what it likes
    'answers with JSON of another kind': 'done',
  },
  'the start of an undo': {
    otherwise: 'unknown',
    'leads back to itself for ever': 'failed',
    'repeats what it was asked': 'failed',
    'answers with JSON of another kind': 'done',
  },
  'a job that is followed': { otherwise: 'unknown' },
  'an undo that is followed': { otherwise: 'unknown' },
  'the status of a job': { otherwise: 'unknown' },
  'what really runs': { otherwise: 'unknown' },
  'an http check': {
    otherwise: 'error',
    'answers with noise': 'failed',
    'answers with a page to sign in': 'failed',
    'answers with JSON of another kind': 'failed',
    'leads back to itself for ever': 'failed',
    'repeats what it was asked': 'failed',
    'is broken': 'failed',
    'answers without end': 'inconclusive',
  },
};

const faults = [...(Object.keys(httpFaults) as HttpFault[]), 'refuses'] as const;
const cells = faults.flatMap((fault) => Object.keys(places).map((place) => [place, fault] as const));
const met = new Map<string, Met>();

const smtpFaults = [...(Object.keys(mailFaults) as MailFault[]), 'refuses'] as const;
const token = `v1.k1.${'A'.repeat(72)}.${'b'.repeat(43)}`;
const link = `https://gantry.acme.test/a/${token}`;
const code = '40718295';
const from = 'Gantry <gantry@acme.test>';
const ana = { name: 'Ana', address: 'ana@acme.test' };
const senders = {
  'a mail': (smtpUrl: string, limits: MailLimits) =>
    smtpMailer({ smtpUrl, from, limits }).send({
      to: ana,
      subject: 'shop 1.4.0',
      text: `Decide: ${link}`,
      html: `<a href="${link}">Decide</a>`,
      messageId: 'm1@acme.test',
      threadId: 't1@acme.test',
    }),
  'a code': (smtpUrl: string, limits: MailLimits) =>
    codeMailer({ smtpUrl, from, limits })({
      to: ana,
      title: 'shop 1.4.0',
      code,
      until: '10:00',
      messageId: 'm2@acme.test',
    }),
};
type Sender = keyof typeof senders;
const letters = smtpFaults.flatMap((fault) =>
  (Object.keys(senders) as Sender[]).map((sender) => [sender, fault] as const),
);

async function sent(sender: Sender, fault: MailFault | 'sound'): Promise<Met> {
  const mail = await startFaultyMail(fault);
  const limitMs = waits(fault) ? shortMs : longMs;
  const limits = { connectMs: limitMs, silenceMs: limitMs, wholeMs: limitMs };
  try {
    await senders[sender](`smtp://gantry:${secret}@127.0.0.1:${mail.port}`, limits);
    return { said: 'sent', because: '', shown: '' };
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    const { detail, remedy } = error.problem;
    return { said: error.code, because: `${detail} ${remedy}`, shown: detail, mayRetry: mayRetry(error) };
  } finally {
    await mail.left(); // what was given up must not go on by itself: a mail would come twice
    await mail.stop();
  }
}

beforeAll(async () => {
  server = await startFaultyHttp();
  const meet = async (some: readonly (readonly [string, HttpFault])[]) =>
    Promise.all(
      some.map(async ([place, fault]) => {
        met.set(`${place} ${fault}`, (await places[place]?.(server.at(fault), fault)) as Met);
      }),
    );
  // what answers must not be late because all the others are met beside it
  const answering = faults.filter((fault) => isFinal(fault) || fault === 'is broken');
  for (const fault of answering) await meet(cells.filter(([, one]) => one === fault));
  await Promise.all([
    meet(cells.filter(([, fault]) => !answering.includes(fault))),
    ...letters.map(async ([sender, fault]) => {
      met.set(`${sender} ${fault}`, await sent(sender, fault));
    }),
  ]);
}, 60_000);
afterAll(() => server.stop());

const of = (place: string, fault: string): Met => met.get(`${place} ${fault}`) as Met;

/** A sentence that says what is to be done, too: more than one clause. */
const withRemedy = /[:;,.] \S.*\S/s;

describe('a place whose server goes wrong', () => {
  test.each(cells)('%s: what %s is never taken for good', (place, fault) => {
    // what it said stands beside, to be seen where this fails
    const { said, because } = of(place, fault);
    expect({ said, because }).toEqual({
      said: expected[place]?.[fault] ?? expected[place]?.otherwise,
      because,
    });
  });

  test.each(cells)('%s: what %s is told in words, capped and without the secret', (place, fault) => {
    const { because, shown, said } = of(place, fault);
    // an answer that was understood says all there is to say
    expect(because).toMatch(['done', 'noData'].includes(said) ? /./ : withRemedy);
    expect(because.length).toBeLessThan(1000);
    expect(shown.length).toBeLessThan(2 * cap);
    expect(shown).not.toContain(secret);
  });
});

describe('a mail server that goes wrong', () => {
  test('is told from one that does not', async () => {
    expect(await sent('a mail', 'sound')).toMatchObject({ said: 'sent' });
    expect(await sent('a code', 'sound')).toMatchObject({ said: 'sent' });
  });

  test.each(letters)('%s: one that %s has sent nothing', (sender, fault) => {
    expect(of(sender, fault)).toMatchObject({ said: 'MAIL_FAILED' });
  });

  test.each(letters)('%s: one that %s is told in words, capped and without any secret', (sender, fault) => {
    const { because, shown } = of(sender, fault);
    expect(because).toMatch(withRemedy);
    expect(shown.length).toBeLessThan(500);
    for (const kept of [secret, Buffer.from(`\0gantry\0${secret}`).toString('base64'), 'A'.repeat(24), code])
      expect(shown).not.toContain(kept);
  });

  test.each(smtpFaults)(
    'one that %s is asked again, but where it refuses this very mail for good',
    (fault) => {
      expect(of('a mail', fault).mayRetry).toBe(fault !== 'refuses the mail for good, and repeats it');
    },
  );
});
