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
