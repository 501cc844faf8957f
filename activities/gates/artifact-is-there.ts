import type { Artifact } from '../../domain/release/artifact.ts';
import type { Service } from '../../domain/policy/policy.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { openMirror } from '../../platform/git.ts';
import { namedTarget, type Outgoing } from '../../platform/outgoing.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { fill } from '../facts.ts';

type IsThere = 'yes' | 'no' | 'unknown';

/**
 * Whether a build can still be deployed: asked of its registry where the service names one, else of its source. What cannot
 * be asked is `unknown`, never `yes`.
 */
export async function artifactIsThere(
  deps: { outgoing: Outgoing; config: { dataDir: string } },
  policy: StoredPolicy,
  { environment, build }: { environment: string; build: Artifact },
): Promise<IsThere> {
  const service = policy.policy.services.find(({ id }) => id === build.service);
  try {
    if (service?.artifact) return await askRegistry(deps.outgoing, service.artifact, { environment, build });
    if (service?.source) return await askSource(deps.config.dataDir, policy.baseDir, service.source, build);
    return 'unknown';
  } catch (error) {
    if (error instanceof GantryError) return 'unknown';
    throw error;
  }
}

async function askRegistry(
  outgoing: Outgoing,
  { url, headers }: NonNullable<Service['artifact']>,
  { environment, build }: { environment: string; build: Artifact },
): Promise<IsThere> {
  const { service, version, digest, commit } = build;
  const answer = await outgoing({
    url: fill(url, { environment, service, version, digest, commit }),
    method: 'HEAD',
    headers: resolveSecrets(headers ?? {}).texts,
    allow: namedTarget(url),
  });
  if (answer.status === 200) return 'yes';
  return answer.status === 404 || answer.status === 410 ? 'no' : 'unknown';
}

async function askSource(
  dataDir: string,
  baseDir: string,
  source: NonNullable<Service['source']>,
  { version, commit }: Artifact,
): Promise<IsThere> {
  const mirror = openMirror({ git: source.git, baseDir, dataDir });
  const ref = commit ?? source.tag.replaceAll('{version}', version);
  return (await mirror.resolveCommit(ref)) === undefined ? 'no' : 'yes';
}
