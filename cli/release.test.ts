import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { eventStream } from '../test/support/api-stub.ts';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { aRelease } from '../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();

describe('release create', () => {
  test('sends what was named, once', async () => {
    const end = await against({ 'POST /v1/releases': { status: 202, body: aRelease() } }, [
      'release',
      'create',
      'shop',
      '1.4.0',
      'cart',
      '2.0.0',
      '--to',
      'staging',
      '--reason',
      'sale',
      '--key',
      'k1',
      '--json',
    ]);
    expect(end.code).toBe(0);
    expect(JSON.parse(end.out)).toEqual(aRelease());
    expect(seen()).toHaveLength(1);
    expect(seen()[0]).toMatchObject({
      body: {
        components: [
          { service: 'shop', version: '1.4.0' },
          { service: 'cart', version: '2.0.0' },
        ],
        to: 'staging',
        reason: 'sale',
      },
      headers: { 'idempotency-key': 'k1' },
    });
  });

  const draft = aRelease({ state: 'draft', headline: 'shop 1.4.0 is being planned.', seq: 0 });
  const because = 'it could not be planned: the source of shop has no commit for 1.4.0';
  const refused = aRelease({ state: 'failed', headline: because, ended: { at: '', because }, seq: 3 });
  const create = ['release', 'create', 'shop', '1.4.0'];

  const posted = { 'POST /v1/releases': { status: 202, body: draft } };

  test.each([
    ['people', [], `shop 1.4.0 is recorded: rel_1\nshop 1.4.0 failed: ${because}\n`],
    ['programs', ['--json'], expect.stringContaining(`"because": "${because}"`)],
    ['who asks for the id alone', ['--quiet'], 'rel_1\n'],
  ])('tells %s that planning refused it: 1', async (_, flags, out) => {
    const answers = {
      ...posted,
      'GET /v1/releases/rel_1': [{ body: draft }, { body: refused }],
      'GET /v1/releases/rel_1/events': eventStream({ id: 3, event: 'changed', data: { seq: 3 } }),
    };
    const end = await against(answers, [...create, ...flags]);
    expect(end).toMatchObject({ code: 1, out });
    expect(end.err).not.toContain('Next:');
  });

  test('says what comes next once it is planned: 0', async () => {
    const planned = await against({ ...posted, 'GET /v1/releases/rel_1': { body: aRelease() } }, create);
    expect(planned).toMatchObject({
      code: 0,
      out: 'shop 1.4.0 is recorded: rel_1\nWaiting for 1 approval from QA.\n',
    });
    expect(planned.err).toContain('gantry release follow rel_1');
  });

  test('says that it is being planned where nobody can tell more: 0', async () => {
    const away = await against(posted, create);
    expect(away).toMatchObject({
      code: 0,
      out: 'shop 1.4.0 is recorded: rel_1\nshop 1.4.0 is being planned.\n',
    });
    expect(away.err).toContain('It is recorded; how it is planned could not be looked at');
  });

  test('Ctrl-C while it looks how it is planned ends the look, also at a server that hangs: 130, and it is recorded', async () => {
    const ctrlC = new AbortController();
    let hungUp: Promise<unknown> | undefined;
    const hangs = (response: ServerResponse): void => {
      hungUp = once(response, 'close');
      ctrlC.abort();
    };
    const end = await against({ ...posted, 'GET /v1/releases/rel_1': hangs }, create, {
      interrupted: ctrlC.signal,
    });
    expect(end).toMatchObject({ code: 130, out: expect.stringContaining('shop 1.4.0 is recorded: rel_1') });
    await hungUp; // nothing is left that would keep the process from ending
  });

  test('to one environment alone is asked for as such', async () => {
    const words = ['shop', '1.3.0', '--intent', 'redeploy', '--to', 'production', '--alone', '--json'];
    await against({ 'POST /v1/releases': { status: 202, body: aRelease() } }, [
      'release',
      'create',
      ...words,
    ]);
    expect(seen()[0]?.body).toEqual({
      ...{ components: [{ service: 'shop', version: '1.3.0' }], intent: 'redeploy' },
      ...{ to: 'production', alone: true },
    });
  });

  test.each([[['shop']], [[]], [['shop@']], [['shop', '1', 'cart', '2', '--digest', 'sha256:aa']]])(
    '%j is refused before anything is sent',
    async (words) => {
      const end = await against({}, ['release', 'create', ...words]);
      expect(end.code).toBe(2);
      expect(seen()).toEqual([]);
    },
  );
});

describe('acting', () => {
  const rollBack = ['release', 'roll-back', 'shop@1.4.0'];
  const answers = {
    'GET /v1/releases/shop%401.4.0': { body: aRelease() },
    'POST /v1/releases/rel_1/roll-back': {
      body: aRelease({ state: 'rollingBack', headline: 'Going back.' }),
    },
  };

  test('in a pipe without --yes is refused and names the flag: 2', async () => {
    const end = await against(answers, rollBack);
    expect(end.code).toBe(2);
    expect(end.err).toContain('--yes');
    expect(seen().every((request) => request.method === 'GET')).toBe(true);
  });

  test('at a terminal asks, and the answer that nobody typed is no', async () => {
    const end = await against(answers, rollBack, { terminal: true });
    expect(end.err).toContain('Roll shop 1.4.0 back? [y/N]');
    expect(end.err).toContain('Nothing has changed.');
    expect(seen().every((request) => request.method === 'GET')).toBe(true);
  });

  test('with a yes is done', async () => {
    const end = await against(answers, [...rollBack, '--reason', 'checkout fails'], {
      terminal: true,
      typed: ['y'],
    });
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0: it is told to go back.\n' });
    expect(seen().at(-1)?.body).toEqual({ reason: 'checkout fails' });
  });

  test.each([
    [
      'what is under way is told so, for its headline is of before',
      'held',
      'shop 1.4.0: it is told to stop and',
    ],
    ['what has ended by then is told so, and the title once', 'aborted', 'shop 1.4.0 is over.\n'],
  ] as const)('%s', async (_, state, said) => {
    const after = { ...aRelease({ state }), headline: 'shop 1.4.0 is over.' };
    const { out } = await against(
      { 'GET /v1/releases/rel_1': { body: aRelease() }, 'POST /v1/releases/rel_1/abort': { body: after } },
      ['release', 'abort', 'rel_1', '--yes'],
    );
    expect(out.startsWith(said)).toBe(true);
  });

  test('resume is sent with the revision that was looked at', async () => {
    const end = await against(
      {
        'GET /v1/releases/rel_1': { body: aRelease() },
        'POST /v1/releases/rel_1/resume': { body: aRelease() },
      },
      ['release', 'resume', 'rel_1', '--yes'],
    );
    expect(end.code).toBe(0);
    expect(seen().at(-1)?.headers['if-match']).toBe('"4"');
  });

  test('a decision names the request and the digest that were looked at', async () => {
    const approval = {
      requestId: 'r1',
      state: 'open' as const,
      subjectDigest: 'a'.repeat(64),
      openedAt: '',
      deadline: '',
      asked: ['ana'],
      excluded: [],
      votes: [],
      seats: [],
    };
    const stage = {
      environment: 'production',
      state: 'gating' as const,
      checks: [],
      verdicts: [],
      rollout: [],
      soak: [],
      approval,
    };
    const end = await against(
      {
        'GET /v1/releases/rel_1': { body: aRelease({ stages: [stage] }) },
        'POST /v1/releases/rel_1/decisions': { body: { state: 'counted', headline: 'Approved.' } },
      },
      ['decide', 'rel_1', 'approve', '--yes'],
    );
    expect(end).toMatchObject({ code: 0, out: 'Counted for shop 1.4.0 for production. Approved.\n' });
    expect(seen().at(-1)?.body).toEqual({
      requestId: 'r1',
      choice: 'approve',
      subjectDigest: 'a'.repeat(64),
    });
  });
});

describe('deciding', () => {
  const approval = {
    ...{ requestId: 'r1', state: 'open' as const, subjectDigest: 'a'.repeat(64) },
    ...{ openedAt: '', deadline: '', asked: ['ana'], excluded: [], votes: [], seats: [] },
  };
  const stage = {
    ...{ environment: 'production', state: 'gating' as const, checks: [], verdicts: [] },
    ...{ rollout: [], soak: [], approval },
  };
  const left = 'An ended release has left something in production: shop 1.5.0 takes 20 %.';

  test.each([[[]], [['--yes']]])(
    'tells what an ended release has left there before it is sent %j',
    async (flags) => {
      const end = await against(
        {
          'GET /v1/releases/rel_1': { body: { ...aRelease({ stages: [stage] }), beside: [left] } },
          'POST /v1/releases/rel_1/decisions': { body: { state: 'counted' } },
        },
        ['decide', 'rel_1', 'approve', ...flags],
        { terminal: true, typed: ['y'] },
      );
      expect(end.code).toBe(0);
      expect(end.err.split(left)).toHaveLength(2);
    },
  );

  test('requests that wait are listed with it', async () => {
    const item = { requestId: 'r1', title: 'shop 1.6.0', stage: 'production', deadline: '', headline: '' };
    const end = await against({ 'GET /v1/approvals': { body: { items: [{ ...item, beside: [left] }] } } }, [
      'approvals',
      'list',
    ]);
    expect(end.err).toContain(`shop 1.6.0 → production: ${left}`);
  });

  test('a simulation says it under the stage, and is asked for one environment alone', async () => {
    const simulated = { environment: 'production', verdicts: [], approvals: [], beside: [left] };
    const end = await against(
      { 'POST /v1/simulations': { body: { title: 'shop 1.6.0', at: '', stages: [simulated] } } },
      ['simulate', 'shop', '1.6.0', '--to', 'production', '--alone'],
    );
    expect(end.out).toContain(left);
    expect(seen()[0]?.body).toEqual({ service: 'shop', version: '1.6.0', to: 'production', alone: true });
  });
});

describe('where nothing is to be decided', () => {
  const answers = { 'GET /v1/releases/rel_1': { body: aRelease({ headline: 'It is being deployed.' }) } };

  test.each([
    [['decide', 'rel_1', 'approve', '--yes'], 'shop 1.4.0 asks for no decision now: It is being deployed.'],
    [['withdraw', 'rel_1', '--yes'], 'shop 1.4.0 has no open request'],
  ])('%j says so in a sentence, and sends nothing: 5', async (line, sentence) => {
    const end = await against(answers, line);
    expect(end.code).toBe(5);
    expect(end.err).toContain(sentence);
    expect(end.err).not.toContain('Error');
    expect(seen().every(({ method }) => method === 'GET')).toBe(true);
  });

  test('programs read the problem of a request that is closed: 5', async () => {
    const end = await against(answers, ['decide', 'rel_1', 'approve', '--yes', '--json']);
    expect(end.code).toBe(5);
    expect(JSON.parse(end.out)).toMatchObject({ code: 'APPROVAL_NOT_OPEN' });
  });
});

describe('release list --state', () => {
  const list = { 'GET /v1/releases': { body: { items: [] } } };

  test('takes the words that people see, and the names of the API', async () => {
    const end = await against(list, ['release', 'list', '--state', 'waiting,needs-a-person,rollingBack']);
    expect(end.code).toBe(0);
    expect(seen()[0]?.query).toMatchObject({ state: 'gating,stuck,rollingBack' });
  });

  test('an unknown word is refused here, with the known ones', async () => {
    const end = await against(list, ['release', 'list', '--state', 'stopped']);
    expect(end.code).toBe(2);
    expect(end.err).toContain('waiting, ready, deploying');
    expect(seen()).toEqual([]);
  });
});

test.each([
  [[], 'No releases yet. Try: gantry release create shop 1.4.0'],
  [['--open'], 'No release matches --open. All of them: gantry release list'],
  [
    ['--service', 'shop', '--state', 'held'],
    'No release matches --service shop --state held. All of them: gantry release list',
  ],
  [['--cursor', 'abc'], 'No more releases. From the newest: gantry release list'],
])(
  'an empty list with %j says whether there is nothing, or nothing that matches',
  async (flags, sentence) => {
    const { err } = await against({ 'GET /v1/releases': { body: { items: [] } } }, [
      'release',
      'list',
      ...flags,
    ]);
    expect(err).toContain(sentence);
  },
);

test.each([
  ['abort', 'abort'],
  ['roll-back', 'roll-back'],
])(
  '%s of an ended release is refused in the words of the server, and nobody is asked',
  async (name, path) => {
    const ended = aRelease({ state: 'rolledBack' });
    const refused = {
      status: 409,
      body: {
        ...{
          code: 'RELEASE_ENDED',
          title: 'Release has ended',
          status: 409,
          retryable: false,
          changed: false,
        },
        ...{ detail: 'shop 1.4.0 ended as rolled back.', remedy: 'Start a new release.' },
      },
    };
    const end = await against(
      {
        'GET /v1/releases/rel_1': { body: ended },
        [`POST /v1/releases/${ended.id}/${path}`]: refused,
      },
      ['release', name, 'rel_1'],
      { terminal: true, typed: ['n'] },
    );
    expect(end.code).toBe(5);
    expect(end.err).toContain('shop 1.4.0 ended as rolled back.');
    expect(end.err).not.toMatch(/\[y\/N\]|is undone/);
  },
);

test('resume of what nothing holds says so before it asks and after', async () => {
  const view = aRelease({ holds: [] });
  const note = 'Nothing held it, so there was nothing to resume. Nothing has changed.';
  const { err } = await against(
    {
      'GET /v1/releases/rel_1': { body: view },
      [`POST /v1/releases/${view.id}/resume`]: { body: { ...view, note } },
    },
    ['release', 'resume', 'rel_1'],
    { terminal: true, typed: ['y'] },
  );
  expect(err).toMatch(/^Nothing holds it\.\n/);
  expect(err).toContain(note);
});
