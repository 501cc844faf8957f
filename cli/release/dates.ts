import type { Command } from 'commander';
import { parseDuration } from '../../domain/policy/duration.ts';
import { milestoneKinds } from '../../domain/release/release.ts';
import type { Output } from '../output.ts';
import { usageProblem } from '../problem.ts';
import { listed } from '../listed.ts';
import type { Session } from '../session.ts';

/** Flags of an order about time and company. */
export interface DateOptions {
  at?: string;
  startBy?: string;
  zone?: string;
  nextSlot?: boolean;
  urgent?: string;
  needs?: string[];
  after?: string[];
  milestone?: string[];
}

export const dated = (command: Command): Command =>
  command
    .option('--at <time>', 'start in the last environment then: 2026-12-01T17:00, or +2h')
    .option('--start-by <time>', 'start before this time, or expire')
    .option('--next-slot', 'take the next slot that fits')
    .option('--zone <zone>', 'zone of these times; left out: yours, else the organisation’s')
    .option('--urgent <why>', 'it cannot wait: calendars treat it as a hotfix')
    .option('--needs <dependency...>', 'payments>=2.1.0@production, with :verified or :soaked=24h behind it')
    .option('--after <release...>', 'only after these releases have succeeded', listed)
    .option('--milestone <date...>', 'codeComplete, qaDone, goNoGo or live: live=2026-12-01T17:00,ana');

/** The part of a request that these flags stand for. @throws CliProblem USAGE */
export async function datesOf(
  { instant }: Pick<Session, 'instant'>,
  options: DateOptions,
): Promise<Record<string, unknown>> {
  const needs = [
    ...(options.needs ?? []).map(needOf),
    ...(options.after ?? []).map((releaseId) => ({ kind: 'release', releaseId })),
  ];
  return {
    ...(options.at === undefined ? {} : { at: await instant(options.at) }),
    ...(options.startBy === undefined ? {} : { startBy: await instant(options.startBy) }),
    ...(options.nextSlot === true ? { next: true } : {}),
    ...(options.urgent === undefined ? {} : { urgent: options.urgent }),
    ...(needs.length === 0 ? {} : { needs }),
    ...(options.milestone === undefined
      ? {}
      : { milestones: await Promise.all(options.milestone.map((text) => milestoneOf(text, instant))) }),
  };
}

/** Says when it is to start, so that a slip in the zone is seen before it costs an hour. */
export function noteStart(output: Output, dates: Record<string, unknown>): void {
  if (output.json || output.quiet) return;
  const { at, startBy } = dates;
  if (typeof at === 'string') output.note(`Is to start ${output.time(at)}.`);
  if (typeof startBy === 'string') output.note(`Has to start before ${output.time(startBy)}.`);
}

function needOf(text: string): Record<string, unknown> {
  const found = /^([a-z0-9._-]+)>=([^@]+)@([a-z0-9._-]+)(?::(deployed|verified|soaked)(?:=(\w+))?)?$/.exec(
    text,
  );
  const [, service, atLeast, environment, state = 'deployed', soak] = found ?? [];
  const soakMs = soak === undefined ? undefined : parseDuration(soak);
  if (!found || (state === 'soaked') !== (soakMs !== undefined))
    throw usageProblem(
      `"${text}" does not say what is needed.`,
      'Write payments>=2.1.0@production, or with :verified or :soaked=24h behind it.',
    );
  return {
    kind: 'version',
    service,
    atLeast,
    environment,
    state,
    ...(soakMs === undefined ? {} : { soakMs }),
  };
}

async function milestoneOf(text: string, instant: Session['instant']): Promise<Record<string, unknown>> {
  const [kind = '', rest = ''] = text.split('=');
  const [time = '', owner] = rest.split(',');
  if (!(milestoneKinds as readonly string[]).includes(kind) || time === '')
    throw usageProblem(
      `"${text}" is not a milestone.`,
      `Write one of ${milestoneKinds.join(', ')} with its date: live=2026-12-01T17:00,ana`,
    );
  return { kind, plannedAt: await instant(time), ...(owner === undefined ? {} : { owner }) };
}
