import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const absence = {
  id: 'abs_1',
  person: 'ana',
  from: '2026-12-01T08:00:00.000Z',
  until: '2027-01-04T07:00:00.000Z',
  delegate: 'ben',
  createdBy: 'ana',
  createdAt: '2026-11-26T08:00:00.000Z',
};

test('an absence is added in the local time of a zone, with who stands in', async () => {
  const { code, out } = await against({ 'POST /v1/absences': { status: 201, body: absence } }, [
    'away',
    'add',
    '--from',
    '2026-12-01T09:00',
    '--until',
    '2027-01-04T08:00',
    '--zone',
    'Europe/Berlin',
    '--delegate',
    'ben',
  ]);
  expect([code, out]).toEqual([0, expect.stringContaining('ana is away until')]);
  expect(seen()[0]?.body).toEqual({
    from: '2026-12-01T08:00:00.000Z',
    until: '2027-01-04T07:00:00.000Z',
    delegate: 'ben',
  });
});

test('what is to be seen to before an absence begins is said, with what to do', async () => {
  const warnings = [
    { because: 'shop 1.4.0 → production: qa needs 1 person.', remedy: 'Decide before you go.' },
  ];
  const answers = { 'POST /v1/absences': { status: 201, body: { ...absence, warnings } } };
  const { code, err } = await against(answers, ['away', 'add', '--until', '2027-01-04T08:00:00Z']);
  expect([code, err]).toEqual([0, expect.stringContaining('needs 1 person. Decide before you go.')]);
});

test('absences are listed, one a line for programs', async () => {
  const { out } = await against({ 'GET /v1/absences': { body: { items: [absence] } } }, ['away', 'list']);
  expect(out).toBe('abs_1\tana\t2026-12-01T08:00:00.000Z\t2027-01-04T07:00:00.000Z\tben\n');
});

test('nobody being away is said, and is nothing for a program to read', async () => {
  const { out, err } = await against({ 'GET /v1/absences': { body: { items: [] } } }, ['away', 'list']);
  expect([out, err]).toEqual(['', expect.stringContaining('Nobody is away.')]);
});

test('an absence is not ended before that was confirmed', async () => {
  expect((await against({}, ['away', 'end', 'abs_1'])).code).toBe(2);
  expect(seen()).toEqual([]);
});

test('an absence is ended, and whose it was is said', async () => {
  const answers = { 'DELETE /v1/absences/abs_1': { body: absence } };
  const { code, out } = await against(answers, ['away', 'end', 'abs_1', '--yes']);
  expect([code, out]).toEqual([0, 'ana is no longer away.\n']);
});

test('people are reminded of a request, and the one who asked is told whom', async () => {
  const answers = { 'POST /v1/approvals/req-1/reminders': { body: { reminded: ['ana', 'dee'] } } };
  const { code, out } = await against(answers, ['approvals', 'remind', 'req-1']);
  expect([code, out]).toEqual([0, 'Reminded: ana, dee.\n']);
});
