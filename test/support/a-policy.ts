import { PolicySchema, type Policy } from '../../domain/policy/policy.schema.ts';

/** A small policy that is right, for tests to change: two people, two environments, two services, one pipeline. */
export function aPolicy(): Policy {
  return PolicySchema.parse({
    gantry: 1,
    organisation: { name: 'Acme', zone: 'Europe/Berlin', onCall: ['ben'] },
    people: [
      { id: 'ana', name: 'Ana Lopez', email: 'ana@acme.test', team: 'web', roles: ['qa'] },
      {
        id: 'ben',
        name: 'Ben Okoro',
        email: 'ben@acme.test',
        roles: ['qa', 'security'],
        aliases: ['b@home.test'],
      },
    ],
    environments: [{ id: 'staging' }, { id: 'production', production: true, exclusive: true }],
    services: [
      { id: 'cart', owner: 'ana', pipeline: 'web', versions: '>=1.0.0' },
      { id: 'shop', dependsOn: ['cart'], source: { git: '.', branch: 'main' }, pipeline: 'web' },
    ],
    pipelines: {
      web: [
        {
          environment: 'staging',
          checks: [
            { id: 'unit', kind: 'command', run: ['make', 'test'], report: { junit: 'report.xml' } },
            { id: 'home', kind: 'http', url: 'https://acme.test', headers: { accept: 'text/html' } },
          ],
          deploy: {
            kind: 'command',
            apply: ['./deploy.sh', '{{version}}'],
            undo: ['./undo.sh'],
            secrets: ['TOKEN'],
          },
        },
        {
          environment: 'production',
          approvals: [{ role: 'qa' }, { role: 'security', not: ['author'] }],
          deploy: {
            kind: 'http',
            apply: {
              url: 'https://jobs.test',
              headers: { authorization: 'secret://TOKEN' },
              body: { weight: '{{weight}}' },
            },
            undo: { url: 'https://jobs.test' },
            steps: [{ weight: 10, hold: '5m' }, { weight: 100 }],
          },
          analysis: [
            {
              id: 'errors',
              kind: 'json',
              url: 'http://m',
              pointer: '/rate',
              failWhen: 'value > 0.02',
              interval: '30s',
            },
          ],
          observe: { soak: '30m' },
        },
      ],
    },
  });
}
