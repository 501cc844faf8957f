import type { ReleaseView } from '../../domain/release/release.ts';
import type { HourLater } from './hour-later.ts';
import { deployByHand } from './processes.ts';
import { repeatedEffects, servedAlone, type DemoReport, type Expectation } from './report.ts';
import type { DemoStage } from './stage.ts';
import type { TrafficCounts } from './traffic.ts';

const badVersions = ['1.5.0', '1.6.0', '1.7.0'];

type Facts = Omit<DemoReport, 'ok' | 'expectations'>;

/** Everything that must be true at the end, looked up in the record and in the world itself. */
export async function judge(
  stage: DemoStage,
  facts: Facts,
  [good, bad, late, lasting]: ReleaseView[],
): Promise<Expectation[]> {
  const { traffic, running, audit, later } = facts;
  const of = (version: string): { requests: number; errors: number } =>
    traffic.perVersion[version] ?? { requests: 0, errors: 0 };
  const probe = async (environment: string): Promise<string> =>
    (
      await Promise.all(
        ['payments', 'shop'].map(
          async (service) => `${service} ${await deployByHand(stage, service, '--probe', environment)}`,
        ),
      )
    ).join(', ');
  const repeated = await repeatedEffects(stage.ledgerFile);
  return [
    expectation('1.4.0 succeeded', good?.state, 'succeeded'),
    expectation('both approvers were counted for 1.4.0', voters(good), 'ana, sam'),
    expectation('1.5.0 was rolled back', bad?.state, 'rolledBack'),
    expectation('what it left in production was put back', bad?.residue, 'restored'),
    expectation('analysis stopped it before it had all of production', stepsTaken(bad, 'shop') < 3, true),
    expectation('payments 2.1.0 with shop 1.6.0 was rolled back', late?.state, 'rolledBack'),
    expectation('both were put back', late?.residue, 'restored'),
    expectation('payments went all the way before', stepsTaken(late, 'payments'), 3),
    expectation('the shop failed late, after its first step', stepsTaken(late, 'shop') > 1, true),
    expectation(
      'the shop was taken back before what it needs',
      (await servedAlone(stage.ledgerFile)).slice(-4, -2).join(', '),
      'shop 1.4.0, payments 2.0.0',
    ),
    expectation('1.7.0 passed its canary and succeeded', lasting?.state, 'succeeded'),
    ...judgeLater(later, lasting),
    expectation(
      'production went to 1.7.0 and back',
      (await servedAlone(stage.ledgerFile)).slice(-2).join(', '),
      'shop 1.7.0, shop 1.4.0',
    ),
    expectation('the record says what staging runs', shown(running['staging']), 'payments 2.1.0, shop 1.7.0'),
    expectation(
      ...(['the record says what production runs', shown(running['production'])] as const),
      'payments 2.0.0, shop 1.4.0',
    ),
    expectation(
      'the routers of staging really serve it',
      await probe('staging'),
      'payments 2.1.0, shop 1.7.0',
    ),
    expectation(
      ...(['the routers of production really serve it', await probe('production')] as const),
      'payments 2.0.0, shop 1.4.0',
    ),
    expectation(
      'customers met 1.4.0 and no error of it',
      of('1.4.0').requests > 0 && of('1.4.0').errors === 0,
      true,
    ),
    expectation('customers met errors of 1.5.0', of('1.5.0').errors > 0, true),
    expectation('customers met errors of 1.6.0', of('1.6.0').errors > 0, true),
    expectation('customers met errors of 1.7.0', of('1.7.0').errors > 0, true),
    expectation('every error came from the three bad versions', errorsBeside(traffic, badVersions), ''),
    expectation('nothing was done twice', repeated.join('; '), ''),
    expectation('the audit log is unbroken', audit.valid && audit.entries > 0, true),
  ];
}

/** What the watch must have found after the end of a release, and what must have come of it. */
function judgeLater(later: HourLater, lasting: ReleaseView | undefined): Expectation[] {
  const { incident, rollback, watch } = later;
  return [
    expectation(
      'its watch found the regression at the second look after the hour, and ended once 1.4.0 ran again',
      watch.map(({ action, minutes }) => `${action} ${minutes}`).join(', '),
      'watch.started 0, watch.regressed 90, watch.wentBack 90, watch.ended 120',
    ),
    expectation('its first look found nothing', later.firstLook, 'healthy, 1 looks'),
    expectation('its watch is over, for 1.4.0 runs again', later.ended, 'superseded, 3 looks'),
    expectation('the watch opened an incident and laid it at the door of 1.7.0', incident?.laidAt, '1.7.0'),
    expectation(
      'it was opened by the watch, and closed by a person',
      `${incident?.source}, ${incident?.state}`,
      'watch, closed',
    ),
    expectation('its people were told by mail', later.told.join(', '), 'ben@acme.test'),
    expectation('Gantry itself ordered the way back, as policy says', rollback?.orderedBy, 'gantry'),
    expectation('it makes good the release that regressed', rollback?.remediates, lasting?.id),
    expectation('it succeeded', rollback?.state, 'succeeded'),
  ];
}

/** Who else gave errors, and how many, such as `1.4.0: 2`; `unreachable` are requests that nobody answered. */
const errorsBeside = ({ perVersion }: TrafficCounts, versions: readonly string[]): string =>
  Object.entries(perVersion)
    .filter(([version, { errors }]) => errors > 0 && !versions.includes(version))
    .map(([version, { errors }]) => `${version}: ${errors}`)
    .join(', ');

/** Rollout steps of a service in production that were begun. */
const stepsTaken = (view: ReleaseView | undefined, service: string): number =>
  view?.stages
    .find(({ environment }) => environment === 'production')
    ?.rollout.find((one) => one.service === service)
    ?.steps.filter(({ state }) => state !== 'pending').length ?? 0;

const shown = (running: Record<string, string> | undefined): string =>
  Object.entries(running ?? {})
    .map(([service, version]) => `${service} ${version}`)
    .sort()
    .join(', ');

const voters = (view: ReleaseView | undefined): string =>
  (view?.stages ?? [])
    .flatMap((stage) => stage.approval?.votes ?? [])
    .filter((vote) => vote.choice === 'approve')
    .map((vote) => vote.person)
    .sort()
    .join(', ');

/** What must be so, and what was found. */
export function expectation(what: string, found: unknown, wanted: unknown): Expectation {
  return { what, held: found === wanted, found: String(found) };
}
