import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** The way back as it was planned and known when people decided, what was tried out, and what was gone of it. */
export function rollbackSection(source: Pick<DossierSource, 'view' | 'entries' | 'requests' | 'rehearsals'>) {
  const { view, requests, rehearsals } = source;
  const ways = view.stages.flatMap(({ environment, standing }) =>
    (standing?.ways ?? []).map((way) => ({ environment, ...way })),
  );
  const planned = requests.flatMap(({ id, stage, plan }) =>
    plan.components.map(({ service, version, previousVersion, previousDigest, backTo, migrations }) => ({
      ...{ request: id, stage, service, version },
      ...{
        to: backTo?.version ?? previousVersion,
        digest: backTo ? backTo.digest : previousDigest,
        migrations,
      },
      automatic: plan.autoRollback,
    })),
  );
  const undone = view.stages.flatMap(({ environment, rollout }) =>
    rollout.flatMap(({ service, version, compensation }) =>
      compensation && compensation.state !== 'pending' && compensation.state !== 'notNeeded'
        ? [{ environment, service, version, ...compensation }]
        : [],
    ),
  );
  const tried = rehearsals.length === 0 ? 'it was not rehearsed' : counted(rehearsals.length, 'rehearsal');
  return {
    summary: sentence(
      undone.length === 0
        ? `nothing was rolled back; ${tried}.`
        : `${counted(undone.length, 'component')} to take back: ${undone
            .map(({ service, environment, state }) => `${service} in ${environment} ${state}`)
            .join(', ')}; ${tried}.`,
    ),
    planned,
    ways,
    rehearsals,
    undone,
    log: toldOf(source, [
      'rehearsal.finished',
      'rehearsal.brokenOff',
      'compensation.started',
      'compensation.finished',
      'compensation.failed',
      'compensation.notByHand',
      'release.stuck',
    ]),
  };
}
