import { describe, expect, test } from '@jest/globals';
import { whyNotRunning, type PodShape } from './why-not-running.ts';

const waits = (reason: string, message?: string): PodShape => ({
  metadata: { name: 'shop-1' },
  status: {
    containerStatuses: [
      { name: 'web', restartCount: 4, state: { waiting: { reason, ...(message ? { message } : {}) } } },
    ],
  },
});

describe('a pod', () => {
  test.each<[string, PodShape, string[]]>([
    ['that has only begun has no reason', waits('ContainerCreating'), []],
    ['that runs has no reason', { status: { containerStatuses: [{ name: 'web', state: {} }] } }, []],
    [
      'without a node says so',
      {
        metadata: { name: 'p' },
        status: { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }] },
      },
      ['p finds no node: 0/3 nodes'],
    ],
    [
      'that crashes tells its exit code',
      {
        metadata: { name: 'p' },
        status: {
          containerStatuses: [
            {
              name: 'w',
              restartCount: 2,
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: { terminated: { exitCode: 3 } },
            },
          ],
        },
      },
      ['p, container w: it ends again and again (CrashLoopBackOff, 2 restarts, last with exit code 3)'],
    ],
    [
      'whose settings are missing says which',
      {
        metadata: { name: 'p' },
        status: {
          initContainerStatuses: [
            {
              name: 'i',
              state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "db" not found' } },
            },
          ],
        },
      },
      ['p, container i: it cannot be started (CreateContainerConfigError): secret "db" not found'],
    ],
    ['with an unknown reason repeats it', waits('Strange'), ['shop-1, container web: it waits (Strange)']],
  ])('%s', (_name, pod, reasons) => {
    expect(whyNotRunning(pod)).toEqual(reasons);
  });
});
