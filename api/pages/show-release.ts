import type { PageCall } from './page-call.ts';
import { factsOf, releaseFor } from './read-release.ts';
import { releasePage } from './release-page.ts';

/** The page of the release of the address; after a form that was not done, with what was typed. @throws NOT_FOUND, NOT_ALLOWED */
export async function showRelease(call: PageCall): Promise<void> {
  const view = await releaseFor(call, 'release.read');
  call.res.type('html').send(releasePage(await factsOf(call, view)));
}
