import { describe, expect, test } from '@jest/globals';
import { problemCodes } from '../domain/problem-code.ts';
import { catalogue } from './error-catalogue.ts';
import { problem } from './errors.ts';
import { nothingAt } from './problems/input.ts';

test('every entry belongs to a published code', () => {
  expect(Object.keys(catalogue).sort()).toEqual([...problemCodes].sort());
});

describe.each(problemCodes)('%s', (code) => {
  const { title, detail, remedy, status } = problem(code);

  test('says in whole sentences what happened and what to do', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const text of [detail, remedy]) {
      expect(text).toMatch(/^["`A-Z{].*[.!?]$/s);
      expect(text).not.toMatch(/undefined|\bTODO\b|\bNaN\b|placeholder text| {2}|\.\.$/i);
    }
    expect(title).not.toBe(code);
  });

  test('has a status that a client may be sent', () => {
    expect(status === 202 || (status >= 400 && status < 600)).toBe(true);
  });

  test('still reads as a sentence with the facts of a case', () => {
    const facts = {
      detail: 'because of this.',
      service: 'shop',
      version: '1.4.0',
      person: 'Ana',
      id: 'rel_1',
      path: '/x',
      port: 1,
    };
    expect(problem(code, facts).detail).toMatch(/[^.]\.$/);
  });
});

test.each([
  ['/nope', 'There is no such page: /nope.', 'Check the address, or begin at the first page, /.'],
  [
    '/v1/nope',
    'There is no such address of the API: /v1/nope.',
    'Check the address; /docs lists those that there are.',
  ],
])('of an address at which nothing is, %s, it is said that there is no such one', (id, detail, remedy) => {
  expect(problem('NOT_FOUND', { what: nothingAt, id })).toMatchObject({ detail, remedy, status: 404 });
});

test.each([
  ['quarantine', '`gantry quarantine list`'],
  ['incident', '`gantry incident list`'],
  ['absence', '`gantry away list`'],
  ['release', '`gantry release list`'],
])('of an unknown %s, the command that lists those that there are is named', (what, command) => {
  expect(problem('NOT_FOUND', { what, id: 'x' }).remedy).toContain(command);
});
