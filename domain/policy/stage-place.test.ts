import { expect, test } from '@jest/globals';
import { EnvironmentSchema, StageSchema } from './policy.schema.ts';
import { placeOfStage } from './stage-place.ts';

const environment = (over: object = {}) => EnvironmentSchema.parse({ id: 'production', ...over });
const stage = (over: object = {}) =>
  StageSchema.parse({
    environment: 'production',
    deploy: { kind: 'command', apply: ['a'], undo: ['b'] },
    ...over,
  });

test.each([
  ['nothing where nobody says anything', {}, {}, {}],
  ['what the environment says', { drift: 'stop', runner: 'eu' }, {}, { drift: 'stop', runner: 'eu' }],
  ['what the stage says before its environment', { drift: 'stop' }, { drift: 'show' }, { drift: 'show' }],
  ['what the stage alone says', {}, { drift: 'stop' }, { drift: 'stop' }],
])('a stage has %s', (_, ofEnvironment, ofStage, place) => {
  expect(placeOfStage(environment(ofEnvironment), stage(ofStage))).toEqual(place);
});
