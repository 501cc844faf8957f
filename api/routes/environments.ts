import { lineStops as readLineStops } from '../../platform/record/calendar/line-stops.ts';
import { namedIn, namesOf } from '../../domain/release/names.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { partInWords } from '../../domain/rollout/live-in-part.ts';
import { leftInPlace } from '../../platform/record/left-in-place.ts';
import { openReleases } from '../../platform/record/releases.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { whatRunsBanned } from '../../platform/record/gates/what-runs-banned.ts';
import { environmentLocks } from '../../platform/record/environment-locks.ts';
import { route } from '../http/route.ts';
import { locksShown, partsShown } from '../locks-shown.ts';
import { runnersThere } from '../runners-there.ts';
import { NamesSchema, z } from './common.schema.ts';
import { concernsVisible, visibleServices } from '../auth/narrowed-to.ts';

const BanSchema = z
  .object({ id: z.string(), by: z.string(), reason: z.string(), at: z.string() })
  .optional()
  .describe('Set where what runs is banned.');

const RunningSchema = z
  .object({
    environment: z.string(),
    service: z.string(),
    version: z.string(),
    digest: z.string().optional(),
    commit: z.string().optional(),
    since: z.string(),
    releaseId: z.string().optional(),
    how: z.enum(['released', 'adopted']),
    quarantine: BanSchema,
  })
  .openapi('Running');

const LiveInPartSchema = z
  .object({
    service: z.string(),
    version: z.string(),
    share: z
      .number()
      .describe('In per cent, the last that is known; 0 of what an ended release left without traffic.'),
    ofTargets: z.boolean().describe('Whether the share is of targets; else it is of traffic.'),
    isKnown: z
      .boolean()
      .describe(
        'False where a step or an undo went wrong, or where a later release has begun since: nobody knows what it takes now.',
      ),
    standing: z
      .string()
      .describe(
        'How its release stands, in words: `held: quarantined`, or `aborted, and left there` of one that has ended.',
      ),
    sentence: z.string().describe('All of it in words, as pages and the command line say it.'),
    whole: z
      .object({ version: z.string(), digest: z.string().optional() })
      .optional()
      .describe('Of what an ended release has left: what counts as running there.'),
    remedy: z
      .string()
      .optional()
      .describe(
        'Of what an ended release has left: how to give what runs there all of the place again, without the stages before; or that it is under way.',
      ),
    givenBackBy: z
      .string()
      .optional()
      .describe('The open release that gives what runs there all of the place again.'),
    releaseId: z.string().optional().describe('Left out where the token may not read the release.'),
    title: z.string(),
    ended: z
      .literal(true)
      .optional()
      .describe('Its release has ended; adopting what runs there takes it off the record.'),
    quarantine: BanSchema,
  })
  .openapi('LiveInPart');

const lock = {
  releaseId: z
    .string()
    .optional()
    .describe('Absent where it is of services beside those that your token is for; its title says so then.'),
  title: z.string(),
};
const EnvironmentItemSchema = z
  .object({
    id: z.string(),
    production: z.boolean(),
    exclusive: z.boolean(),
    running: z.array(RunningSchema),
    inPart: z
      .array(LiveInPartSchema)
      .optional()
      .describe('What else is live or deployed there now, beside what runs; absent where nothing is.'),
    holders: z
      .array(z.looseObject({ ...lock, since: z.string() }))
      .describe('Releases that deploy there now.'),
    queue: z
      .array(z.looseObject({ ...lock, requestedAt: z.string() }))
      .describe('Releases that wait for it, the next one first.'),
    runner: z
      .object({
        name: z.string(),
        isThere: z.boolean().optional().describe('Absent where nobody can tell.'),
        seenAt: z.string().optional().describe('When it asked for work last.'),
        because: z.string(),
      })
      .optional()
      .describe('Set where its work is done by a runner.'),
  })
  .openapi('Environment');

const LineStopSchema = z
  .object({
    id: z.string().describe('Name of the freeze, by which it is lifted.'),
    about: z.string().describe('What does not start, in words.'),
    services: z.array(z.string()).describe('Empty: all of them.'),
    reason: z.string().optional(),
    by: z.string().describe('Id of the person or token.'),
    byName: z.string().describe('Their name.'),
    since: z.string(),
  })
  .openapi('LineStop');

const environments = route({
  method: 'get',
  path: '/v1/environments',
  action: 'environment.list',
  summary: 'What runs where, since when; who holds an environment and who waits for it.',
  answer: {
    status: 200,
    description: 'All environments.',
    schema: z
      .object({
        items: z.array(EnvironmentItemSchema),
        lineStops: z.array(LineStopSchema),
        names: NamesSchema,
      })
      .openapi('EnvironmentList'),
  },
  async handle({ deps, caller }) {
    const { db } = deps.store;
    const [policy, running, locks, stops, open, left, quarantines] = await Promise.all([
      currentPolicy(db),
      whatRunsBanned(db),
      environmentLocks(db),
      readLineStops(db),
      openReleases(db),
      leftInPlace(db),
      standingQuarantines(db),
    ]);
    const isVisible = visibleServices(caller);
    const known = policy?.policy.environments ?? [];
    const shownLocks = locksShown(caller, locks, open);
    const runners = await runnersThere(deps, known);
    const items = known.map(({ id, production, exclusive, runner: name = '' }) => {
      const { holders = [], queue = [] } = shownLocks.find((one) => one.environment === id) ?? {};
      const there = running.filter((one) => one.environment === id && isVisible(one.service));
      const runner = runners.get(name);
      const live = { open, left, running, quarantines };
      const inPart = partsShown(caller, id, live).map((one) => ({
        ...one,
        sentence: partInWords(one),
      }));
      return {
        ...{ id, production, exclusive, running: there },
        ...(inPart.length > 0 ? { inPart } : {}),
        ...{ holders, queue },
        ...(runner ? { runner } : {}),
      };
    });
    const told = stops.filter(concernsVisible(isVisible));
    const banned = items.flatMap(({ running: rows, inPart = [] }) =>
      [...rows, ...inPart].map(({ quarantine }) => quarantine?.by),
    );
    const names = namesOf([...banned, ...told.map(({ by }) => by)], policy?.policy.people ?? []);
    const lineStops = told.map((stop) => ({ ...stop, byName: namedIn(names)(stop.by) }));
    return { body: { items, lineStops, ...(names === undefined ? {} : { names }) } };
  },
});

const ServiceItemSchema = z
  .object({
    id: z.string(),
    owner: z.string().optional(),
    dependsOn: z.array(z.string()),
    pipeline: z.string(),
    environments: z.array(z.string()).describe('Stages of its pipeline, in order.'),
    running: z.array(RunningSchema),
  })
  .openapi('Service');

const services = route({
  method: 'get',
  path: '/v1/services',
  action: 'service.list',
  summary: 'All services, their pipelines and what runs of them.',
  answer: {
    status: 200,
    description: 'All services.',
    schema: z.object({ items: z.array(ServiceItemSchema) }).openapi('ServiceList'),
  },
  async handle({ deps, caller }) {
    const [stored, running] = await Promise.all([
      currentPolicy(deps.store.db),
      whatRunsBanned(deps.store.db),
    ]);
    const known = (stored?.policy.services ?? []).filter(({ id }) => visibleServices(caller)(id));
    const items = known.map(({ id, owner, dependsOn, pipeline }) => ({
      id,
      ...(owner === undefined ? {} : { owner }),
      dependsOn,
      pipeline,
      environments: (stored?.policy.pipelines[pipeline] ?? []).map((stage) => stage.environment),
      running: running.filter((one) => one.service === id),
    }));
    return { body: { items } };
  },
});

export const environmentRoutes = [environments, services];
