import { askedLevel } from '../../domain/gates/approvals/asked-level.ts';
import { durationMs, formatDuration } from '../../domain/policy/duration.ts';
import { resolveLocal } from '../../domain/calendar/resolve-local.ts';
import { standingIn } from '../../domain/release/person-standing.ts';
import { isBeforeStart } from '../../domain/release/postpone.ts';
import { longestDelayProven, mayPostponeProven } from '../../domain/release/postpone-proven.ts';
import type { Actor, PostponementView } from '../../domain/release/release.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { commandIdOf } from '../releases.ts';
import { errorsOfAll, type DecisionInput, type FieldErrors, type FormRules } from './decision-form.ts';
import type { OpenedLink } from './opened-link.ts';

/** What the page offers of a delay: times to choose from, and the latest one; or why it offers none. */
export type DelayOffer =
  | { ok: true; choices: { until: string; length: string }[]; latest?: string }
  | { ok: false; because: string };

const lengths = ['1h', '4h', '8h', '20h', '24h', '2d', '3d', '7d'];

/** How long the holder of this link may delay the release: as the command, and by the link alone no longer than an approver. */
export function delayOffer(link: OpenedLink, now: Date): DelayOffer {
  if (!isBeforeStart(link.release)) return { ok: false, because: 'It has started already.' };
  if (postponedBy(link)) return { ok: false, because: 'You have postponed it through this link.' };
  const at = now.toISOString();
  const most = longestDelayProven(standingOn(link), { now: at, ...provenBy(link) });
  if (!most.ok) return most;
  const { until: latest } = most;
  const fullMinute = now.getTime() - (now.getTime() % 60_000); // the engine's clock may be behind ours by a little
  const choices = lengths.flatMap((short) => {
    const length = durationMs(short);
    const until = new Date(fullMinute + length).toISOString();
    return latest !== undefined && until > latest ? [] : [{ until, length: formatDuration(length) }];
  });
  return { ok: true, choices, ...(latest === undefined ? {} : { latest }) };
}

const standingOn = ({ request, release, personId }: OpenedLink) =>
  standingIn(personId, {
    stage: request.stage === release.stage ? request.plan : undefined,
    owner: release.owner,
  });

/** No form is taken with less than what this person is asked for, so that is what it has proven. */
const provenBy = ({ request, release, personId }: OpenedLink) => ({
  earlier: release.postponements ?? [],
  proven: askedLevel(request.plan, personId),
});

/** The delay that this very link has set: a link sets one, whatever is sent through it later. */
export function postponedBy({ release, personId, jti }: OpenedLink): PostponementView | undefined {
  const id = commandIdOf(release.id, 'postpone', delayOrigin({ personId, jti }));
  return release.postponements?.find((one) => one.commandId === id);
}

/** What makes the delay of a link one command, however often it is sent. */
export const delayOrigin = ({
  personId,
  jti,
}: Pick<OpenedLink, 'personId' | 'jti'>): { by: Actor; key: string } => ({
  by: { id: personId, kind: 'person', assurance: 'link' },
  key: `postpone:${jti}`,
});

/** The end of a delay and its reason, or every mistake at once, beside its field. */
export function readDelay(
  input: DecisionInput,
  link: OpenedLink,
  rules: FormRules & { now: Date },
): { until: string; reason: string } | { errors: FieldErrors } {
  const errors = errorsOfAll(input, rules);
  if (oneLine(input.comment) === '')
    errors.comment ??= 'Say why it is to wait: the people who wait for it need the reason.';
  if (input.conditions !== '') errors.conditions = 'Only an approval is given under conditions.';
  const until = untilIn(input, link.zone);
  if (typeof until === 'string') errors.until = until;
  else {
    const answer = mayPostponeProven(standingOn(link), {
      until: until.at,
      now: rules.now.toISOString(),
      ...provenBy(link),
    });
    if (!answer.ok) errors.until = answer.because;
  }
  return typeof until === 'string' || Object.keys(errors).length > 0
    ? { errors }
    : { until: until.at, reason: input.comment };
}

/** The instant that was chosen, or what is wrong with the choice. */
export function untilIn({ delay, until }: DecisionInput, zone: string): { at: string } | string {
  if (delay === '' && until === '') return 'Choose how long it is to wait, or a time.';
  if (delay !== '' && until !== '') return 'Choose how long it is to wait, or a time: not both.';
  if (delay !== '') {
    const ms = Date.parse(delay);
    return Number.isNaN(ms) ? 'Choose one of the times.' : { at: new Date(ms).toISOString() };
  }
  try {
    return { at: new Date(resolveLocal(until, zone).ms).toISOString() };
  } catch {
    return 'Choose a day and a time.';
  }
}
