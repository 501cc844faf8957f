import type { TaskState } from '../../domain/release/release.ts';
import { route, type Route } from '../http/route.ts';
import { command } from '../releases.ts';
import { releaseParams, z } from './common.schema.ts';
import { ReasonBodySchema, ReleaseSchema, TaskOrderSchema } from './release.schema.ts';
import { given, originOf, replyWith, steering } from './steering.ts';
import { refuseStale, releaseOf } from './release-of.ts';

/** What can be said of a task, by the last part of the address. */
export const taskVerbs = {
  accept: 'accepted',
  complete: 'done',
  block: 'blocked',
  cancel: 'cancelled',
} as const satisfies Record<string, TaskState>;
export type TaskVerb = keyof typeof taskVerbs;

const summaries: Record<TaskVerb, string> = {
  accept: 'Take a task on: from then on it is yours, not your team’s.',
  complete: 'Say that a task is done: its stage waits for it no longer.',
  block: 'Say that a task cannot go on, and why.',
  cancel: 'Give a condition up: whoever asked for it may, and a release manager.',
};

const moving = (verb: TaskVerb): Route =>
  route({
    method: 'post',
    path: `/v1/releases/{id}/tasks/{task}/${verb}`,
    action: 'task.move',
    summary: summaries[verb],
    params: releaseParams.extend({ task: z.string().regex(/^t\d{1,4}$/, 'is the id of a task, such as t1') }),
    body: ReasonBodySchema,
    example: { reason: 'see the wiki' },
    answer: { status: 200, description: 'The release after it.', schema: ReleaseSchema },
    problems: [
      'NOT_FOUND',
      'AMBIGUOUS_ID',
      'STALE',
      'RELEASE_ENDED',
      'ENGINE_DISAGREES',
      'COMMAND_NOT_POSSIBLE',
      'AUTHORITY_MISSING',
      'TEMPORAL_UNREACHABLE',
    ],
    subject: releaseOf,
    async handle(call, view) {
      refuseStale(call, view);
      const { task } = call.params;
      return given(call, view, 'moveTask', {
        task,
        to: taskVerbs[verb],
      });
    },
  });

const adding = steering({
  path: 'tasks',
  action: 'task.add',
  summary: 'Add a task: the stage that it names waits until it is done.',
  body: TaskOrderSchema,
  example: { title: 'write the runbook', owner: 'web', before: 'production', due: '2026-12-01T16:00:00Z' },
  async handle(call, view) {
    const { title, owner, before, due } = call.body;
    const after = await command(call.deps, view, 'addTask', originOf(call, undefined), {
      title,
      owner,
      ...(before === undefined ? {} : { before }),
      ...(due === undefined ? {} : { due }),
    });
    return replyWith({ after });
  },
});

export const taskRoutes = [adding, ...(Object.keys(taskVerbs) as TaskVerb[]).map(moving)];
