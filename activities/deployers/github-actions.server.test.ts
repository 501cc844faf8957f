import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  GithubActionsDeployerSchema,
  type GithubActionsDeployer,
} from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { describeDeployer } from '../../test/support/deployer-conformance.ts';
import { secret, type Behaviour } from '../../test/support/deployer-world.ts';
import { serveGithub } from '../../test/support/github-api.ts';
import type { Fullness } from '../../test/support/github-answers.ts';
import { misfits } from '../../test/support/github-shapes.ts';
import { servePlace } from '../../test/support/served-place.ts';
import { githubActionsDeployer } from './github-actions.ts';
import { claimDispatch } from './github/claim.ts';
import type { Effect } from './port.ts';

const settings = (api: string, behaviour: string, changes: object = {}): GithubActionsDeployer => {
  const dispatch = (version: string) => ({ workflow: 'deploy.yml', inputs: { version, behaviour } });
  return GithubActionsDeployerSchema.parse({
    kind: 'github-actions',
    repository: 'acme/shop',
    token: 'secret://DEPLOY_TOKEN',
    apply: dispatch('{{version}}'),
    undo: dispatch('{{previousVersion}}'),
    api,
    interval: '1s',
    ...changes,
  });
};

/** A GitHub that lists runs late, and unless it is calm answers no dispatch and is away now and then. What runs the service says. */
describeDeployer(
  'github-actions',
  async (_folder, { isCalm }) => {
    const place = await servePlace();
    const github = await serveGithub({
      listedAfter: 1,
      troubles: ({ number, method }) =>
        isCalm ? 'none' : method === 'POST' ? 'loseAnswer' : number % 5 === 0 ? 'unavailable' : 'none',
      step: ({ inputs }) => {
        const behaviour = inputs['behaviour'] as Behaviour;
        if (behaviour === 'hangs') return { status: 'in_progress', conclusion: null };
        if (behaviour === 'fails') return { status: 'completed', conclusion: 'failure' };
        place.bringOut(inputs['version']);
        return { status: 'completed', conclusion: 'success' };
      },
      jobName: (authorization) => `${authorization} ${'x'.repeat(500_000)}`,
    });
    return {
      deployer: (behaviour, timeout = '20s') =>
        settings(github.url, behaviour, { timeout, appears: '6s', probe: { url: place.url } }),
      ledger: () => github.runs.map(({ inputs }) => inputs['operation'] ?? ''),
      close: async () => {
        github.close();
        place.close();
      },
      calls: github.calls,
      place,
    };
  },
  { doubts: true },
);

describe('a github-actions deployer', () => {
  let github: Awaited<ReturnType<typeof serveGithub>>;
  let dir: string;
  const over = { status: 'completed', conclusion: 'success' } as const;
  beforeEach(() => {
    process.env['DEPLOY_TOKEN'] = secret;
    dir = mkdtempSync(join(tmpdir(), 'gantry-github-'));
  });
  afterEach(() => {
    github.close();
    rmSync(dir, { recursive: true });
  });

  const effectOf = (
    changes: object = {},
    more: Partial<Effect<GithubActionsDeployer>> = {},
  ): Effect<GithubActionsDeployer> => ({
    operationId: 'rel_1+production+shop+apply+1',
    deploy: settings(github.url, 'works', { timeout: '5s', appears: '2s', ...changes }),
    facts: { service: 'shop', version: '1.4.0', environment: 'production' },
    policyDir: '/',
    folder: operationFolder(dir, 'op'),
    ...more,
  });
  const deployer = () => githubActionsDeployer(createOutgoing());

  test('sends ref, inputs and operation, with the headers that the API asks for', async () => {
    github = await serveGithub({ step: () => over });
    expect(await deployer().apply(effectOf({ ref: 'stable' }), {})).toMatchObject({ outcome: 'done' });
    const sent = github.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      ref: 'stable',
      inputs: { version: '1.4.0', behaviour: 'works', operation: 'rel_1+production+shop+apply+1' },
    });
    expect(sent?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'x-github-api-version': '2022-11-28',
      accept: 'application/vnd.github+json',
    });
  });

  test('is unknown where no run shows the operation, and says what to look at', async () => {
    github = await serveGithub({ step: () => over, isNamed: false });
    expect(await deployer().apply(effectOf(), {})).toMatchObject({
      outcome: 'unknown',
      because: expect.stringContaining('run-name'),
    });
    expect(github.runs).toHaveLength(1);
  });

  test('never sends again what it may have sent before it died', async () => {
    github = await serveGithub({ step: () => over });
    const effect = effectOf();
    await claimDispatch(effect.folder);
    expect(await deployer().apply(effect, {})).toMatchObject({ outcome: 'unknown' });
    expect(await deployer().status(effect, {})).toMatchObject({ state: 'unknown' });
    expect(github.runs).toHaveLength(0);
  });

  test('never sends again what another machine may have sent', async () => {
    github = await serveGithub({ step: () => over });
    expect(await deployer().apply(effectOf({}, { isBegunElsewhere: true }), {})).toMatchObject({
      outcome: 'unknown',
    });
    expect(github.runs).toHaveLength(0);
  });

  test('says what became of an operation', async () => {
    github = await serveGithub({ step: () => over });
    expect(await deployer().status(effectOf(), {})).toMatchObject({ state: 'notDone' });
    await deployer().apply(effectOf(), {});
    expect(await deployer().status(effectOf(), {})).toMatchObject({ state: 'done' });
  });

  test('ends the steps that still run before it undoes them', async () => {
    github = await serveGithub({
      step: ({ inputs }) =>
        inputs['operation']?.includes('apply') ? { status: 'in_progress', conclusion: null } : over,
    });
    await deployer().apply(effectOf({ timeout: '1s' }), {});
    const undo = effectOf(
      {},
      {
        operationId: 'rel_1+production+shop+undo+1',
        folder: operationFolder(dir, 'undo'),
        stepsBegin: ['rel_1+production+shop+rehearsalApply+', 'rel_1+production+shop+apply+'],
      },
    );
    expect(await deployer().undo(undo, {})).toMatchObject({ outcome: 'done' });
    expect(github.runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'cancelled']);
  });

  test.each<Fullness>(['full', 'nulls'])(
    'reads what GitHub really sends, every field of it (%s), while a run goes on and when it has ended',
    async (fullness) => {
      let looks = 0;
      const step = () => ((looks += 1) > 2 ? over : ({ status: 'in_progress', conclusion: null } as const));
      github = await serveGithub({ step, fullness });
      expect(await deployer().apply(effectOf(), {})).toMatchObject({
        outcome: 'done',
        because: 'the run succeeded (https://github.test/acme/shop/actions/runs/1)',
        stdout: 'deploy: success',
      });
      expect(looks).toBe(3);
    },
  );

  test.each<Fullness>(['full', 'nulls'])(
    'is tried against answers that GitHub might give, each of them (%s)',
    async (fullness) => {
      github = await serveGithub({ step: () => over, fullness });
      const ask = async (path: string, method = 'GET', body?: object): Promise<unknown> => {
        const answer = await fetch(`${github.url}/repos/acme/shop/actions${path}`, {
          method,
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        const text = await answer.text();
        return text === '' ? answer.status : JSON.parse(text);
      };
      const dispatch = { ref: 'main', inputs: { operation: 'op' } };
      expect(await ask('/workflows/deploy.yml/dispatches', 'POST', dispatch)).toBe(204);
      expect(misfits('runs', await ask('/workflows/deploy.yml/runs'))).toEqual([]);
      expect(misfits('run', await ask('/runs/1'))).toEqual([]);
      expect(misfits('jobs', await ask('/runs/1/jobs'))).toEqual([]);
      expect(misfits('nothing', await ask('/runs/1/cancel', 'POST', {}))).toEqual([]);
      expect(misfits('error', await ask('/runs/2'))).toEqual([]);
      const run = (await ask('/runs/1')) as Record<string, unknown>;
      const without = { ...run };
      delete without['head_sha'];
      expect(
        [without, { ...run, inputs: {} }, { ...run, id: '1' }].map((one) => misfits('run', one)),
      ).toEqual([
        ["run must have required property 'head_sha'"],
        ['run must NOT have additional properties'],
        ['run/id must be integer'],
      ]);
    },
  );

  test('knows its run behind a hundred others, with the longest names that GitHub allows', async () => {
    github = await serveGithub({ step: () => over, others: 100 });
    const repository = `${'o'.repeat(39)}/${'r'.repeat(100)}`;
    expect(await deployer().apply(effectOf({ repository }), {})).toMatchObject({ outcome: 'done' });
    expect(github.runs).toHaveLength(1);
  });

  test('tells of the first jobs of many, and how many more there are', async () => {
    github = await serveGithub({ step: () => over, jobs: 130 });
    const { stdout } = await deployer().apply(effectOf(), {});
    expect(stdout.split('\n')).toHaveLength(121);
    expect(stdout).toMatch(/\nand 10 more jobs$/);
  });

  test.each([
    [404, 'Not Found'],
    [422, 'Unexpected inputs provided'],
  ])('fails where the dispatch is refused with %d', async (code, message) => {
    github = await serveGithub({ step: () => over });
    const refused = githubActionsDeployer(async (request) =>
      request.method === 'POST'
        ? {
            status: code,
            headers: new Headers(),
            text: JSON.stringify({ message }),
            isCut: false,
            url: request.url,
          }
        : createOutgoing()(request),
    );
    expect(await refused.apply(effectOf(), {})).toMatchObject({
      outcome: 'failed',
      because: `the dispatch was answered with ${code}: ${message}`,
    });
  });
});
