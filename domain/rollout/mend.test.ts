import { describe, expect, test } from '@jest/globals';
import { DeployerSchema, type Deployer } from '../policy/deployer.schema.ts';
import { mendingCommand, type UndoOf } from './mend.ts';

const of: UndoOf = {
  releaseId: 'rel_1',
  environment: 'production',
  component: { service: 'shop', version: '1.4.0', previousVersion: '1.3.0', mode: 'deploy', dependsOn: [] },
  operationId: 'rel_1+production+shop+undo+3',
};
const command = (...undo: string[]): Deployer =>
  DeployerSchema.parse({ kind: 'command', apply: ['x'], undo });
const variables =
  'GANTRY_ENVIRONMENT=production GANTRY_SERVICE=shop GANTRY_VERSION=1.4.0 GANTRY_PREVIOUS_VERSION=1.3.0 GANTRY_WEIGHT=0';

describe('what mends a failed undo', () => {
  test.each([
    [
      'is its command, filled',
      command('./deploy.sh', '{{environment}}', '{{previousVersion}}', '100'),
      `${variables} ./deploy.sh production 1.3.0 100`,
    ],
    [
      'is quoted as a shell wants it',
      command('sh', '-c', `echo "it's {{service}}"; true`),
      `${variables} sh -c 'echo "it'\\''s shop"; true'`,
    ],
    [
      'is the request that starts it',
      DeployerSchema.parse({
        kind: 'http',
        apply: { url: 'https://x/' },
        undo: { url: 'https://deploy.example/{{service}}?to={{previousVersion}}', method: 'PUT' },
      }),
      `curl -X PUT 'https://deploy.example/shop?to=1.3.0'`,
    ],
    [
      'is the image of the version before',
      DeployerSchema.parse({
        ...{ kind: 'kubernetes', deployment: '{{service}}', namespace: 'web' },
        image: 'registry.example/{{service}}:{{version}}',
      }),
      `kubectl --namespace=web set image deployment/shop '*=registry.example/shop:1.3.0'`,
    ],
  ])('%s', (_, deploy, expected) => {
    expect(mendingCommand(deploy, of)).toBe(expected);
  });

  test('is nothing where it cannot be filled', () => {
    expect(mendingCommand(command('./undo', '{{job}}'), of)).toBeUndefined();
  });

  test('takes a first deployment away without naming what was not there', () => {
    const component = { ...of.component };
    delete component.previousVersion;
    expect(mendingCommand(command('./undo', '{{previousVersion}}'), { ...of, component })).toMatch(
      /GANTRY_VERSION=1.4.0 GANTRY_WEIGHT=0 .\/undo none$/,
    );
  });
});
