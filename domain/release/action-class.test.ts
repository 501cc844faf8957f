import { describe, expect, test } from '@jest/globals';
import { actionClasses } from '../calendar/model.ts';
import { actionClassOf, classInStage, classRank } from './action-class.ts';
import type { Intent } from './state.ts';

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

describe('a release as its view shows it counts in a stage', () => {
  const rollout = (...modes: Intent[]) => ({
    rollout: modes.map((mode) => ({
      service: 'shop',
      version: '1.4.0',
      mode,
      steps: [],
      exposure: 0,
      metrics: [],
    })),
  });
  const person = { id: 'ana', kind: 'person' as const };
  test.each<[string, Parameters<typeof classInStage>[0], ReturnType<typeof rollout>, string]>([
    [
      'as a rollback where it goes back',
      { intent: 'rollback', requestedBy: person },
      rollout('rollback'),
      'rollback',
    ],
    [
      'as planned where it is only called one',
      { intent: 'rollback', requestedBy: person },
      rollout('deploy'),
      'planned',
    ],
    ['as planned while nobody knows', { intent: 'rollback', requestedBy: person }, rollout(), 'planned'],
    [
      'by nobody where a train brings it',
      { intent: 'deploy', train: { id: 't', departure: 1 }, requestedBy: person },
      rollout('deploy'),
      'auto',
    ],
    [
      'by itself where a watch takes it back',
      { intent: 'rollback', remediates: 'rel_1', requestedBy: { id: 'gantry', kind: 'system' } },
      rollout('rollback'),
      'automaticRollback',
    ],
    [
      'as a change of settings where all of it runs',
      { intent: 'redeploy', requestedBy: person },
      rollout('redeploy'),
      'config',
    ],
  ])('%s', (_, view, stage, expected) => {
    expect(classInStage(view, stage)).toBe(expected);
  });
});
