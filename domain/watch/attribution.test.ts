import { describe, expect, test } from '@jest/globals';
import { attribute, followsByDefaultMs, type ExposedDeployment } from './attribution.ts';

const hour = 3_600_000;
const at = (text: string): string => `2026-06-01T${text}Z`;
const deployment = (id: string, from: string, rest: Partial<ExposedDeployment> = {}): ExposedDeployment => ({
  id,
  environment: 'production',
  service: 'shop',
  version: id,
  exposedFrom: at(from),
  fullyExposedAt: at(from),
  followMs: followsByDefaultMs,
  ...rest,
});
const d1 = deployment('D1', '09:00:00.000');
const d2 = deployment('D2', '11:00:00.000');
const blamed = (startedAt: string, deployments: readonly ExposedDeployment[]): string => {
  const found = attribute({ service: 'shop', startedAt }, deployments);
  return found.kind === 'suggested' ? found.deployment.id : found.kind;
};
const after = (ms: number): string => new Date(Date.parse(d1.exposedFrom) + ms).toISOString();

describe('an incident is laid at the door of', () => {
  test.each([
    ['W1: the deployment that began in that very instant', at('11:00:00.000'), [d1, d2], 'D2'],
    ['W1: the one before, a second earlier', at('10:59:59.000'), [d1, d2], 'D1'],
    ['W2: a deployment of less than 72 h ago', after(72 * hour - 60_000), [d1], 'D1'],
    ['W2: nobody, from 72 h on', after(72 * hour), [d1], 'unattributed'],
    [
      'W4: the old one, where it began before the newer one did',
      after(9 * hour),
      [d1, deployment('D2', '19:00:00.000')],
      'D1',
    ],
    ['nobody, before the first deployment', at('08:59:59.999'), [d1], 'unattributed'],
    [
      'the one before, once the newer one was taken back',
      at('12:00:00.000'),
      [d1, { ...d2, takenBackAt: at('11:30:00.000') }],
      'D1',
    ],
    [
      'the newer one, while it was there',
      at('11:29:59.000'),
      [d1, { ...d2, takenBackAt: at('11:30:00.000') }],
      'D2',
    ],
    ['none of another service', at('12:00:00.000'), [{ ...d1, service: 'cart' }], 'unattributed'],
    [
      'one that is still on its way to everybody',
      after(100 * hour),
      [
        {
          id: 'D1',
          environment: 'production',
          service: 'shop',
          version: '1',
          exposedFrom: d1.exposedFrom,
          followMs: hour,
        },
      ],
      'D1',
    ],
    ['one whose stage follows for longer', after(80 * hour), [{ ...d1, followMs: 96 * hour }], 'D1'],
  ])('%s', (_, startedAt, deployments, id) => {
    expect(blamed(startedAt, deployments)).toBe(id);
  });
});

test('what is laid at nobody’s door says until when somebody would have answered', () => {
  expect(attribute({ service: 'shop', startedAt: after(72 * hour) }, [d1]).because).toBe(
    'shop D1, the last deployment before it, answered for incidents until Thu 4 Jun 09:00 UTC.',
  );
});
