import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { searchAttributes } from '../../workflows/contract.ts';

interface Service {
  image?: string;
  restart?: string;
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** Without its `$schema`: that address of draft 7 is one which ajv does not know it by. */
const specification = (): Record<string, unknown> => {
  const schema = JSON.parse(read('test/support/compose-spec.json')) as Record<string, unknown>;
  delete schema['$schema'];
  return schema;
};
const isOneShot = ({ restart }: Service): boolean => restart?.startsWith('on-failure') === true;

describe('docker-compose.yml', () => {
  let compose: { services: Record<string, Service> };
  let services: [string, Service][];

  beforeAll(() => {
    compose = parse(read('docker-compose.yml'), { merge: true }) as typeof compose;
    services = Object.entries(compose.services);
  });

  test('is a Compose file by the specification', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(specification());
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  test('publishes no port beyond this machine', () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('looks after the health of everything that goes on running', () => {
    const unwatched = services.filter(
      ([, service]) => service.healthcheck === undefined && !isOneShot(service),
    );
    expect(unwatched.map(([name]) => name)).toEqual([]);
  });

  test('waits in a way that the awaited can fulfil', () => {
    for (const [name, { depends_on: awaited = {} }] of services) {
      for (const [other, { condition }] of Object.entries(awaited)) {
        const target = compose.services[other];
        const fulfils =
          target &&
          (isOneShot(target)
            ? condition === 'service_completed_successfully'
            : condition === 'service_healthy');
        expect([name, other, fulfils]).toEqual([name, other, true]);
      }
    }
  });

  test('holds no secret and no default for one', () => {
    const secrets = services.flatMap(([name, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([variable]) => /PASSWORD|PWD|SECRET|TOKEN|DATABASE_URL/.test(variable))
        .map(([variable, value]) => ({ where: `${name} ${variable}`, value })),
    );
    expect(secrets.length).toBeGreaterThan(4);
    for (const { where, value } of secrets) {
      expect([where, value]).toEqual([where, expect.stringMatching(/\$\{\w+:\?[^}]+\}/)]);
      const rest = value.replaceAll(/\$\{\w+:\?[^}]+\}/g, '');
      expect(['', 'postgresql://gantry:@postgresql:5432/gantry']).toContain(rest);
    }
  });

  test('names every image by a version, and mounts only files that are here', () => {
    for (const [, { image = '', volumes = [] }] of services) {
      expect(image).toMatch(/:(local|v?\d[\w.-]*)$/);
      for (const mount of volumes.filter((volume) => volume.startsWith('./docs/')))
        expect(read(mount.split(':')[0] ?? '')).not.toBe('');
    }
  });

  test('makes every search attribute that a release is named by', () => {
    const script = read('docs/compose/temporal-namespace.sh');
    for (const name of Object.values(searchAttributes)) expect(script).toContain(name);
  });
});
