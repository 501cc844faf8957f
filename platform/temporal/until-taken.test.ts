import { expect, test } from '@jest/globals';
import { ServiceError } from '@temporalio/client';
import { untilTaken } from './until-taken.ts';

const failed = (code: number, details: string): Error =>
  new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error(details), { code, details, metadata: {} }),
  });
const dropped = failed(
  9,
  'Unable to perform workflow execution update due to unexpected workflow task failure.',
);
const answering = (...answers: (Error | string)[]) => {
  const sent: string[] = [];
  return {
    sent,
    send: async (): Promise<string> => {
      const answer = answers[sent.length] ?? answers.at(-1) ?? '';
      sent.push('again');
      if (typeof answer === 'string') return Promise.resolve(answer);
      throw answer;
    },
  };
};

test('what the engine has dropped is sent again until it is taken', async () => {
  const { send, sent } = answering(dropped, dropped, 'taken');
  expect(await untilTaken(send)).toBe('taken');
  expect(sent).toHaveLength(3);
});

test('a workflow whose tasks fail by themselves is not asked for ever', async () => {
  const { send, sent } = answering(dropped);
  await expect(untilTaken(send)).rejects.toBe(dropped);
  expect(sent).toHaveLength(6);
});

test.each([
  ['another refusal of that kind', failed(9, 'no poller seen for task queue recently, worker may be down')],
  ['a server that is away', failed(14, 'gone')],
  ['a defect', new Error('unexpected workflow task failure')],
])('%s is nobody to ask again', async (_, error) => {
  const { send, sent } = answering(error);
  await expect(untilTaken(send)).rejects.toBe(error);
  expect(sent).toHaveLength(1);
});
