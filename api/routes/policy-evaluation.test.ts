import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { differences } from '../../domain/evaluation/compare.ts';
import { readCases } from '../../domain/evaluation/cases.schema.ts';
import type { Evaluation } from '../../domain/evaluation/evaluate.ts';
import { FactsSchema } from '../../domain/evaluation/facts.schema.ts';
import { runPolicyTests } from '../../platform/policy/run-policy-tests.ts';
import { policyEvaluationRoutes } from './policy-evaluation.ts';

const [evaluate] = policyEvaluationRoutes;

/** What the endpoint answers: its own schema reads the request, its own handler answers it. No server is needed for a fragment. */
async function answerTo(fragment: object, facts: object): Promise<Evaluation> {
  const body = evaluate!.body!.parse({ fragment, facts: { now: at('12:00'), ...facts } });
  const call = { deps: {}, body } as unknown as Parameters<NonNullable<typeof evaluate>['handle']>[0];
  const reply = await evaluate!.handle(call, undefined);
  return reply!.body as Evaluation;
}

/** One vector: what is asked, and what must be answered, in the words that files of cases use. */
interface Row {
  id: string;
  stage?: object;
  people?: object[];
  /** Everything else of the fragment. */
  around?: object;
  facts?: object;
  /** What the votes were given to, where that is something else than what is asked about. */
  agreedOn?: { stage?: object; facts?: object };
  expect: object;
}

async function check({
  stage = both,
  people = anaBenCem,
  around = {},
  facts = {},
  ...row
}: Row): Promise<void> {
  const fragment = (one: object) => ({ people, ...around, stage: one });
  let asked: Record<string, unknown> = { ...facts };
  if (row.agreedOn) {
    const before = await answerTo(fragment(row.agreedOn.stage ?? stage), { ...facts, ...row.agreedOn.facts });
    asked = { ...asked, request: { ...opened, subjectDigest: before.subjectDigest } };
  }
  const written = { name: row.id, given: { now: at('12:00') }, expect: row.expect };
  const { cases, problems } = readCases({ fragment: fragment(stage), cases: [written] });
  expect(problems).toEqual([]);
  expect(differences(cases!.cases[0]!.expect, await answerTo(fragment(stage), asked))).toEqual([]);
}

const at = (clock: string, day = '2026-06-01'): string =>
  `${day}T${clock.length === 5 ? `${clock}:00` : clock}Z`;
const person = (id: string, ...roles: string[]) => ({ id, roles });
/** qa = 1 of {Ana, Ben}, security = 1 of {Ana, Cem} (semantics §4). */
const anaBenCem = [person('ana', 'qa', 'security'), person('ben', 'qa'), person('cem', 'security')];
const terms = { grace: '0s' };
const both = { approvals: [{ role: 'qa' }, { role: 'security' }], approval: terms };
const qaOnly = { approvals: [{ role: 'qa' }], approval: terms };
const yes = (name: string, when = at('10:00'), more: object = {}) => ({
  ...{ person: name, choice: 'approve', at: when },
  ...more,
});
const no = (name: string, when: string) => ({ person: name, choice: 'reject', at: when, comment: 'no' });
const opened = { openedAt: at('09:00') };
const asked = (...votes: object[]) => ({ request: opened, votes });
const each = (...names: string[]) => names.map((name, index) => yes(name, at(`10:0${index}`)));

describe('approvals', () => {
  const five = [
    person('ana', 'qa', 'security'),
    person('ben', 'qa', 'ops'),
    person('cem', 'qa'),
    person('dee', 'security'),
  ];
  const three = {
    approvals: [{ role: 'qa', atLeast: 2 }, { role: 'security' }, { role: 'ops' }],
    approval: terms,
  };
  const teams = [
    { ...person('ana', 'qa'), team: 'web' },
    { ...person('ben', 'qa'), team: 'web' },
    { ...person('dee', 'qa'), team: 'core' },
  ];
  const withCheck = { ...both, checks: [{ id: 'unit', kind: 'http', url: 'https://acme.test' }] };
  const unit = (outcome: string) => ({ ...asked(yes('ana')), checks: [{ id: 'unit', outcome }] });
  const graceful = { ...both, approval: { grace: '5m' } };
  const turned = asked(yes('ana', at('09:59')), yes('ben'), no('ben', at('10:04')));
  const risky = { ...both, risk: {} };
  const owned = { service: { owner: 'cem' } };
  const owners = [anaBenCem[0]!, anaBenCem[1]!, { ...anaBenCem[2]!, team: 'core' }];
  const why = { comment: 'looked at it' };
  const at33 = (points: number) => ({
    request: { ...opened, risk: points },
    votes: [yes('ana', at('10:00'), why)],
  });
  const delays = [
    { by: 'ana', at: at('10:00'), until: at('06:00', '2026-06-02') },
    { by: 'ana', at: at('11:00'), until: at('16:00', '2026-06-02') },
  ];

  test.each<Row>([
    {
      id: 'A1',
      facts: asked(yes('ana')),
      expect: { seats: '1 of 2', asked: ['ben', 'cem'], approvals: 'needsPeople', request: 'open' },
    },
    { id: 'A2', facts: asked(...each('ana', 'ben')), expect: { request: 'approved', headline: 'allowed' } },
    {
      id: 'A2, the other way round',
      facts: asked(...each('ben', 'ana')),
      expect: { request: 'approved', headline: 'allowed' },
    },
    {
      id: 'A3',
      stage: { ...both, approvals: [{ role: 'qa', atLeast: 2 }, { role: 'security' }] },
      facts: asked(yes('ana'), yes('ben')),
      expect: { seats: '2 of 3', asked: ['cem'] },
    },
    {
      id: 'A4',
      people: [anaBenCem[0]!],
      expect: { approvals: { kind: 'denied', because: '2 people' }, unreachable: true },
    },
    {
      id: 'A5',
      stage: three,
      people: five,
      facts: asked(yes('ana'), yes('cem')),
      expect: { seats: '2 of 4', asked: ['ben', 'dee'] },
    },
    {
      id: 'A6',
      stage: three,
      people: five,
      facts: asked(...each('ana', 'cem', 'dee', 'ben')),
      expect: { seats: '4 of 4', request: 'approved' },
    },
    {
      id: 'A7',
      stage: { ...both, approvals: [{ role: 'dev' }, { role: 'security' }] },
      people: [person('eve', 'dev'), person('fay', 'dev'), person('cem', 'security')],
      facts: asked(yes('eve'), yes('fay')),
      expect: { seats: '1 of 2', asked: ['cem'] },
    },
    {
      id: 'A8',
      stage: { approvals: [{ role: 'qa', atLeast: 2 }], approval: { ...terms, sameTeamAtMost: 1 } },
      people: teams,
      facts: asked(yes('ana'), yes('ben')),
      expect: { seats: '1 of 2', asked: ['dee'] },
    },
    { id: 'A9', facts: asked(yes('ana'), yes('ana', at('10:01'))), expect: { seats: '1 of 2' } },
    {
      id: 'A10, before closing',
      facts: asked(yes('ana'), no('ana', at('10:01'))),
      expect: { request: 'rejected', approvals: 'denied' },
    },
    {
      id: 'A10, after closing',
      facts: asked(...each('ana', 'ben'), no('ana', at('10:02'))),
      expect: { request: 'approved', refused: ['ana'] },
    },
    {
      id: 'A11, meanwhile',
      stage: graceful,
      facts: { ...turned, now: at('10:05') },
      expect: { request: 'inGrace', approvals: 'denied' },
    },
    {
      id: 'A11, after the grace time',
      stage: graceful,
      facts: { ...turned, now: at('10:09') },
      expect: { request: 'rejected' },
    },
    {
      id: 'A11, too late',
      stage: graceful,
      facts: asked(yes('ana', at('09:59')), yes('ben'), no('ben', at('10:05'))),
      expect: { request: 'approved', refused: ['ben'] },
    },
    {
      id: 'A12',
      people: [anaBenCem[0]!, { ...anaBenCem[1], aliases: ['b@home.test'] }, anaBenCem[2]!],
      facts: { ...asked(yes('ben')), authors: ['Benny <b@home.test>'] },
      expect: { refused: ['ben'], asked: ['ana', 'cem'], seats: '0 of 2' },
    },
    {
      id: 'A13',
      stage: { approvals: [{ people: ['ana', 'ben'], atLeast: 2 }], approval: terms },
      facts: {
        absences: [{ person: 'ana', from: at('00:00'), until: at('00:00', '2026-07-01'), delegate: 'ben' }],
      },
      expect: { approvals: { kind: 'denied', because: 'away: ana' }, unreachable: true },
    },
    {
      id: 'A14',
      facts: { ...asked(yes('ana')), commits: ['c1', 'c2'] },
      agreedOn: { facts: { commits: ['c1'] } },
      expect: { request: 'superseded', seats: '0 of 2', approvals: 'waiting', refused: ['ana'] },
    },
    {
      id: 'A14, with the same digest',
      facts: { ...asked(yes('ana')), commits: ['c1'] },
      agreedOn: {},
      expect: { request: 'open', seats: '1 of 2' },
    },
    {
      id: 'A15, within the band',
      stage: risky,
      people: owners,
      around: owned,
      facts: { ...at33(26), risk: { points: 33 } },
      expect: { request: 'open', seats: '1 of 2', band: 'moderate' },
    },
    {
      id: 'A15, into the next band',
      stage: risky,
      people: owners,
      around: owned,
      facts: { ...at33(33), risk: { points: 41 } },
      expect: { request: 'superseded', seats: '0 of 3', band: 'high', refused: ['ana'] },
    },
    {
      id: 'A16, passed',
      stage: withCheck,
      facts: unit('passed'),
      expect: { checks: 'allowed', seats: '1 of 2' },
    },
    {
      id: 'A16, failed',
      stage: withCheck,
      facts: unit('failed'),
      expect: { checks: 'denied', seats: '1 of 2' },
    },
    {
      id: 'A17, a second before',
      stage: qaOnly,
      facts: {
        request: { openedAt: at('08:00'), deadline: at('09:00') },
        votes: [yes('ana', at('08:59:59'))],
      },
      expect: { request: 'approved' },
    },
    {
      id: 'A17, at the deadline',
      stage: qaOnly,
      facts: { request: { openedAt: at('08:00'), deadline: at('09:00') }, votes: [yes('ana', at('09:00'))] },
      expect: { request: 'expired', refused: ['ana'] },
    },
    {
      id: 'A18',
      stage: { ...qaOnly, approvals: [{ role: 'qa', atLeast: 2 }] },
      facts: asked(yes('ana')),
      agreedOn: { stage: qaOnly },
      expect: { request: 'superseded', approvals: 'waiting', seats: '0 of 2' },
    },
    {
      id: 'A19, the first delay',
      facts: { postponements: delays.slice(0, 1) },
      expect: { postponed: { kind: 'waiting', because: 'Postponed by ana' }, refusals: [] },
    },
    {
      id: 'A19, the second',
      facts: { postponements: delays },
      expect: { postponed: 'waiting', refusals: ['postponements.1'] },
    },
    {
      id: 'A20',
      facts: { request: { ...opened, withdrawnAt: at('10:00') }, votes: [yes('ana', at('10:01'))] },
      expect: { request: 'withdrawn', approvals: 'denied', refused: ['ana'] },
    },
    {
      id: 'a closed request stays as it is when the release ends',
      facts: { request: { ...opened, withdrawnAt: at('11:00') }, votes: each('ana', 'ben') },
      expect: { request: 'approved' },
    },
    {
      id: 'an approval of last week is asked for again',
      facts: { ...asked(...each('ana', 'ben')), now: at('10:01', '2026-06-08') },
      expect: { request: 'lapsed', approvals: 'needsPeople', seats: '0 of 2' },
    },
    {
      id: 'a vote by a link is too weak where a sign-in is asked for',
      stage: { ...qaOnly, approval: { ...terms, assurance: 'login' } },
      facts: asked(yes('ana')),
      expect: { refused: ['ana'], seats: '0 of 1' },
    },
    {
      id: 'and the same vote with a sign-in counts',
      stage: { ...qaOnly, approval: { ...terms, assurance: 'login' } },
      facts: asked(yes('ana', at('10:00'), { assurance: 'login' })),
      expect: { refused: [], request: 'approved' },
    },
    {
      id: 'a delay beyond the deadline voids an open request',
      facts: {
        ...asked(yes('ana')),
        owner: 'cem',
        postponements: [{ by: 'cem', at: at('11:00'), until: at('11:00', '2026-06-06') }],
      },
      expect: { request: 'superseded', postponed: 'waiting' },
    },
  ])('$id', check);

  describe('with backups', () => {
    const stage = {
      approvals: [{ role: 'qa', backup: { role: 'security' } }],
      approval: { ...terms, expires: '4h', onExpiry: 'escalate' },
    };
    const people = [person('ben', 'qa'), person('cem', 'security')];
    test.each<Row>([
      {
        id: 'a backup may not vote while most of the time is left',
        stage,
        people,
        facts: { ...asked(yes('cem', at('11:59'))), now: at('12:00') },
        expect: { refused: ['cem'], seats: '0 of 1' },
      },
      {
        id: 'and may with a quarter of it left',
        stage,
        people,
        facts: { ...asked(yes('cem', at('12:00'))), now: at('12:01') },
        expect: { refused: [], request: 'approved' },
      },
      {
        id: 'silence gives it half the time again, once',
        stage,
        people,
        facts: { request: opened, now: at('13:30') },
        expect: { request: 'open', asked: ['ben', 'cem'] },
      },
      {
        id: 'and then it expires',
        stage,
        people,
        facts: { request: opened, now: at('15:00') },
        expect: { request: 'expired', approvals: 'denied' },
      },
    ])('$id', check);
  });
});

describe('the way here', () => {
  const x = { id: 'x', kind: 'http', url: 'https://acme.test' };
  const sampled = (delay: number, interval: number, minSuccess: number, timeout: number) => {
    const [d, i, m, t] = [delay, interval, minSuccess, timeout].map((minutes) => `${minutes}m`);
    const sample = { delay: d, interval: i, minSuccess: m, timeout: t };
    return {
      checks: [
        { ...x, sample },
        { ...x, id: 'y', sample },
      ],
    };
  };
  const said = (text: string) =>
    text.split(' ').map(([first, second]) => ({ x: outcome(first), y: outcome(second) }));
  const outcome = (mark: string | undefined) => (mark === '+' ? 'passed' : 'failed');
  const series = (text: string, minutes: number) => ({
    now: new Date(Date.parse(at('09:00')) + minutes * 60_000).toISOString(),
    samples: { openedAt: at('09:00'), taken: said(text) },
  });
  const never = (count: number) => Array<string>(count).fill('+-').join(' ');

  test.each<Row>([
    {
      id: 'G1, at 10',
      stage: sampled(5, 5, 0, 60),
      facts: series('+- -+', 10),
      expect: { samples: 'waiting' },
    },
    {
      id: 'G1, at 15',
      stage: sampled(5, 5, 0, 60),
      facts: series('+- -+ ++', 15),
      expect: { samples: 'allowed', headline: 'allowed' },
    },
    { id: 'G2', stage: sampled(5, 5, 0, 60), facts: series(never(11), 60), expect: { samples: 'denied' } },
    {
      id: 'G3, at 20',
      stage: sampled(0, 5, 10, 60),
      facts: series('++ ++ +- ++ ++', 20),
      expect: { samples: 'waiting' },
    },
    {
      id: 'G3, at 25',
      stage: sampled(0, 5, 10, 60),
      facts: series('++ ++ +- ++ ++ ++', 25),
      expect: { samples: 'allowed' },
    },
    {
      id: 'G4, at 5',
      stage: sampled(0, 5, 10, 60),
      facts: series('++ ++', 5),
      expect: { samples: { kind: 'waiting', because: '5 min of 10 min' } },
    },
    {
      id: 'G4, at 10',
      stage: sampled(0, 5, 10, 60),
      facts: series('++ ++ ++', 10),
      expect: { samples: 'allowed' },
    },
    {
      id: 'G5, at 55',
      stage: sampled(5, 5, 0, 60),
      facts: series(`${never(10)} ++`, 55),
      expect: { samples: 'allowed' },
    },
    {
      id: 'G5, at 60',
      stage: sampled(5, 5, 0, 60),
      facts: series(`${never(11)} ++`, 60),
      expect: { samples: 'denied' },
    },
    {
      id: 'a sample counts for nothing before it is due',
      stage: sampled(5, 5, 0, 60),
      facts: series('++', 4),
      expect: { samples: 'waiting' },
    },
    {
      id: 'without samples the gate says what it needs',
      stage: sampled(5, 5, 0, 60),
      expect: { samples: { kind: 'waiting', because: 'give `samples`' } },
    },
  ])('$id', check);

  test('G4: samples that could never open the gate are refused with the policy', async () => {
    const asking = answerTo({ people: anaBenCem, stage: sampled(0, 5, 10, 10) }, {});
    await expect(asking).rejects.toMatchObject({ code: 'POLICY_INVALID' });
  });

  const soak = { gates: { soak: { atLeast: '24h' } } };
  const around = { before: ['staging'] };
  const shop = { service: 'service', version: '1.4.0', digest: 'sha256:a' };
  const components = [shop];
  const stood = (version: string, from: string, to = from) => ({
    environment: 'staging',
    builds: [{ service: 'service', version, ...(version === '1.4.0' ? { digest: 'sha256:a' } : {}) }],
    startedAt: from,
    endedAt: to,
  });
  const on = (day: string, clock: string) => at(clock, `2026-05-${day}`);

  test.each<Row>([
    {
      id: 'G6',
      stage: soak,
      around,
      facts: {
        components,
        deployments: [
          stood('1.4.0', on('28', '00:00')),
          stood('1.3.0', on('28', '20:00')),
          stood('1.4.0', on('29', '00:00')),
          stood('1.5.0', on('29', '10:00')),
        ],
      },
      expect: { soak: { kind: 'denied', because: 'stood there for 20 h' } },
    },
    {
      id: 'G7',
      stage: soak,
      around,
      facts: { components, deployments: [stood('1.4.0', on('31', '18:00'))] },
      expect: { soak: { kind: 'waiting', because: 'Mon 1 Jun 18:00' } },
    },
    {
      id: 'G8',
      stage: soak,
      around,
      facts: {
        components,
        deployments: [stood('1.4.0', on('22', '10:00')), stood('1.5.0', on('23', '10:00'))],
      },
      expect: { soak: 'allowed' },
    },
    {
      id: 'without deployments soak says what it needs',
      stage: soak,
      around,
      facts: { components },
      expect: { soak: { kind: 'waiting', because: 'give `deployments`' } },
    },
    {
      id: 'a build may be too old, and nobody can tell how old it is',
      stage: { gates: { soak: { atLeast: '1h', maxAge: '7d' } } },
      around,
      facts: { components, deployments: [stood('1.4.0', on('31', '10:00'))] },
      expect: { soak: { kind: 'waiting', because: 'Cannot tell how old' } },
    },
    {
      id: 'and is denied once somebody can',
      stage: { gates: { soak: { atLeast: '1h', maxAge: '7d' } } },
      around,
      facts: {
        components: [{ ...shop, firstSeenAt: on('20', '10:00') }],
        deployments: [stood('1.4.0', on('31', '10:00'))],
      },
      expect: { soak: { kind: 'denied', because: 'at most 7 d' } },
    },
    {
      id: 'what was verified upstream by this digest is promoted',
      stage: { gates: { promotion: {} } },
      around,
      facts: { components, deployments: [stood('1.4.0', on('31', '10:00'))] },
      expect: { promotion: 'allowed' },
    },
    {
      id: 'the same tag with another digest is not',
      stage: { gates: { promotion: {} } },
      around,
      facts: {
        components: [{ ...shop, digest: 'sha256:b' }],
        deployments: [stood('1.4.0', on('31', '10:00'))],
      },
      expect: { promotion: { kind: 'denied', because: 'another build' } },
    },
    {
      id: 'what was rolled back upstream is not',
      stage: { gates: { promotion: {} } },
      around,
      facts: { components, deployments: [{ ...stood('1.4.0', on('31', '10:00')), status: 'rolledBack' }] },
      expect: { promotion: { kind: 'denied', because: 'was not verified' } },
    },
    {
      id: 'without deployments promotion says what it needs',
      stage: { gates: { promotion: {} } },
      around,
      expect: { promotion: { kind: 'waiting', because: 'give `deployments`' } },
    },
  ])('$id', check);

  const lanes = (more: object = {}) => ({
    service: {
      lanes: {
        trunk: { branches: ['main'], versions: '>=1.3.0 <2.0.0', ...more },
        hotfix: { branches: ['hotfix/*'], urgent: true },
      },
    },
  });
  const version = (text: string, branches: string[] = ['main']) => ({
    components: [{ service: 'service', version: text, branches }],
  });

  test.each<Row>([
    { id: 'G9, 1.4.0', around: lanes(), facts: version('1.4.0'), expect: { version: 'allowed' } },
    { id: 'G9, 2.0.0', around: lanes(), facts: version('2.0.0'), expect: { version: 'denied' } },
    { id: 'G9, 1.4.0-rc.1', around: lanes(), facts: version('1.4.0-rc.1'), expect: { version: 'denied' } },
    {
      id: 'G10, 1.4.0-rc.1',
      around: lanes({ preReleases: '^rc' }),
      facts: version('1.4.0-rc.1'),
      expect: { version: 'allowed' },
    },
    {
      id: 'G10, 2.0.0-rc.1',
      around: lanes({ preReleases: '^rc' }),
      facts: version('2.0.0-rc.1'),
      expect: { version: 'denied' },
    },
    {
      id: 'a commit that is on no branch of a lane goes no way',
      around: lanes(),
      facts: version('1.4.0', ['feature/x']),
      expect: { version: { kind: 'denied', because: 'on no branch like main' } },
    },
    {
      id: 'the hotfix lane is shut for what can wait',
      around: lanes(),
      facts: version('1.4.1', ['hotfix/1.4.1']),
      expect: { version: { kind: 'denied', because: 'marked urgent' } },
    },
    {
      id: 'and open for what cannot',
      around: lanes(),
      facts: { ...version('1.4.1', ['hotfix/1.4.1']), urgent: 'orders are lost' },
      expect: { version: { kind: 'allowed', because: 'by the hotfix lane' } },
    },
    {
      id: 'without branches nobody can tell',
      around: lanes(),
      facts: { components: [{ service: 'service', version: '1.4.0' }] },
      expect: { version: { kind: 'waiting', because: 'Cannot tell on which branches' } },
    },
  ])('$id', check);

  const runs = (version: string, digest: string, running: object, intent = 'deploy') => ({
    intent,
    components: [{ service: 'service', version, digest, running }],
  });
  const now110 = { version: '1.10.0', digest: 'sha256:a' };

  test.each<Row>([
    {
      id: 'G11, older',
      facts: runs('1.9.0', 'sha256:z', now110),
      expect: { admission: { kind: 'denied', because: 'older than' }, headline: 'denied' },
    },
    {
      id: 'G11, the same digest',
      facts: runs('1.10.0', 'sha256:a', now110, 'redeploy'),
      expect: { admission: 'absent' },
    },
    {
      id: 'G11, another digest',
      facts: runs('1.10.0', 'sha256:b', now110),
      expect: { admission: { kind: 'denied', because: '/another artifact|other/' } },
    },
    {
      id: 'G12, a later candidate',
      facts: runs('1.4.0-rc.10', 'sha256:b', { version: '1.4.0-rc.2', digest: 'sha256:a' }),
      expect: { admission: 'absent' },
    },
    {
      id: 'G12, build metadata does not order',
      facts: runs('1.4.0+b2', 'sha256:b', { version: '1.4.0+b1', digest: 'sha256:a' }),
      expect: { admission: 'denied' },
    },
    {
      id: 'a review that is overdue refuses what is planned',
      facts: { reviews: [{ dueAt: at('11:00') }] },
      expect: { admission: { kind: 'denied', because: 'not reviewed in time' } },
    },
    {
      id: 'and lets through what cannot wait',
      facts: { reviews: [{ dueAt: at('11:00') }], urgent: 'orders are lost' },
      expect: { admission: 'absent' },
    },
    {
      id: 'and what goes back to a lower version',
      facts: { reviews: [{ dueAt: at('11:00') }], ...runs('1.9.0', 'sha256:z', now110, 'rollback') },
      expect: { admission: 'absent' },
    },
    {
      id: 'and to a build that ended well there, which nobody can order',
      facts: {
        reviews: [{ dueAt: at('11:00') }],
        ...runs('build-99', 'sha256:z', { version: 'build-100' }, 'rollback'),
        deployments: [
          {
            environment: 'production',
            builds: [{ service: 'service', version: 'build-99' }],
            endedAt: at('10:00'),
          },
        ],
      },
      expect: { admission: 'absent' },
    },
    {
      id: 'but not what is only called a rollback',
      facts: {
        reviews: [{ dueAt: at('11:00') }],
        ...runs('build-101', 'sha256:z', { version: 'build-100' }, 'rollback'),
      },
      expect: { admission: { kind: 'denied', because: 'not reviewed in time' } },
    },
    {
      id: 'a review that was done shuts nothing',
      facts: { reviews: [{ dueAt: at('11:00'), doneAt: at('10:30') }] },
      expect: { admission: 'absent' },
    },
  ])('$id', check);
});

describe('the way back', () => {
  const stage = { gates: { rollback: 'required' } };
  const migrations = [
    { kind: 'additive', paths: ['db/add/**'] },
    { kind: 'irreversible', paths: ['db/drop/**'] },
  ];
  const around = { service: { migrations } };
  const back = (files: string[] | undefined, more: object = {}) => ({
    components: [
      { service: 'service', version: '1.4.0', running: { version: '1.3.1' }, ...(files ? { files } : {}) },
    ],
    artifacts: [
      { service: 'service', version: '1.3.1', isThere: true },
      { service: 'service', version: '1.3.0', isThere: true },
    ],
    ...more,
  });
  const ban = { service: 'service', version: '1.3.1', by: 'ana', reason: 'corrupts carts' };
  const earlier = (version: string, day: string) => ({
    environment: 'production',
    builds: [{ service: 'service', version }],
    endedAt: at('10:00', day),
  });

  test.each<Row>([
    {
      id: 'B6, additive',
      stage,
      around,
      facts: back(['db/add/1.sql']),
      expect: { 'rollback plan': { kind: 'allowed', because: 'migrations additive' } },
    },
    {
      id: 'B6, irreversible',
      stage,
      around,
      facts: back(['db/drop/1.sql']),
      expect: { 'rollback plan': { kind: 'denied', because: 'irreversible migration' } },
    },
    {
      id: 'B7',
      stage,
      around,
      facts: back([], {
        quarantines: [ban],
        deployments: [earlier('1.3.0', '2026-05-01'), earlier('1.3.1', '2026-05-20')],
      }),
      expect: { 'rollback plan': { kind: 'allowed', because: 'back to 1.3.0' } },
    },
    {
      id: 'files that nobody has read are no files without migrations',
      stage,
      around,
      facts: back(undefined),
      expect: { 'rollback plan': { kind: 'waiting', because: 'Cannot tell which migrations' } },
    },
    {
      id: 'an artifact of which nobody knows is not there',
      stage,
      around,
      facts: back([], { artifacts: [] }),
      expect: { 'rollback plan': { kind: 'waiting', because: 'whether service 1.3.1 is still there' } },
    },
    {
      id: 'one that is gone shuts the gate',
      stage,
      around,
      facts: back([], { artifacts: [{ service: 'service', version: '1.3.1', isThere: false }] }),
      expect: { 'rollback plan': { kind: 'denied', because: 'not there any more' } },
    },
    {
      id: 'an undo that was never tried is not enough where it must have been',
      stage: { gates: { rollback: 'required', rehearsed: '30d' } },
      around: { before: ['staging'] },
      facts: back([]),
      expect: { 'rollback plan': { kind: 'denied', because: 'never rehearsed' } },
    },
    {
      id: 'and is once it was',
      stage: { gates: { rollback: 'required', rehearsed: '30d' } },
      around: { before: ['staging'] },
      facts: back([], {
        rehearsals: [
          { service: 'service', version: '1.4.0', environment: 'staging', at: at('10:00', '2026-05-20') },
        ],
      }),
      expect: { 'rollback plan': 'allowed' },
    },
    {
      id: 'a quarantined build goes nowhere',
      facts: {
        components: [{ service: 'service', version: '1.4.0', digest: 'sha256:a' }],
        quarantines: [{ digest: 'sha256:a', by: 'ana', reason: 'corrupts carts' }],
      },
      expect: { quarantine: { kind: 'denied', because: 'corrupts carts' }, headline: 'denied' },
    },
    {
      id: 'two people lift a quarantine, and one person does not twice',
      facts: {
        components: [{ service: 'service', version: '1.4.0' }],
        quarantines: [
          {
            service: 'service',
            version: '1.4.0',
            by: 'ana',
            reason: 'x',
            lifts: [{ by: 'ana' }, { by: 'ana' }],
          },
          {
            service: 'service',
            version: '1.4.0',
            by: 'ana',
            reason: 'y',
            lifts: [{ by: 'ana' }, { by: 'ben' }],
          },
        ],
      },
      expect: { quarantine: { kind: 'denied', because: '"x"' }, refusals: ['quarantines.0.lifts.1'] },
    },
  ])('$id', check);
});

describe('risk', () => {
  const stage = { risk: {} };
  const r1 = { deps: { patch: 1 }, reach: { tier: 3, dependants: 5 } };
  const r2 = {
    size: { files: 10 },
    migration: { worst: 'additive' },
    deps: { major: 1 },
    age: { days: 7 },
    reach: { tier: 1 },
    rollback: { state: 'planned' },
  };
  const r3 = {
    ...r2,
    size: { files: 200 },
    migration: { worst: 'irreversible' },
    history: { failed: 2 },
    timing: { isOffHours: true },
  };
  const worst = {
    ...{ size: { files: 200 }, migration: { worst: 'irreversible' }, deps: { major: 2 } },
    ...{ config: { groups: ['setting', 'secret', 'infrastructure'] }, contract: { changed: 1 } },
    ...{ reach: { tier: 1, dependants: 5 }, train: { components: 7 }, newAuthor: { authors: 1 } },
    ...{ age: { days: null }, history: { failed: 6 }, incidents: { sev1: 2 }, rollback: { state: 'failed' } },
    ...{ evidence: { results: 3 }, late: { commits: 3 }, waivers: { live: 3 }, soak: { isShortened: true } },
    ...{ timing: { isOffHours: true, isFreezeNear: true }, bugs: { blocker: 2 }, coverage: { lost: 2 } },
    findings: { error: 2 },
  };
  const others = 'notApplicable';
  const given = (factors: object) => ({ risk: { factors, others } });

  test.each<Row>([
    { id: 'R1', stage, facts: given(r1), expect: { points: 4, band: 'low', risk: 'allowed' } },
    { id: 'R2', stage, facts: given(r2), expect: { points: 26, band: 'moderate' } },
    { id: 'R3', stage, facts: given(r3), expect: { points: 54, band: 'high' } },
    {
      id: 'R4',
      stage,
      facts: given({ ...r3, waivers: { live: 4 } }),
      expect: { points: 63, band: 'veryHigh' },
    },
    {
      id: 'R5',
      stage,
      facts: { risk: { factors: r1, others, unknown: ['size'] } },
      expect: { points: 10, band: 'low', risk: { kind: 'allowed', because: '1 factor is unknown' } },
    },
    { id: 'R6', stage, facts: given(worst), expect: { points: 100, band: 'veryHigh' } },
    {
      id: 'R7',
      stage,
      facts: {
        risk: {
          points: 4,
          blockers: [{ id: 'quarantined', because: 'The build is quarantined.' }],
        },
      },
      expect: { risk: { kind: 'denied', because: '(4 points, low)' }, points: 4 },
    },
    ...(
      [
        [19, 'low'],
        [20, 'moderate'],
        [39, 'moderate'],
        [40, 'high'],
        [59, 'high'],
        [60, 'veryHigh'],
      ] as const
    ).map(([points, band]): Row => ({
      id: `R8, ${points}`,
      stage,
      facts: { risk: { points } },
      expect: { band, points },
    })),
    {
      id: 'without risk the gate says what it needs',
      stage,
      expect: { risk: { kind: 'waiting', because: 'give `risk`' }, headline: 'waiting' },
    },
    {
      id: 'from moderate on an approval without a comment does not count',
      stage: { ...qaOnly, risk: {} },
      facts: { ...asked(yes('ana')), risk: { points: 20 } },
      expect: { refused: ['ana'], approvals: 'needsPeople' },
    },
    {
      id: 'the highest band asks a release manager, and nobody is one',
      stage,
      facts: { risk: { points: 60 } },
      expect: { approvals: { kind: 'denied', because: 'release-manager' }, unreachable: true },
    },
    {
      id: 'a large first step is denied from high on',
      stage,
      around: { service: { owner: 'ana' } },
      people: [
        { ...anaBenCem[0], team: 'web' },
        { ...anaBenCem[1], team: 'web' },
      ],
      facts: { risk: { points: 40 } },
      expect: { risk: { kind: 'denied', because: 'at most 10 %' } },
    },
    {
      id: 'the way back is not judged by its risk',
      stage: { risk: { refuseFrom: 30 } },
      facts: {
        ...{ intent: 'rollback', risk: { points: 30 } },
        components: [{ service: 'service', version: '1.0.0', running: { version: '1.1.0' } }],
      },
      expect: { risk: 'absent' },
    },
    {
      id: 'what is only called a rollback is',
      stage: { risk: { refuseFrom: 30 } },
      facts: {
        ...{ intent: 'rollback', risk: { points: 30 } },
        components: [{ service: 'service', version: 'build-101', running: { version: 'build-100' } }],
      },
      expect: { risk: { kind: 'denied', because: 'refuses from 30' } },
    },
    {
      id: 'a limit of the stage denies',
      stage: { risk: { refuseFrom: 30 } },
      facts: { risk: { points: 30 } },
      expect: { risk: { kind: 'denied', because: 'refuses from 30' } },
    },
  ])('$id', check);

  test('R5: what is left out is unknown, and scores half of its cap', async () => {
    const { factors } = (await answerTo({ people: anaBenCem, stage }, { risk: { factors: r1 } })).risk!;
    expect(factors.find(({ factor }) => factor === 'size')).toMatchObject({ points: 6, state: 'unknown' });
  });
});

describe('what people decide beside voting', () => {
  const glass = { ...both, breakGlass: { roles: ['sre'], atLeast: 2 } };
  const people = [
    ...anaBenCem,
    person('sre1', 'sre'),
    person('sre2', 'sre'),
    person('max', 'release-manager'),
  ];
  const broken = (by: string, when = at('11:00')) => ({ by, at: when, incident: 'INC-7' });
  const checks = [{ id: 'unit', kind: 'http', url: 'https://acme.test' }];
  const failed = { checks: [{ id: 'unit', outcome: 'failed' }] };
  const waiver = { check: 'unit', by: 'max', expiresAt: at('12:00', '2026-06-03') };
  const condition = { title: 'write the runbook', owner: 'ben' };

  test.each<Row>([
    {
      id: 'enough people break the glass past the quorum, and the verdict stays',
      stage: glass,
      people,
      facts: { breakGlass: [broken('sre1'), broken('sre2')] },
      expect: { approvals: 'passed', lock: 'allowed', refusals: [] },
    },
    {
      id: 'one of two is not enough, and the same one twice is one',
      stage: glass,
      people,
      facts: { breakGlass: [broken('sre1'), broken('sre1')] },
      expect: { approvals: 'needsPeople', refusals: ['breakGlass.1'] },
    },
    {
      id: 'it holds for four hours',
      stage: glass,
      people,
      facts: { breakGlass: [broken('sre1', at('08:00')), broken('sre2', at('08:00'))] },
      expect: { approvals: { kind: 'needsPeople' }, lock: 'waiting' },
    },
    {
      id: 'who has not the role does not break it',
      stage: glass,
      people,
      facts: { breakGlass: [broken('ana'), broken('sre2')] },
      expect: { refusals: ['breakGlass.0'], lock: 'waiting' },
    },
    {
      id: 'it never passes a quarantine',
      stage: glass,
      people,
      facts: {
        components: [{ service: 'service', version: '1.4.0' }],
        breakGlass: [broken('sre1'), broken('sre2')],
        quarantines: [{ service: 'service', version: '1.4.0', by: 'ana', reason: 'x' }],
      },
      expect: { approvals: 'passed', quarantine: 'denied', lock: 'waiting' },
    },
    {
      id: 'a waiver lets a failed check pass until it ends',
      stage: { checks },
      people,
      facts: { ...failed, waivers: [waiver] },
      expect: { checks: { kind: 'allowed', because: 'failed, waived by max' }, refusals: [] },
    },
    {
      id: 'and not at its end',
      stage: { checks },
      people,
      facts: { ...failed, now: at('12:00', '2026-06-03'), waivers: [{ ...waiver, at: at('12:00') }] },
      expect: { checks: 'denied' },
    },
    {
      id: 'whoever has not the role gives none',
      stage: { checks },
      people,
      facts: { ...failed, waivers: [{ ...waiver, by: 'ana' }] },
      expect: { checks: 'denied', refusals: ['waivers.0'] },
    },
    {
      id: 'a waiver voids what was approved before it',
      stage: { ...both, checks },
      people,
      facts: { ...asked(...each('ana', 'ben')), ...failed, waivers: [{ ...waiver, at: at('11:00') }] },
      expect: { request: 'superseded', approvals: 'waiting' },
    },
    {
      id: 'a task shuts its stage',
      facts: { tasks: [{ title: 'write the runbook', owner: 'ben' }] },
      expect: { tasks: { kind: 'needsPeople', because: 'is with ben' } },
    },
    {
      id: 'and opens it once it is done',
      facts: { tasks: [{ title: 'write the runbook', owner: 'ben', state: 'done' }] },
      expect: { tasks: 'allowed' },
    },
    {
      id: 'a condition becomes a task once the request is approved',
      stage: qaOnly,
      facts: asked(yes('ana', at('10:00'), { conditions: [condition] })),
      expect: { request: 'approved', tasks: { kind: 'needsPeople', because: 'write the runbook' } },
    },
    {
      id: 'one that nobody could meet is refused with its vote',
      stage: qaOnly,
      facts: asked(yes('ana', at('10:00'), { conditions: [{ ...condition, owner: 'nobody' }] })),
      expect: { refused: ['ana'], tasks: 'absent' },
    },
    {
      id: 'a hotfix is asked under its own shorter rules',
      stage: { ...both, hotfix: { approvals: [{ role: 'security' }] } },
      facts: { ...asked(yes('cem')), urgent: 'orders are lost' },
      expect: { request: 'approved', seats: '1 of 1' },
    },
    {
      id: 'who did not delay it and does not own it cannot lift the delay',
      people,
      facts: {
        postponements: [
          {
            ...{ by: 'max', at: at('10:00'), until: at('10:00', '2026-06-20') },
            lifted: { by: 'ana', at: at('11:00') },
          },
        ],
      },
      expect: { postponed: 'waiting', refusals: ['postponements.0.lifted'] },
    },
    {
      id: 'who did may',
      people,
      facts: {
        postponements: [
          {
            ...{ by: 'max', at: at('10:00'), until: at('10:00', '2026-06-20') },
            lifted: { by: 'max', at: at('11:00') },
          },
        ],
      },
      expect: { postponed: 'absent', refusals: [] },
    },
  ])('$id', check);
});

const guide = readFileSync(new URL('../../docs/guides/test-a-policy.md', import.meta.url), 'utf8');

test('the example of the guide answers what the guide says', async () => {
  const [question, said] = [...guide.matchAll(/```json\n([\s\S]+?)```/g)].map((found) =>
    JSON.parse(found[1]!),
  );
  expect(await answerTo(question.fragment, question.facts)).toMatchObject(said);
});

const examples = [...guide.matchAll(/```yaml\n(fragment:[\s\S]+?)```/g)].map((found) => found[1]!);

test.each(examples)('an example of the guide says what it says: %s', async (text) => {
  const run = await runPolicyTests({ text, file: 'guide', path: '/guide' }, () =>
    Promise.reject(new Error('no file')),
  );
  expect(run.problems).toEqual([]);
  expect(run.results.flatMap(({ differences: found }) => found)).toEqual([]);
  expect(run.results.length).toBeGreaterThan(0);
});

test('the guide has an example for every kind of fact', () => {
  const facts = Object.keys(FactsSchema.shape).filter((fact) => !examples.join().includes(`${fact}:`));
  expect(facts).toEqual([]);
});

test('names and instants that cannot be come back all at once, each with its place', async () => {
  const facts = {
    waivers: [{ check: 'unit', by: 'anna', expiresAt: at('13:00') }],
    absences: [{ person: 'bem', from: at('08:00'), until: at('09:00') }],
    tasks: [{ title: 'x', owner: 'nobody' }],
    quarantines: [{ by: 'ana', reason: 'x' }],
    samples: { openedAt: at('13:00'), taken: [{ e2e: 'passed' }] },
  };
  await expect(answerTo({ people: anaBenCem, stage: both }, facts)).rejects.toMatchObject({
    code: 'FACTS_INVALID',
    problem: {
      errors: [
        { pointer: '/facts/samples/openedAt' },
        { pointer: '/facts/samples/taken/0/e2e' },
        { pointer: '/facts/quarantines/0' },
        { pointer: '/facts/waivers/0/check' },
        { pointer: '/facts/waivers/0/by' },
        { pointer: '/facts/absences/0/person' },
        { pointer: '/facts/tasks/0/owner' },
      ],
    },
  });
});

test.each([
  [{ risk: { points: 3, factors: {} } }, ['facts', 'risk']],
  [{ risk: { factors: { sise: { files: 1 } } } }, ['facts', 'risk', 'factors']],
  [
    { deployments: [{ environment: 'staging', builds: [], endedAt: at('09:00') }] },
    ['facts', 'deployments', 0, 'builds'],
  ],
  [{ votes: [yes('ana', at('10:00'), { proof: 'link' })] }, ['facts', 'votes', 0]],
])('a fact that is no fact is refused at its place: %j', (facts, path) => {
  const { error } = evaluate!.body!.safeParse({
    fragment: { people: anaBenCem, stage: {} },
    facts: { now: at('12:00'), ...facts },
  });
  expect(error?.issues[0]?.path).toEqual(path);
});
