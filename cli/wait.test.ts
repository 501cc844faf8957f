import { describe, expect, test } from '@jest/globals';
import { messages } from '../activities/notices/messages/index.ts';
import { sampleOccasion } from '../activities/notices/previews/sample.ts';
import { eventStream } from '../test/support/api-stub.ts';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { aRelease } from '../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();
const ended = aRelease({
  state: 'succeeded',
  headline: 'All stages are done.',
  seq: 9,
  ended: { at: '2026-11-26T10:00:00.000Z', because: 'all stages are done' },
});

describe('release create --wait', () => {
  const create = ['release', 'create', 'shop', '1.4.0', '--wait'];
  const created = { 'POST /v1/releases': { status: 202, body: aRelease() } };

  test('follows to a good end: 0', async () => {
    const end = await against(
      {
        ...created,
        'GET /v1/releases/rel_1': [{ body: aRelease() }, { body: ended }],
        'GET /v1/releases/rel_1/events': eventStream({ id: 5, event: 'changed', data: { seq: 9 } }),
      },
      create,
    );
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0 succeeded: all stages are done\n' });
    expect(end.err).toContain('shop 1.4.0 waiting: Waiting for 1 approval from QA.\n');
    expect(end.err).not.toContain('\u001b');
  });

  test.each(['rolledBack', 'rejected', 'expired', 'failed', 'aborted', 'cancelled'] as const)(
    'an end as %s is bad: 1',
    async (state) => {
      const end = await against(
        { ...created, 'GET /v1/releases/rel_1': { body: { ...ended, state } } },
        create,
      );
      expect(end.code).toBe(1);
    },
  );

  test('a gate that denies ends it at once with the remedy, and the release waits on: 1', async () => {
    const stage = { environment: 'production', state: 'gating' as const, checks: [], rollout: [], soak: [] };
    const verdict = {
      kind: 'denied' as const,
      gate: 'checks',
      since: '2026-11-26T09:00:00.000Z',
      because: 'unit failed: 2 of 310.',
      remedy: 'gantry release retry rel_1',
    };
    const end = await against(
      {
        ...created,
        'GET /v1/releases/rel_1': { body: aRelease({ stages: [{ ...stage, verdicts: [verdict] }] }) },
      },
      create,
    );
    expect(end.code).toBe(1);
    expect(end.out).toContain('unit failed: 2 of 310.');
    expect(end.err).toContain('Now: gantry release retry rel_1');
    expect(end.err).toContain('The release waits on');
  });

  test.each([
    [
      'rollback plan',
      /^It does not go on by itself, .*gantry release amend rel_1 --policy .*order it anew\.$/m,
    ],
    ['freeze', /^This gate is looked at again by itself: it goes on as soon as the gate allows it\./m],
  ])(
    'a denial by the gate %s says whether it goes on by itself, as the mail about it does',
    async (gate, told) => {
      const denied = {
        kind: 'denied' as const,
        gate,
        because: 'No.',
        remedy: 'Mend it.',
        since: ended.updatedAt,
      };
      const stage = {
        environment: 'production',
        state: 'gating' as const,
        checks: [],
        rollout: [],
        soak: [],
      };
      const body = aRelease({ stages: [{ ...stage, verdicts: [denied] }] });
      const end = await against({ ...created, 'GET /v1/releases/rel_1': { body } }, create);
      expect(end).toMatchObject({ code: 1, out: 'shop 1.4.0 waits, for a gate says no: No.\n' });
      expect(end.err).toMatch(told);

      const mail = sampleOccasion('blocked', 'http://gantry.test');
      const { opening } = messages.blocked({
        ...mail,
        release: { ...mail.release, id: 'rel_1' },
        notice: { ...mail.notice, facts: { gate, remedy: 'Mend it.' } },
      });
      expect(opening[1]).toBe('Mend it.');
      expect(opening[2]).toMatch(/ A gate that stays shut so for 72 hours ends the release as expired\.$/);
      expect(end.err).toContain(opening[2]?.replace(/ A gate that stays shut.*/, ''));
    },
  );

  test('a failed undo ends it at once with the way to recover: 1', async () => {
    const headline = 'shop 1.4.0 needs a person: rollback of shop failed in production.';
    const end = await against(
      { ...created, 'GET /v1/releases/rel_1': { body: aRelease({ state: 'stuck', headline }) } },
      create,
    );
    expect(end).toMatchObject({ code: 1, out: `${headline}\n` });
    expect(end.err).toContain('\ngantry release recover rel_1 --how retry\n');
  });

  test('time that runs out leaves the release alone: 6', async () => {
    const end = await against(
      {
        ...created,
        'GET /v1/releases/rel_1': { body: aRelease() },
        'GET /v1/releases/rel_1/events': eventStream(),
      },
      [...create, '--timeout', '1s'],
    );
    expect(end.code).toBe(6);
    expect(end.err).toContain('the release goes on');
  });

  test('Ctrl-C stops following, not the release, and says so: 130', async () => {
    const end = await against({ ...created, 'GET /v1/releases/rel_1': { body: aRelease() } }, create, {
      interrupted: AbortSignal.abort(),
    });
    expect(end.code).toBe(130);
    expect(end.err).toContain('Stopped following; the release goes on.');
    expect(seen().filter((request) => request.method === 'POST')).toHaveLength(1);
  });

  test('with --json stdout holds one document: the release as it ended', async () => {
    const end = await against({ ...created, 'GET /v1/releases/rel_1': { body: ended } }, [
      ...create,
      '--json',
    ]);
    expect(JSON.parse(end.out)).toEqual(ended);
  });
});

describe('following', () => {
  test('a stream that breaks is resumed behind the last event', async () => {
    const entry = (seq: number) => ({
      seq,
      at: '2026-11-26T09:12:00.000Z',
      action: 'check.finished',
      actor: { id: 'system' },
      object: 'check unit',
      sentence: `step ${seq}`,
    });
    const end = await against(
      {
        'GET /v1/releases/rel_1': [
          { body: aRelease() },
          { body: aRelease() },
          { body: aRelease() },
          { body: ended },
        ],
        'GET /v1/releases/rel_1/events': [
          eventStream({ id: 5, event: 'entry', data: entry(5) }),
          eventStream(
            { id: 6, event: 'entry', data: entry(6) },
            { id: 6, event: 'changed', data: {} },
            { id: 6, event: 'ended', data: {} },
          ),
        ],
      },
      ['release', 'follow', 'rel_1'],
    );
    expect(end.code).toBe(0);
    expect(end.out).toContain('step 5');
    expect(end.out).toContain('step 6');
    const streams = seen().filter((request) => request.path.endsWith('/events'));
    expect(streams?.map((request) => request.headers['last-event-id'])).toEqual([undefined, '5']);
  });
});
