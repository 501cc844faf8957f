import { expect, test } from '@jest/globals';
import type { EventAction } from './events.ts';
import type { Actor } from './release.ts';
import { timelinePart, type TimelinePart } from './timeline-part.ts';

const gantry: Actor = { id: 'gantry', kind: 'system' };
const token: Actor = { id: 'tok_1', kind: 'token', person: 'ana' };

test.each<[EventAction, Actor, TimelinePart]>([
  ['check.finished', gantry, 'checks'],
  ['step.failed', gantry, 'deploy'],
  ['step.held', gantry, 'deploy'],
  ['step.skipped', { id: 'olga', kind: 'engine' }, 'people'],
  ['compensation.finished', gantry, 'deploy'],
  ['soak.started', gantry, 'watch'],
  ['analysis.finished', gantry, 'watch'],
  ['decision.counted', { id: 'ana', kind: 'person' }, 'people'],
  ['approval.closed', gantry, 'people'],
  ['hold.set', { id: 'ana', kind: 'person' }, 'people'],
  ['hold.set', gantry, 'system'],
  ['release.created', token, 'people'],
  ['notice.sent', gantry, 'system'],
])('%s by %j stands under %s', (action, actor, part) => {
  expect(timelinePart({ action, actor })).toBe(part);
});
