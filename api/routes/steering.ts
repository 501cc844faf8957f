import type { ProblemCode } from '../../domain/problem-code.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { Action } from '../auth/access.ts';
import type { GivenOnce } from '../give-once.ts';
import { givenKey } from '../http/idempotency-key.ts';
import { route, type Call, type Reply, type Route } from '../http/route.ts';
import { command, type CommandExtras, type CommandName, type CommandOrigin } from '../releases.ts';
import { releaseParams, type z } from './common.schema.ts';
import { ReleaseSchema } from './release.schema.ts';
import { refuseStale, releaseOf } from './release-of.ts';

interface Steering<B extends z.ZodType> {
  path: string;
  action: Action;
  summary: string;
  body: B;
  example: z.input<B>;
  /** Beside those that all commands have. */
  problems?: readonly ProblemCode[];
  handle: (call: Call<{ id: string }, unknown, z.output<B>>, view: ReleaseView) => Promise<Reply>;
}

/** All commands are alike but for what they say: found, authorised, compared with If-Match, given, answered with the new state. */
export const steering = <B extends z.ZodType>(o: Steering<B>): Route =>
  route({
    method: 'post',
    path: `/v1/releases/{id}/${o.path}`,
    action: o.action,
    summary: o.summary,
    params: releaseParams,
    body: o.body,
    example: o.example,
    answer: { status: 200, description: 'The release after it.', schema: ReleaseSchema },
    problems: [
      'NOT_FOUND',
      'AMBIGUOUS_ID',
      'STALE',
      'RELEASE_ENDED',
      'ENGINE_DISAGREES',
      'RELEASE_NOT_STARTED',
      'COMMAND_NOT_POSSIBLE',
      'AUTHORITY_MISSING',
      'WAIVER_REFUSED',
      'TEMPORAL_UNREACHABLE',
      ...(o.problems ?? []),
    ],
    subject: releaseOf,
    handle(call, view) {
      refuseStale(call, view);
      return o.handle(call, view);
    },
  });

/** Who gives the command: the same for all. */
export function originOf(
  { caller, req, requestId }: Call<unknown, unknown, unknown>,
  reason: string | undefined,
): CommandOrigin {
  const key = givenKey(req);
  return {
    by: caller.actor,
    requestId,
    ...(reason === undefined ? {} : { reason }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Gives the command with the reason of its body, and answers with the release after it. */
export async function given<N extends CommandName>(
  call: Call<{ id: string }, unknown, { reason?: string | undefined }>,
  view: ReleaseView,
  name: N,
  extras: CommandExtras[N],
): Promise<Reply> {
  const after = await command(call.deps, view, name, originOf(call, call.body.reason), extras);
  return replyWith({ after });
}

/** The release after a command, with what whoever gave it is told beside, where there is such. */
export const replyWith = ({ after, ...said }: GivenOnce): Reply => ({
  body: { ...after, ...said },
  seq: after.seq,
});
