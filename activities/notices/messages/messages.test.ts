import { describe, expect, test } from '@jest/globals';
import type { AskedBefore } from '../../../domain/release/asked-before.ts';
import type { StagePlan } from '../../../domain/release/plan.ts';
import type { Change, ReleaseView, StageView } from '../../../domain/release/release.ts';
import type { NoticeKind } from '../../contract.ts';
import { letterHtml } from '../letter-html.ts';
import { letterText } from '../letter-text.ts';
import type { Occasion } from '../occasion.ts';
import { messages } from './index.ts';

const publicUrl = 'https://gantry.example';
const token = `v1.k7.${'A'.repeat(72)}.${'b'.repeat(43)}`;
const kinds = Object.keys(messages) as NoticeKind[];
const hostile = '<script>alert(1)</script>" onload="x" https://evil.test/a?b=1 \u202etxt\r\nBcc: x@evil.test';

const change = (over: Partial<Change> = {}): Change => ({
  commit: 'c0ffee',
  kind: 'feature',
  title: 'a better cart',
  author: 'Ben',
  at: '2026-11-22T10:00:00Z',
  ...over,
});

const plan = (text = 'shop'): StagePlan => ({
  environment: 'production',
  production: true,
  exclusive: true,
  checks: [],
  rules: [
    { role: 'qa', atLeast: 1, not: [] },
    { people: ['ana', 'sam'], atLeast: 1, not: [] },
  ],
  candidates: [{ id: 'ana', name: 'Ana Lopez', roles: ['qa'] }],
  excluded: [{ person: 'ben', because: 'author of 2 commits', as: ['author'] }],
  approval: { expiresMs: 259_200_000, graceMs: 300_000, onExpiry: 'close', assurance: 'link' },
  engineSignals: 'refuse',
  deploy: {
    kind: 'command',
    apply: ['./deploy.sh'],
    undo: ['./deploy.sh', '--undo'],
    environment: [],
    secrets: [],
    timeout: '15m',
    steps: [
      { weight: 10, hold: '5m' },
      { weight: 100, hold: '0s' },
    ],
  },
  deployTimeoutMs: 900_000,
  analysis: [],
  soakMs: 1_800_000,
  autoRollback: true,
  components: [{ service: text, version: '1.4.0', mode: 'deploy', previousVersion: '1.3.9', dependsOn: [] }],
  subjectDigest: '9c41'.repeat(16),
});

function stage(text: string): StageView {
  return {
    environment: 'production',
    state: 'gating',
    checks: [{ id: 'e2e', service: 'shop', outcome: 'failed', required: true, summary: text, round: 1 }],
    verdicts: [],
    approval: {
      requestId: '01890a5d-0000-7000-8000-000000000001',
      state: 'open',
      subjectDigest: '9c41'.repeat(16),
      openedAt: '2026-11-23T16:00:00Z',
      deadline: '2026-11-26T16:00:00Z',
      closesAt: '2026-11-24T09:07:00Z',
      asked: ['ana', 'sam'],
      excluded: [],
      votes: [
        {
          person: 'ana',
          choice: 'reject',
          comment: text,
          at: '2026-11-24T09:02:00Z',
          via: 'link',
          decisionId: 'dec_1',
        },
      ],
      seats: [{ rule: 'qa', atLeast: 1, filled: 1, candidates: ['sam'] }],
    },
    rollout: [
      {
        service: 'shop',
        version: '1.4.0',
        previousVersion: '1.3.9',
        mode: 'deploy',
        steps: [{ weight: 10, state: 'done' }],
        exposure: 10,
        metrics: [],
        compensation: { state: 'failed', attempts: 2, because: text },
      },
    ],
    soak: [],
  };
}

function occasion(kind: NoticeKind, text = 'plain words', changes: Change[] = [change()]): Occasion {
  const release: ReleaseView = {
    id: 'rel_01890a5d',
    workflowId: 'release/shop/1.4.0',
    attempt: 1,
    components: [{ service: 'shop', version: '1.4.0' }],
    intent: 'deploy',
    requestedBy: { id: 'ben', kind: 'person' },
    reason: text,
    policyDigest: 'p',
    state: 'gating',
    headline: text,
    stage: 'production',
    stages: [stage(text)],
    residue: 'partial',
    holds: [{ by: 'ben', reason: text, at: '2026-11-24T09:02:00Z', kind: 'person' }],
    changes: { count: changes.length, breaking: 0, truncated: false, top: changes },
    owner: 'sam',
    createdAt: '2026-11-22T10:00:00Z',
    updatedAt: '2026-11-22T10:00:00Z',
    ended: { at: '2026-11-24T09:10:00Z', because: text },
    seq: 9,
  };
  return {
    notice: {
      occasion: 'x',
      kind,
      releaseId: release.id,
      to: ['ana'],
      environment: 'production',
      sentence: text,
      facts: { person: 'ana', choice: 'reject', via: 'link' },
    },
    release,
    stage: release.stages[0]!,
    request: {
      id: '01890a5d-0000-7000-8000-000000000001',
      plan: plan(),
      subjectDigest: '9c41'.repeat(16),
      deadline: '2026-11-26T16:00:00Z',
    },
    reader: {
      id: 'ana',
      name: 'Ana Lopez',
      email: 'ana@acme.test',
      roles: ['qa'],
      aliases: [],
      access: ['approver'],
    },
    zone: 'Europe/Berlin',
    nameOf: (person) => ({ ana: 'Ana Lopez', ben: text === 'plain words' ? 'Ben' : text })[person] ?? person,
    releasePage: `${publicUrl}/releases/${release.id}`,
    ...(kind === 'approvalRequest' ? { reviewLink: `${publicUrl}/a/${token}` } : {}),
    ...(kind === 'confirmation' ? { withdrawLink: `${publicUrl}/w/${token}` } : {}),
  };
}

const links = (html: string): string[] =>
  [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);

describe.each(kinds)('%s', (kind) => {
  const ordinary = messages[kind](occasion(kind));
  const attacked = messages[kind](
    occasion(
      kind,
      hostile,
      Array.from({ length: 500 }, () => change({ title: hostile.repeat(40), author: hostile })),
    ),
  );

  test('names the release in the first 65 characters of its subject', () => {
    expect(ordinary.subject.slice(0, 65)).toContain('shop 1.4.0 → production');
  });

  test('has a text part of at most 78 columns, addresses alone on their lines', () => {
    for (const letter of [ordinary, attacked]) {
      for (const line of letterText(letter).split('\n')) {
        if (line.startsWith(publicUrl)) expect(line).toMatch(/^\S+$/);
        else expect(line.length).toBeLessThanOrEqual(78);
      }
    }
  });

  test('links to our own pages only, and says each address in the text part too', () => {
    for (const letter of [ordinary, attacked]) {
      const found = links(letterHtml(letter));
      expect(found.length).toBeGreaterThan(0);
      for (const link of found) {
        expect(link.startsWith(`${publicUrl}/`)).toBe(true);
        expect(letterText(letter)).toContain(link);
      }
      expect(letterText(letter).replaceAll(publicUrl, '')).not.toContain('://');
    }
  });

  test('shows text of strangers as text', () => {
    const shown = letterHtml(attacked);
    expect(shown).not.toMatch(/<script|<img|onload="/i);
    expect(shown + letterText(attacked)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
    expect(letterText(attacked)).not.toMatch(/^Bcc:/m);
  });

  test('stays under 60 kB', () => {
    expect(Buffer.byteLength(letterHtml(attacked))).toBeLessThan(60_000);
    expect(Buffer.byteLength(letterText(attacked))).toBeLessThan(60_000);
  });

  test('offers no decision in the mail itself', () => {
    expect(letterHtml(ordinary)).not.toMatch(/<form|<button|>\s*(Approve|Reject)\s*</i);
  });
});

describe('an approval request', () => {
  const text = letterText(
    messages.approvalRequest(
      occasion('approvalRequest', 'plain words', [
        change(),
        change({ kind: 'breaking', title: 'totals include tax' }),
      ]),
    ),
  );

  test('says who asks, what for, until when and what silence means', () => {
    expect(text.replaceAll('\n', ' ')).toContain(
      'Ben asks you to approve shop 1.4.0 for production by Thu 26 Nov 2026, 17:00 CET (16:00 UTC).',
    );
    expect(text).toContain('If you do nothing, the release expires at that time and nothing is shipped.');
  });

  test('puts the breaking change first', () => {
    expect(text.indexOf('BREAKING totals include tax')).toBeLessThan(text.indexOf('a better cart'));
    expect(text).toContain('BREAKING totals include tax');
  });

  test('names the checks, the quorum and the rollback', () => {
    expect(text).toContain('e2e (shop) failed: plain words');
    expect(text).toContain('1 of 2 given');
    expect(text).toContain('Rollback: shop back to 1.3.9');
  });

  test('calls production so once, and says it of another name', () => {
    expect(text).toMatch(/^Stage: production$/m);
    const asked = occasion('approvalRequest');
    const elsewhere = { ...asked.request!, plan: { ...plan(), environment: 'eu-1' } };
    expect(letterText(messages.approvalRequest({ ...asked, request: elsewhere }))).toMatch(
      /^Stage: eu-1 \(production\)$/m,
    );
  });

  test('counts what it leaves out', () => {
    const many = letterText(
      messages.approvalRequest(
        occasion(
          'approvalRequest',
          'x',
          Array.from({ length: 14 }, () => change()),
        ),
      ),
    );
    expect(many).toContain('Changes (14):');
    expect(many).toContain('and 4 more');
  });

  const again = (askedBefore: AskedBefore, kind: 'approvalRequest' | 'reminder' = 'approvalRequest') => {
    const asked = occasion(kind);
    return messages[kind]({ ...asked, request: { ...asked.request!, askedBefore } });
  };
  const rose = 'People are asked again because its risk rose from 26 points, moderate, to 42 points, high.';
  const risk = { part: 'Risk', before: '26 points, moderate', after: '42 points, high' };

  test('that comes again says first why, and what has changed since the last one, in both parts and in a reminder', () => {
    for (const kind of ['approvalRequest', 'reminder'] as const) {
      const letter = again({ because: rose, difference: [risk] }, kind);
      for (const part of [letterHtml(letter), letterText(letter).replaceAll(/\n\s*/g, ' ')]) {
        expect(part).toContain('Changed since people were asked before (earlier votes are void)');
        expect(part).toContain(rose);
        expect(part).toContain('Risk: 26 points, moderate → 42 points, high');
        expect(part.indexOf(rose)).toBeLessThan(part.indexOf('Versions'));
      }
    }
    expect(text).not.toContain('asked before');
  });

  test('compared with a release that was asked about before says how that ended, and what the reader had voted', () => {
    const because =
      'People were asked about shop 1.3.9 for production before; that was rejected and was not deployed.';
    const { reader } = occasion('approvalRequest');
    const votes = [{ person: reader.id, choice: 'reject' as const, at: '2026-11-24T08:00:00Z' }];
    const letter = again({ because, difference: [risk], beside: 'shop 1.3.9', votes });
    for (const part of [letterHtml(letter), letterText(letter).replaceAll(/\n\s*/g, ' ')]) {
      expect(part).toContain('Compared with shop 1.3.9');
      expect(part).not.toContain('are void');
      expect(part).toMatch(/You rejected shop 1\.3\.9, on Tue 24 Nov.*; for this you decide anew\./);
    }
  });

  test('that comes again about the same says so, and counts what it leaves out of a long list', () => {
    expect(letterText(again({ because: rose, difference: [] }))).toContain(
      'Nothing of what you are asked about is another.',
    );
    const long = letterText(again({ because: rose, difference: Array.from({ length: 15 }, () => risk) }));
    expect(long).toContain('and 3 more, on the page');
  });

  test('says that a held request asks the owner instead of expiring the release', () => {
    const held = occasion('approvalRequest');
    const letter = messages.approvalRequest({
      ...held,
      request: { ...held.request!, plan: { ...plan(), approval: { ...plan().approval, onExpiry: 'hold' } } },
    });
    expect(letter.opening[1]).toContain('the owner is asked what to do');
  });
});

describe('a request that nobody decided in its first time', () => {
  const second = (kind: 'approvalRequest' | 'reminder' = 'approvalRequest', reader = 'sam') => {
    const asked = occasion(kind);
    const approval = { ...asked.stage!.approval!, escalatedAt: '2026-11-25T08:00:00Z' };
    return messages[kind]({
      ...asked,
      stage: { ...asked.stage!, approval },
      reader: { ...asked.reader, id: reader },
      request: {
        ...asked.request!,
        plan: { ...plan(), approval: { ...plan().approval, onExpiry: 'escalate' } },
      },
    });
  };

  test('says why it comes, and that silence ends the release now', () => {
    const { opening } = second();
    expect(opening[0]).toBe(
      'Nobody who was needed decided by Wed 25 Nov 2026, 09:00 CET (08:00 UTC), so it has half the time again, and everybody whose vote is missing is asked, backup groups, too. There is no third round.',
    );
    expect(opening[2]).toBe('If you do nothing, the release expires at that time and nothing is shipped.');
    expect(second('reminder').opening.join(' ')).not.toContain('is asked, backup groups');
  });

  test('does not say so in the first', () => {
    const asked = occasion('approvalRequest');
    const first = { ...plan(), approval: { ...plan().approval, onExpiry: 'escalate' as const } };
    const { opening } = messages.approvalRequest({ ...asked, request: { ...asked.request!, plan: first } });
    expect(opening.join(' ')).not.toContain('Nobody who was needed');
    expect(opening.join(' ')).toContain('others are asked once for half the time again');
  });
});

describe('where things stand', () => {
  const nowOf = (kind: NoticeKind, over: Partial<ReleaseView>) => {
    const told = occasion(kind);
    const letter = messages[kind]({
      ...told,
      notice: { ...told.notice, facts: { delay: '1' } },
      release: { ...told.release, ...over },
    });
    return letterText(letter).replaceAll(/\n\s*/g, ' ');
  };
  const delay = {
    ...{ by: 'ben', as: 'owner' as const, at: '2026-11-24T09:00:00Z', until: '2026-11-27T09:00:00Z' },
    reason: 'support is away',
  };

  test('in the mail of a delay it is the delay, though the gates have not been looked at since', () => {
    expect(nowOf('postponed', { postponements: [delay] })).toContain(
      'Now: postponed by Ben until Fri 27 Nov 2026, 10:00 CET (09:00 UTC): support is away',
    );
    const lifted = { ...delay, lifted: { at: '2026-11-24T10:00:00Z', by: 'ben' } };
    expect(nowOf('postponed', { postponements: [lifted] })).toContain('Now: plain words');
  });

  test('once all traffic is on the new version, what was there before takes no rest', () => {
    const { rollout } = stage('x');
    const whole = { ...rollout[0]!, exposure: 100 };
    delete whole.compensation;
    const out = nowOf('released', { stages: [{ ...stage('x'), rollout: [whole] }] });
    expect(out).toContain('1.4.0 takes 100 % of traffic (before: 1.3.9)');
    const part = { ...whole, exposure: 10 };
    expect(nowOf('released', { stages: [{ ...stage('x'), rollout: [part] }] })).toContain(
      '1.4.0 takes 10 % of traffic, 1.3.9 the rest',
    );
  });
});

test.each([
  ['ana', 'to you'],
  ['sam', 'to them'],
])('a confirmation to %s says that the link was mailed %s', (id, words) => {
  const one = occasion('confirmation');
  const letter = messages.confirmation({
    ...one,
    notice: { ...one.notice, facts: { ...one.notice.facts, person: 'ana', via: 'link' } },
    reader: { ...one.reader, id },
  });
  expect(letterText(letter)).toContain(`the link mailed ${words}`);
});

test('a confirmation to somebody else holds no link to take the vote back', () => {
  const toOwner = occasion('confirmation');
  delete toOwner.withdrawLink;
  const letter = messages.confirmation({ ...toOwner, reader: { ...toOwner.reader, id: 'sam' } });
  expect(letterText(letter)).not.toContain('/w/');
  expect(letter.opening[0]).toContain('Ana Lopez rejected shop 1.4.0 → production');
});
