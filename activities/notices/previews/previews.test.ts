import { describe, expect, test } from '@jest/globals';
import { messages } from '../messages/index.ts';
import { mailPreviews } from './previews.ts';

const previews = mailPreviews('https://gantry.example');

test('every kind of mail has a preview', () => {
  expect(previews.map(({ kind }) => kind)).toEqual(expect.arrayContaining(Object.keys(messages)));
  expect(previews).toHaveLength(Object.keys(messages).length + 2);
});

describe.each(previews)('$kind', ({ subject, text, html }) => {
  test('fits: subject, columns and weight', () => {
    expect(subject.length).toBeLessThanOrEqual(120);
    const prose = text.split('\n').filter((line) => !line.startsWith('https://'));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(Buffer.byteLength(html)).toBeLessThan(60_000);
  });

  test('loads nothing from anywhere, and leads only to our own pages', () => {
    expect(html).not.toMatch(/<(img|script|iframe|link|object|form)\b|url\(|@import/i);
    const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toMatch(/^https:\/\/gantry\.example\//);
  });
});

/** What stands beside "Now:", and what takes traffic. */
const stands = (kind: string) => {
  const text = previews.find((preview) => preview.kind === kind)?.text.replaceAll(/\n {2}/g, ' ') ?? '';
  return {
    now: /^Now: (.*)$/m.exec(text)?.[1] ?? '',
    traffic: /^production: shop: (.*)$/m.exec(text)?.[1] ?? 'nothing of it',
  };
};

describe('the sample release stands as its mail says:', () => {
  test.each([
    ['approvalWaits', /Needs 1 of qa: Ana Lopez/, /^nothing of it$/],
    ['blocked', /nothing to go back to/, /^nothing of it$/],
    ['checkFailed', /308 passed, 2 failed/, /^nothing of it$/],
    ['decided', /opens Thu 26 Nov/, /^nothing of it$/],
    ['dependencyFailed', /cart 2\.1\.0, which it needs/, /^nothing of it$/],
    ['ended', /was cancelled by Ben Fischer/, /^nothing of it$/],
    ['expired', /^shop 1\.4\.0 expired/, /^nothing of it$/],
    ['glassBroken', /cart 2\.1\.0 has production/, /^nothing of it$/],
    ['held', /is held by gantry/, /^1\.4\.0 takes 10 %/],
    ['needsPerson', /needs a person: rollback of shop failed/, /^nobody knows/],
    ['postponed', /^postponed by Ben Fischer/, /^nothing of it$/],
    ['rejected', /was rejected by Sam Okoro/, /^nothing of it$/],
    ['released', /is released/, /^1\.4\.0 takes 100 %/],
    ['rolledBack', /was rolled back/, /^1\.4\.0 takes 0 %.* 1\.3\.9/],
    ['taskAssigned', /is not done: write the runbook/, /^nothing of it$/],
    ['watchChanged', /is released/, /^1\.4\.0 takes 100 %/],
  ])('%s', (kind, now, traffic) => {
    expect(stands(kind).now).toMatch(now);
    expect(stands(kind).traffic).toMatch(traffic);
  });

  test('only mails about a request that is open say that it waits for votes', () => {
    const asking = previews.filter(({ kind }) => /Needs 1 of qa/.test(stands(kind).now));
    expect(asking.map(({ kind }) => kind)).toEqual(['approvalWaits', 'delayLifted', 'withdrawn']);
  });
});
