import { expect, test } from '@jest/globals';
import { actionClasses } from '../calendar/model.ts';
import { actionClassOf, classRank } from './action-class.ts';

test.each<[string, Parameters<typeof actionClassOf>[0], string]>([
  ['somebody asked for it', { modes: ['deploy'], isAutomatic: false }, 'planned'],
  ['nobody asked for it', { modes: ['deploy'], isAutomatic: true }, 'auto'],
  ['it goes back', { modes: ['rollback'], isAutomatic: false }, 'rollback'],
  ['somebody asked to go back', { modes: ['rollback'], intent: 'rollback', isAutomatic: false }, 'rollback'],
  [
    'an earlier stage has a newer version, and nobody asked to go back',
    { modes: ['rollback'], intent: 'deploy', isAutomatic: false },
    'planned',
  ],
  ['it goes back by itself', { modes: ['rollback', 'rollback'], isAutomatic: true }, 'automaticRollback'],
  [
    'going back is a rollback, however urgent',
    { modes: ['rollback'], urgent: 'carts are lost', isAutomatic: false },
    'rollback',
  ],
  ['it cannot wait', { modes: ['deploy'], urgent: 'carts are lost', isAutomatic: false }, 'hotfix'],
  ['settings that cannot wait', { modes: ['redeploy'], urgent: 'wrong key', isAutomatic: false }, 'hotfix'],
  ['only settings differ', { modes: ['redeploy', 'redeploy'], isAutomatic: false }, 'config'],
  ['settings that change by themselves', { modes: ['redeploy'], isAutomatic: true }, 'config'],
  ['one goes back and one goes on', { modes: ['rollback', 'deploy'], isAutomatic: false }, 'planned'],
  [
    'one is new and of one only settings differ',
    { modes: ['redeploy', 'deploy'], isAutomatic: true },
    'auto',
  ],
  ['nothing is known about it', { modes: [], isAutomatic: false }, 'planned'],
])('%s', (_, facts, expected) => {
  expect(actionClassOf(facts)).toBe(expected);
});

test('in a queue rollbacks come first, automatic promotions last', () => {
  const turns = [...actionClasses].sort((a, b) => classRank(a) - classRank(b));
  expect(turns.map((one) => [one, classRank(one)])).toEqual([
    ['rollback', 0],
    ['automaticRollback', 0],
    ['hotfix', 1],
    ['planned', 2],
    ['config', 2],
    ['auto', 3],
  ]);
});
