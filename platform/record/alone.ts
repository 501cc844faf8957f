import { stageBefore, whyNotAlone } from '../../domain/release/alone.ts';
import { targetOf } from '../../domain/release/admit.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import type { Intent } from '../../domain/release/state.ts';
import type { Db } from '../database/open.ts';
import { endedBuilds } from './ended-builds.ts';

interface Asked {
  components: readonly Artifact[];
  intent: Intent;
  to?: string;
}

/**
 * The facts of an ALONE_REFUSED where the record does not prove the builds well enough for their last environment alone; undefined where it does.
 * @param o.isResolved the commits of builds with a source have been looked up, so that a name stands for nothing any more
 * @param o.isBack it goes back there by its versions or the record
 */
export async function whyNotAloneIn(
  db: Db,
  policy: Policy,
  { components, intent, to }: Asked,
  { isResolved, isBack }: { isResolved: boolean; isBack: boolean },
): Promise<Record<string, string> | undefined> {
  const environment = targetOf({ components: [...components], policy, ...(to === undefined ? {} : { to }) });
  if (environment === undefined) return undefined; // refused for that already
  const services = policy.services.filter(({ id }) => components.some(({ service }) => service === id));
  const stages = policy.pipelines[services[0]?.pipeline ?? ''] ?? [];
  const before = stageBefore(
    stages.map((stage) => stage.environment),
    environment,
  );
  const places = before === undefined ? [environment] : [environment, before];
  const refusal = whyNotAlone(components, {
    // what is only called a rollback goes forward
    ...{ environment, intent: intent === 'rollback' && !isBack ? 'deploy' : intent },
    ...{ ended: await endedBuilds(db, places, components) },
    ...(before === undefined ? {} : { before }),
    unresolved: isResolved ? [] : services.filter(({ source }) => source).map(({ id }) => id),
    sourceless: services.filter(({ source }) => !source).map(({ id }) => id),
  });
  return refusal && { environment, detail: refusal.because, fix: refusal.remedy };
}
