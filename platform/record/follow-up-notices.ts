import type { NoticeInput, RecordBatch } from '../../activities/contract.ts';
import { withStop } from '../../domain/full-stop.ts';
import {
  currentStage,
  releaseTitle,
  type ReleaseView,
  type StageView,
} from '../../domain/release/release.ts';
import type { GateVerdict } from '../../domain/verdict.ts';
import type { Db } from '../database/open.ts';
import { orderNotices } from './notices.ts';

/** What a batch says of a release: what follows from it for people whom the release itself does not write to. */
type Told = Pick<RecordBatch, 'events' | 'view' | 'closed'>;

/**
 * Orders mails that follow from what was written down: a gate that denies, a rejection by somebody else, another release that took its
 * place, a delay that was lifted. Each has a key, so that a batch that comes twice says it once.
 */
export async function orderFollowUps(trx: Db, batch: Told, mailDomain: string): Promise<NoticeInput[]> {
  const lifted = batch.events.filter(({ action }) => action === 'release.postponementLifted');
  const told = lifted.length > 0 ? await toldOfDelay(trx, batch.view.id) : [];
  const notices = [
    ...blockedGates(batch),
    ...rejections(batch),
    ...supersessions(batch),
    ...lifted.map(({ key, sentence, actor }): NoticeInput => ({
      ...{ occasion: `delayLifted/${key}`, kind: 'delayLifted', releaseId: batch.view.id, sentence },
      to: told.filter((person) => person !== (actor.person ?? actor.id)),
      ...(batch.view.stage === undefined ? {} : { environment: batch.view.stage }),
    })),
  ].filter(({ to }) => to.length > 0);
  await orderNotices(trx, notices, mailDomain);
  return notices;
}

async function toldOfDelay(trx: Db, releaseId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('notices')
    .select('person')
    .distinct()
    .where('release_id', '=', releaseId)
    .where('kind', '=', 'postponed')
    .orderBy('person')
    .execute();
  return rows.map(({ person }) => person);
}

/** Gates whose denial has a mail of its own, or is part of how the release ends or is held. */
const toldElsewhere: readonly string[] = ['checks', 'samples', 'quarantine', 'dependencies', 'lock', 'hold'];

/** One mail to whoever answers for the release, for each gate that has come to deny what only people can change. */
export function blockedGates({ events, view }: Told): NoticeInput[] {
  if (view.ended || !events.some(({ action }) => action === 'gates.evaluated')) return [];
  return view.stages
    .filter(({ state }) => state === 'gating')
    .flatMap((stage) =>
      stage.verdicts
        .filter((verdict) => isNews(stage, verdict))
        .map((verdict): NoticeInput => ({
          occasion: `blocked/${stage.environment}/${verdict.gate}/${verdict.since}`,
          kind: 'blocked',
          releaseId: view.id,
          to: answerFor(view),
          environment: stage.environment,
          sentence: `${releaseTitle(view.components)} may not go on to ${stage.environment}: ${verdict.because}`,
          facts: {
            gate: verdict.gate,
            cause: `${verdict.gate}: ${verdict.because}`, // a freeze shuts many releases at once: one mail
            ...(verdict.kind === 'denied' ? { remedy: verdict.remedy } : {}),
          },
        })),
    );
}

/** A rejection in its grace time may be taken back; that nobody can be asked is known to nobody else. */
const isNews = ({ approval }: StageView, { kind, gate, passed }: GateVerdict): boolean =>
  kind === 'denied' &&
  !passed &&
  !toldElsewhere.includes(gate) &&
  !(gate === 'approvals' && approval !== undefined);

/** Whoever was asked, has not answered and is not told of the end anyway hears that somebody else has said no. */
export function rejections({ view, closed = [] }: Told): NoticeInput[] {
  return closed
    .filter(({ state }) => state === 'rejected')
    .flatMap(({ requestId, because }): NoticeInput[] => {
      const stage = view.stages.find(({ approval }) => approval?.requestId === requestId);
      if (!stage?.approval) return [];
      const others = [...answerFor(view), ...stage.approval.votes.map(({ person }) => person)];
      return [
        {
          occasion: `approval/${requestId}/rejected`,
          kind: 'rejected',
          releaseId: view.id,
          to: stage.approval.asked.filter((person) => !others.includes(person)),
          environment: stage.environment,
          sentence: `${releaseTitle(view.components)} → ${stage.environment}: ${because}. You need not decide any more.`,
        },
      ];
    });
}

/** Whoever was asked in the stage where another release took its place, and is not told of the end anyway, hears that nothing is asked any more. */
export function supersessions({ events, view }: Told): NoticeInput[] {
  if (view.state !== 'superseded' || !events.some(({ action }) => action === 'release.ended')) return [];
  const { approval, environment } = currentStage(view) ?? {};
  // Where people had decided before, nobody was waited for.
  if (!approval || environment === undefined || approval.state === 'approved') return [];
  const votes = view.stages.flatMap((stage) => stage.approval?.votes ?? []);
  const others = [...answerFor(view), ...votes.map(({ person }) => person)];
  return [
    {
      occasion: `approval/${approval.requestId}/superseded`,
      kind: 'ended',
      releaseId: view.id,
      to: approval.asked.filter((person) => !others.includes(person)),
      environment,
      sentence: `${releaseTitle(view.components)} → ${environment} was superseded: ${withStop(view.ended?.because ?? '')} You need not decide any more.`,
    },
  ];
}

/** The owner and whoever asked for it: the people who hear how it ends. */
function answerFor({ owner, requestedBy }: ReleaseView): string[] {
  const requester = requestedBy.person ?? (requestedBy.kind === 'person' ? requestedBy.id : undefined);
  return [...new Set([owner, requester].filter((person) => person !== undefined))];
}
