import { sweepOperations } from '../platform/command/operations.ts';
import type { Store } from '../platform/database/open.ts';
import type { Logger } from '../platform/logger.ts';
import { createOutgoing } from '../platform/outgoing.ts';
import { createAssessRisk } from './facts/assess-risk.ts';
import { createQuickChecks } from './checks/quick-checks.ts';
import { createRunCheck } from './checks/run-check.ts';
import type { Activities } from './contract.ts';
import { createApplyStep, createUndoComponent } from './deployers/operate.ts';
import { createProbeComponent } from './deployers/probe.ts';
import { createAnalyse } from './metrics/analyse.ts';
import { createAwaitSources } from './metrics/await-sources.ts';

export interface EffectsDeps {
  store: Pick<Store, 'db'>;
  dataDir: string;
  log: Pick<Logger, 'warn'>;
}

type Effects = Pick<
  Activities,
  | 'runCheck'
  | 'makeQuickChecks'
  | 'applyStep'
  | 'undoComponent'
  | 'analyse'
  | 'awaitSources'
  | 'assessRisk'
  | 'probeComponent'
>;

/** Everything that touches the outside, ready to be run by a worker. */
export function createEffects({ store, dataDir, log }: EffectsDeps): Effects {
  const deps = { store, dataDir, outgoing: createOutgoing() };
  // old folders take space and nothing else, so a failure here is told and stops nobody
  sweepOperations(dataDir, new Date()).catch((error: unknown) =>
    log.warn({ err: error }, 'old operation folders were not removed'),
  );
  return {
    runCheck: createRunCheck(deps),
    makeQuickChecks: createQuickChecks(deps),
    applyStep: createApplyStep(deps),
    undoComponent: createUndoComponent(deps),
    analyse: createAnalyse(deps),
    awaitSources: createAwaitSources(deps),
    probeComponent: createProbeComponent(deps),
    assessRisk: createAssessRisk(deps),
  };
}
