import { expect, test } from '@jest/globals';
import { calendarTouchedSignal, calendarWatchWorkflow } from '../../workflows/contract-calendar-watch.ts';
import { pathHarness } from '../support/path-harness.ts';
import { skipUntil } from '../support/time-skipping.ts';
import { until } from '../support/until.ts';

const harness = pathHarness();
const hour = 3_600_000;

test('looks when a warning is due, at once when the calendar was touched, and hourly else', async () => {
  const { world } = harness;
  const handle = await world.client.workflow.start(calendarWatchWorkflow, {
    workflowId: `calendar-watch/${crypto.randomUUID()}`,
    taskQueue: world.taskQueue,
  });
  world.handles.push(handle as never);
  const looks = world.warnings.looks;
  await until('look 1', () => looks.length >= 1);
  const first = Date.parse(looks[0] ?? '');
  world.warnings.nextAt = new Date(first + 1.5 * hour).toISOString();
  await skipUntil(harness.connection, handle.workflowId, 1.6 * hour);
  await until('look 3', () => looks.length >= 3);
  expect(looks.map((look) => Math.round((Date.parse(look) - first) / (hour / 2)))).toEqual([0, 2, 3]);
  delete world.warnings.nextAt;
  await handle.signal(calendarTouchedSignal);
  await skipUntil(harness.connection, handle.workflowId, 10_000);
  await until('look 4', () => looks.length >= 4);
  await handle.terminate();
});
