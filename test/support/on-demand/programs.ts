/** Paths of the programs that this run was given. @throws where it was not started by `npm run test:…` */
export function programs(): Record<string, string> {
  const given = process.env['GANTRY_TEST_PROGRAMS'];
  if (!given) throw new Error('Run this test by `npm run test:cluster` or `npm run test:kubernetes`.');
  return JSON.parse(given) as Record<string, string>;
}
