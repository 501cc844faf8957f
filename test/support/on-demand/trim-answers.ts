/** Written anew at each change or each run, and nothing that the deployer looks at. */
const noise = new Set([
  ...[
    'uid',
    'managedFields',
    'creationTimestamp',
    'generateName',
    'tolerations',
    'dnsPolicy',
    'schedulerName',
  ],
  ...[
    'terminationGracePeriodSeconds',
    'terminationMessagePath',
    'terminationMessagePolicy',
    'securityContext',
  ],
  ...['enableServiceLinks', 'preemptionPolicy', 'priority', 'qosClass', 'revisionHistoryLimit'],
  ...['ownerReferences', 'lastProbeTime', 'resources', 'imagePullPolicy', 'strategy'],
]);
const instant = '2026-01-01T00:00:00Z';

/** An answer without what is different each time: ids, instants, versions of objects, random ends of names. */
export const trimmed = <Value>(value: Value, namespace: string): Value => walk(value, namespace) as Value;

function walk(value: unknown, namespace: string, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => walk(one, namespace));
  if (typeof value === 'string') {
    if (name === 'resourceVersion') return value === '' ? '' : '1';
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return instant;
    return value
      .replaceAll(namespace, 'web')
      .replaceAll(/\b([a-z]+-[0-9a-z]{8,10})-[0-9a-z]{5}\b/g, '$1-abcde');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !noise.has(key))
      .map(([key, one]) => [key, walk(one, namespace, key)]),
  );
}
