/** What one service's only stage has beside a deployer: lines of a stage in gantry.yaml, in flow style. */
export interface FaultService {
  id: string;
  dependsOn?: string[];
  /** Id of the service whose pipeline it shares; left out: it has one of its own. */
  with?: string;
  stage?: Record<string, unknown>;
  /** What the service itself has beside. */
  service?: Record<string, unknown>;
}

/** An approval by one of qa, counted without grace time. */
export const askQa = {
  approvals: [{ role: 'qa', atLeast: 1 }],
  approval: { expires: '72h', grace: '0s' },
};
/** A check by the script that keeps a ledger. */
export const ledgerCheck = { checks: [{ id: 'unit', kind: 'command', run: ['./deployer.mjs', 'check'] }] };

/** A policy with one environment of `production` for all services, and the script that keeps a ledger as their deployer. */
export function faultPolicy(services: readonly FaultService[], people: readonly object[] = []): string {
  const program = (action: string) => ['./deployer.mjs', action];
  const deploy = {
    ...{ kind: 'command', timeout: '2m' },
    ...{ apply: program('apply'), undo: program('undo'), status: program('status') },
  };
  // JSON is YAML.
  return JSON.stringify({
    gantry: 1,
    organisation: { name: 'Acme', zone: 'UTC', onCall: ['ben'] },
    people: [
      { id: 'ana', name: 'Ana', email: 'ana@acme.test', roles: ['qa'] },
      {
        id: 'ben',
        name: 'Ben',
        email: 'ben@acme.test',
        team: 'web',
        access: ['viewer', 'approver', 'releaser', 'operator', 'admin'],
      },
      ...people,
    ],
    environments: [{ id: 'production', production: true }],
    services: services.map(({ id, dependsOn = [], with: pipeline = id, service }) => ({
      id,
      owner: 'ben',
      dependsOn,
      pipeline,
      ...service,
    })),
    pipelines: Object.fromEntries(
      services.map(({ id, stage = {} }) => [id, [{ environment: 'production', deploy, ...stage }]]),
    ),
  });
}
