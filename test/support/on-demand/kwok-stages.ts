/** What becomes of a pod, by its image: `registry.test/<behaviour>:<version>`. Nodes and kubelets are played by kwok. */
export const imageOf = (behaviour: string, version: string): string =>
  `registry.test/${behaviour}:${version}`;

const versions = ['1.2.0', '1.3.0', '1.4.0', '1.5.0'];
const images = (...behaviours: string[]): string[] =>
  behaviours.flatMap((behaviour) => versions.map((version) => imageOf(behaviour, version)));

interface Expression {
  key: string;
  operator: 'Exists' | 'DoesNotExist' | 'In' | 'NotIn';
  values?: string[];
}

const isNew: Expression[] = [
  { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
  { key: '.status.containerStatuses', operator: 'DoesNotExist' },
];
const imageKey = '.spec.containers[].image';

/** Stages of kwok, as one file of its configuration. `secret` is what the pods of `shouts` print. */
export function kwokStages(secret: string): string {
  const stages = [
    stage('pod-delete', [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }], {
      finalizers: { empty: true },
      delete: true,
    }),
    stage(
      'pod-ready',
      [...isNew, { key: imageKey, operator: 'NotIn', values: images('hangs', 'fails', 'shouts') }],
      { statusTemplate: ready('running: { startedAt: {{ Now | Quote }} }') },
    ),
    stage('pod-without-image', [...isNew, { key: imageKey, operator: 'In', values: images('fails') }], {
      statusTemplate: withoutImage,
    }),
    stage('pod-shouts', [...isNew, { key: imageKey, operator: 'In', values: images('shouts') }], {
      statusTemplate: statusOf(
        false,
        'Running',
        `waiting: { reason: CreateContainerConfigError, message: ${JSON.stringify(`token ${secret} ${'x'.repeat(100_000)}`)} }`,
      ),
    }),
  ];
  return stages.map((one) => JSON.stringify(one)).join('\n---\n');
}

const stage = (name: string, matchExpressions: readonly Expression[], next: object): object => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name },
  spec: { resourceRef: { apiGroup: 'v1', kind: 'Pod' }, selector: { matchExpressions }, next },
});

const conditions = (isReady: boolean): string =>
  ['Initialized', 'Ready', 'ContainersReady']
    .map(
      (type) =>
        `- { type: ${type}, status: "${isReady || type === 'Initialized' ? 'True' : 'False'}", lastTransitionTime: {{ Now | Quote }} }`,
    )
    .join('\n');

const statusOf = (isReady: boolean, phase: string, state: string): string =>
  [
    'conditions:',
    conditions(isReady),
    'containerStatuses:',
    '{{ range .spec.containers }}',
    `- { image: {{ .image | Quote }}, name: {{ .name | Quote }}, ready: ${isReady}, restartCount: 0, state: { ${state} } }`,
    '{{ end }}',
    `phase: ${phase}`,
    'startTime: {{ Now | Quote }}',
  ].join('\n');

const ready = (state: string): string => statusOf(true, 'Running', state);
/** As a kubelet says it of an image that its registry does not have. */
const withoutImage = statusOf(
  false,
  'Pending',
  `waiting: { reason: ImagePullBackOff, message: "Back-off pulling image" }`,
);
