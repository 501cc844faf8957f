import type { Service } from '../policy/policy.schema.ts';
import { isSemantic } from './version.ts';

/**
 * The version that somebody meant who wrote the name of its tag: `v1.1.0` is 1.1.0 where the source tags versions as `v{version}`.
 * Undefined where it is no tag, or the service says nothing of tags.
 */
export function versionOfTag(service: Pick<Service, 'source'>, written: string): string | undefined {
  const [before = '', after = '', ...more] = service.source?.tag.split('{version}') ?? [];
  if (more.length > 0 || (before === '' && after === '')) return undefined;
  if (!written.startsWith(before) || !written.endsWith(after)) return undefined;
  const version = written.slice(before.length, written.length - after.length);
  // A version of its own may begin like a tag: only what is one without it was meant.
  return isSemantic(version) && /^\d/.test(version) ? version : undefined;
}
