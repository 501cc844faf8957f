import { currentStage, type ReleaseView } from '../release/release.ts';
import { residueNow } from '../release/residue.ts';
import { whatIsWhere } from '../rollout/what-is-where.ts';
import { isShut } from '../verdict.ts';

/** What a message says of a release, small and as of the moment; its address is added where it is sent. */
export function releaseData(view: ReleaseView): Record<string, unknown> {
  const stage = currentStage(view);
  const [first] = view.components;
  const waitingOn = (stage?.verdicts ?? []).filter(isShut).map(({ gate }) => gate);
  return {
    id: view.id,
    seq: view.seq,
    ...(view.components.length === 1 && first ? { service: first.service, version: first.version } : {}),
    components: view.components.map(({ service, version }) => ({ service, version })),
    ...(view.stage === undefined ? {} : { stage: view.stage }),
    state: view.state,
    residue: residueNow(view),
    headline: view.headline,
    ...(waitingOn.length > 0 && !view.ended ? { waitingOn } : {}),
    ...(stage?.approval?.state === 'open' ? { deadline: stage.approval.deadline } : {}),
    ...(view.remediates === undefined ? {} : { remediates: view.remediates }),
    ...(view.state === 'stuck' ? { whatIsWhere: whatIsWhere(view) } : {}),
  };
}
