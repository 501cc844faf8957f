import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReleaseView } from '../../domain/release/release.ts';
import { repeatedEffects, servedAlone } from '../../scripts/demo/report.ts';
import { decideByLink } from '../support/link-approver.ts';
import { mayUse, startCluster, type Cluster } from '../support/on-demand/cluster.ts';
import { operator } from '../support/on-demand/temporal-server.ts';
import { until } from '../support/until.ts';

// docker-compose.yml with real processes: its files, its variables, and everything twice that may be there twice.
let cluster: Cluster;
const say = (sentence: string) => void process.stderr.write(`  ${sentence}\n`);

beforeAll(async () => {
  cluster = await startCluster(say);
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
}, 120_000);

const view = async (id: string) => (await cluster.call<ReleaseView>('GET', `/v1/releases/${id}`)).body;
const releaseThat = async (id: string, is: (view: ReleaseView) => boolean, withinMs = 90_000) => {
  let seen: ReleaseView | undefined;
  const look = async () => {
    seen = await view(id);
    return is(seen) ? seen : undefined;
  };
  return until(`release ${id} to be as asked`, look, withinMs).catch((error: unknown) => {
    throw new Error(`It says: ${seen?.state} ${seen?.headline}`, { cause: error });
  });
};
const askedBy = (email: string) =>
  cluster.mail.mails.filter(({ to, subject }) => to === email && subject.startsWith('[Approve]'));

/** The link of the mail to this person, as it comes to one of the APIs. */
const linkAt = async (url: string, email: string): Promise<string> => {
  const look = () => /https?:\/\/\S+(\/a\/\S+)/.exec(askedBy(email).at(-1)?.text ?? '')?.[1];
  return `${url}${await until(`a mail that asks ${email}`, look, 90_000)}`;
};
const firstStep = ({ stages }: ReleaseView) =>
  stages.find(({ environment }) => environment === 'production')?.rollout[0]?.steps[0];

describe('the release of the first demo act', () => {
  let id: string;
  const version = '1.4.0';
  const from = Date.now();
  const passed = () => `${((Date.now() - from) / 1000).toFixed(1)} s`;

  test('is asked by mail, and approved through either API', async () => {
    const { status, body } = await cluster.call<{ id: string }>('POST', '/v1/releases', {
      components: [{ service: 'shop', version }],
    });
    expect(status).toBe(202);
    id = body.id;
    const [first, second] = cluster.apis;
    const ana = await linkAt(first!.url, 'ana@acme.test');
    const sam = await linkAt(second!.url, 'sam@acme.test');
    expect(await decideByLink(ana, { decision: 'approve', version })).toContain('approve');
    expect(await decideByLink(sam, { decision: 'approve', version })).toContain('approve');
    say(`approved after ${passed()}`);
  }, 200_000);

  test('goes on when the worker that runs it and an API are killed half way, and succeeds', async () => {
    await releaseThat(id, (seen) => firstStep(seen)?.state === 'holding');
    const { workflowId } = await view(id);
    const keeper = await cluster.keeperOf(workflowId);
    await Promise.all([keeper.kill({ tree: true }), cluster.apis[0]!.process.kill()]);
    say(`one worker and one API killed after ${passed()}`);
    const ended = await releaseThat(id, ({ state }) => state === 'succeeded', 240_000);
    say(`succeeded after ${passed()}`);
    expect(ended.stages.map(({ environment, state }) => [environment, state])).toEqual([
      ['staging', 'finished'],
      ['production', 'finished'],
    ]);
    const votes = ended.stages.flatMap(({ approval }) => approval?.votes ?? []);
    expect(votes.map(({ person, choice }) => `${person} ${choice}`).sort()).toEqual([
      'ana approve',
      'sam approve',
    ]);
  }, 350_000);

  test('had each effect once, served customers without an error, and told each person once', async () => {
    expect(await repeatedEffects(cluster.stage.ledgerFile)).toEqual([]);
    expect((await servedAlone(cluster.stage.ledgerFile)).at(-1)).toBe('shop 1.4.0');
    const { perVersion } = cluster.traffic.counts();
    expect(perVersion[version]?.requests).toBeGreaterThan(0);
    expect(Object.entries(perVersion).filter(([, { errors }]) => errors > 0)).toEqual([]);
    expect([askedBy('ana@acme.test').length, askedBy('sam@acme.test').length]).toEqual([1, 1]);
  });

  test('left an audit log that holds together, and can be found in the engine by its outcome', async () => {
    const { body } = await cluster.call<{ valid: boolean; entries: number }>('GET', '/v1/audit/verify');
    expect(body).toMatchObject({ valid: true });
    expect(body.entries).toBeGreaterThan(10);
    const { workflowId } = await view(id);
    const query =
      "GantryService = 'shop' AND GantryEnvironment = 'production' AND GantryOutcome = 'succeeded'";
    const found = () => {
      const listed = cluster.temporal.operate('workflow', 'list', '--query', query, '--output', 'json');
      if (!listed.includes(`"${workflowId}"`)) throw new Error(listed);
      return true;
    };
    await until('the release in the index', found, 30_000);
  }, 60_000);
});

describe('settings of production', () => {
  test('are looked at by `gantry doctor`: a password, certificates, an API key', async () => {
    const well = await cluster.doctor();
    expect(well.stdout).toContain('has the namespace default');
    expect(well.code).toBe(0);
    const wrongPassword = await cluster.doctor({
      DATABASE_URL: cluster.settings['DATABASE_URL']?.replace(/gantry:\w+@/, 'gantry:wrong@') ?? '',
    });
    expect(wrongPassword.stdout + wrongPassword.stderr).toContain('password authentication failed');
    expect(wrongPassword.code).not.toBe(0);
    const wrongKey = await cluster.doctor({ TEMPORAL_API_KEY: 'not-a-key' });
    expect(wrongKey.stdout + wrongKey.stderr).toMatch(/temporal.*(unauthorized|permission)/i);
    const noCertificate = await cluster.doctor({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' });
    expect(noCertificate.stdout + noCertificate.stderr).toMatch(/temporal.*(certificate|does not answer)/i);
  }, 120_000);

  test('in a namespace without search attributes: nobody hangs, the command is named, and whoever may adds them', async () => {
    const namespace = 'bare';
    cluster.temporal.operate(
      'operator',
      'namespace',
      'create',
      '--namespace',
      namespace,
      '--retention',
      '72h',
    );
    const waiting = cluster.part({
      ...{ name: 'worker', namespace, permissions: mayUse(namespace) },
      ready: 'operator search-attribute create',
    }).process;
    const api = cluster.part({
      name: 'api',
      namespace,
      permissions: mayUse(namespace),
      ready: '"msg":"ready"',
    });
    await Promise.all([waiting.start(), api.process.start()]);
    expect(waiting.said()).toContain(
      `temporal operator search-attribute create --namespace ${namespace} --name GantryService --type Keyword`,
    );
    expect(waiting.said()).not.toContain('polls for work');
    const temporalPart = async () => {
      const answer = await fetch(`${api.url}/ready`);
      return ((await answer.json()) as { parts: { temporal: { state: string; remedy?: string } } }).parts
        .temporal;
    };
    const told = await until('the API to tell', async () => {
      const part = await temporalPart();
      return part.remedy === undefined ? undefined : part;
    });
    expect(told).toMatchObject({ state: 'degraded', remedy: expect.stringContaining('GantryRisk') });

    const entitled = cluster.part({
      ...{ name: 'worker', namespace, permissions: [operator, ...mayUse(namespace)] },
      ready: 'the worker polls for work',
    }).process;
    await entitled.start();
    await until('the other worker to go on by itself', () => waiting.said().includes('polls for work'));
    await until('the API to be well', async () => (await temporalPart()).state === 'up');
  }, 180_000);
});
