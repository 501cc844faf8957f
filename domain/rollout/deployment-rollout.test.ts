import { describe, expect, test } from '@jest/globals';
import { kubernetesAnswers } from '../../test/support/kubernetes-answers.ts';
import { readRollout, type DeploymentShape } from './deployment-rollout.ts';
import type { PodShape } from './why-not-running.ts';

const aDeployment = (
  status: DeploymentShape['status'] = {},
  spec: DeploymentShape['spec'] = {},
): DeploymentShape => ({
  metadata: { generation: 4 },
  spec: { replicas: 3, ...spec },
  status: { observedGeneration: 4, replicas: 3, updatedReplicas: 3, availableReplicas: 3, ...status },
});
const waits = (reason: string, message?: string): PodShape => ({
  metadata: { name: 'shop-1' },
  status: {
    containerStatuses: [
      { name: 'web', restartCount: 4, state: { waiting: { reason, ...(message ? { message } : {}) } } },
    ],
  },
});
const late = {
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
};

describe('a rollout', () => {
  const rows: [name: string, deployment: DeploymentShape, pods: PodShape[], state: string, words: string][] =
    [
      ['is done when all are new and available', aDeployment(), [], 'done', '3 of 3'],
      [
        'runs until the controller has looked',
        aDeployment({ observedGeneration: 3 }),
        [],
        'running',
        'not looked',
      ],
      [
        'runs while its status is empty',
        { metadata: { generation: 1 }, status: {} },
        [],
        'running',
        'not looked',
      ],
      [
        'runs while some are old',
        aDeployment({ updatedReplicas: 1 }),
        [],
        'running',
        '1 of 3 replicas are replaced',
      ],
      ['runs while old ones end', aDeployment({ replicas: 4 }), [], 'running', '1 of the old'],
      [
        'runs while new ones are not available',
        aDeployment({ availableReplicas: 2 }),
        [],
        'running',
        '2 of 3 new',
      ],
      [
        'is done with no replicas where none are wanted',
        aDeployment({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, { replicas: 0 }),
        [],
        'done',
        '0 of 0',
      ],
      ['waits while it is paused', aDeployment({}, { paused: true }), [], 'running', 'paused'],
      ['fails at its own deadline', aDeployment({ ...late, updatedReplicas: 1 }), [], 'failed', '600 s'],
      [
        'names its own deadline',
        aDeployment(late, { progressDeadlineSeconds: 30 }),
        [],
        'failed',
        'for 30 s',
      ],
      [
        'says why it failed',
        aDeployment({ ...late, updatedReplicas: 1 }),
        [waits('ImagePullBackOff', 'not found')],
        'failed',
        'shop-1, container web: its image cannot be had (ImagePullBackOff): not found',
      ],
      [
        'says why it hangs',
        aDeployment({ availableReplicas: 2 }),
        [waits('CrashLoopBackOff')],
        'running',
        '4 restarts',
      ],
      [
        'counts further reasons',
        aDeployment({ availableReplicas: 1 }),
        [waits('ErrImagePull'), waits('ErrImagePull')],
        'running',
        '(and 1 more)',
      ],
      [
        'says that no pod can be made',
        aDeployment({
          updatedReplicas: 0,
          conditions: [
            { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' },
          ],
        }),
        [],
        'running',
        'exceeded quota',
      ],
      [
        'takes a deadline that was met for nothing',
        aDeployment({
          conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
        }),
        [],
        'done',
        '3 of 3',
      ],
    ];
  test.each(rows)('%s', (_name, deployment, pods, state, words) => {
    const reading = readRollout(deployment, pods);
    expect(reading.state).toBe(state);
    expect(reading.because).toContain(words);
  });
});

describe('what a real cluster has answered', () => {
  const answers = kubernetesAnswers();
  test.each([
    ['before', 'done', '1 of 1 replicas are replaced and available'],
    ['progressing', 'running', '1 of the old replicas have not ended'],
    ['paused', 'running', 'paused in the cluster'],
    ['complete', 'done', '1 of 1 replicas'],
    ['deadline', 'failed', 'its image cannot be had (ImagePullBackOff)'],
    ['nodeless', 'failed', 'waits for a node, and no scheduler has said anything of it yet'],
    ['unschedulable', 'failed', 'finds no node: 0/1 nodes are available: 1 Insufficient cpu.'],
    ['refused', 'running', 'no pod can be made: pods "shop-'],
  ] as const)('%s is read as %s', (name, state, words) => {
    const { deployment, pods } = answers[name];
    const reading = readRollout(deployment, pods.items);
    expect(reading).toMatchObject({ state, because: expect.stringContaining(words) });
  });

  test('the answer to the change itself is no news of the rollout, although all replicas are available in it', () => {
    expect(answers.patched.status).toMatchObject({ updatedReplicas: 1, availableReplicas: 1 });
    expect(readRollout(answers.patched, []).state).toBe('running');
  });
});
