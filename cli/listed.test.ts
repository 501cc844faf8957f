import { Command } from 'commander';
import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { listed } from './listed.ts';

const { against, seen } = cliAgainstStub();

test.each([
  [['--access', 'viewer,releaser']],
  [['--access', 'viewer, releaser']],
  [['--access', 'viewer', 'releaser']],
  [['--access', 'viewer', '--access', 'releaser']],
])('a list is taken with commas, with spaces and repeated: %j', (argv) => {
  const command = new Command().option('--access <access...>', '', listed).parse(argv, { from: 'user' });
  expect(command.opts()).toEqual({ access: ['viewer', 'releaser'] });
});

const token = { id: 'tok_1', name: 'ci', access: ['viewer'], token: 'gantry_secret' };
const freeze = { id: 'sale', about: 'everything', when: 'once', next: [] };
test.each<[string, string, object, object]>([
  [
    'token create ci --access viewer,releaser --service shop,cart',
    'POST /v1/tokens',
    token,
    { access: ['viewer', 'releaser'], services: ['shop', 'cart'] },
  ],
  [
    'stop-the-line --environment staging,production --reason lost --yes',
    'POST /v1/stop-the-line',
    freeze,
    { scope: { environments: ['staging', 'production'] } },
  ],
  [
    'freeze add sale --from 2026-12-18T18:00 --label pci,eu --except hotfix,rollback --zone UTC --reason sale --yes',
    'POST /v1/freezes',
    freeze,
    { scope: { labels: ['pci', 'eu'] }, except: ['hotfix', 'rollback'] },
  ],
  [
    'calendar feed create mine --service shop,cart --environment staging,production',
    'POST /v1/calendar/feeds',
    { id: 'feed_1', url: 'http://x' },
    { services: ['shop', 'cart'], environments: ['staging', 'production'] },
  ],
  [
    'calendar reservation add staging --from +1h --to +2h --service shop,cart --reason load',
    'POST /v1/reservations',
    { id: 'res_1', state: 'reserved', services: [], behind: [] },
    { services: ['shop', 'cart'] },
  ],
  [
    'release create shop 1.4.0 --component cart@2.0.0,pay@1.0.0 --after rel_1,rel_2',
    'POST /v1/releases',
    { id: 'rel_3', state: 'gating', headline: '', components: [], holds: [], stages: [] },
    {
      components: [{ service: 'shop' }, { service: 'cart' }, { service: 'pay' }],
      needs: [{ releaseId: 'rel_1' }, { releaseId: 'rel_2' }],
    },
  ],
])('gantry %s', async (line, path, body, sent) => {
  const { err } = await against({ [path]: { status: 201, body } }, [...line.split(' '), '--json']);
  expect([err, seen().at(-1)?.body]).toEqual(['', expect.objectContaining({})]);
  expect(seen().at(-1)?.body).toMatchObject(sent);
});

test('a list with a gap is refused before anything is sent', async () => {
  const { code, err } = await against({}, ['token', 'create', 'ci', '--access', 'viewer,']);
  expect([code, err, seen()]).toEqual([2, expect.stringContaining('a comma between them'), []]);
});
