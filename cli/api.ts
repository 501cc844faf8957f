import { Command } from 'commander';
import { runApart, type ApartDeps } from './apart.ts';
import { applyPolicyFile, policyLines } from './up/apply-policy-file.ts';
import { adminLink } from './up/local-access.ts';

/** `gantry api`: pages and API by themselves; the engine, the database and workers run elsewhere. */
export const apiCommand = (): Command =>
  new Command('api')
    .description('Run the API and its pages alone, until SIGTERM. Settings come from the environment.')
    .addHelpText(
      'after',
      '\nExample:\n  DATABASE_URL=… GANTRY_SECRET=… PUBLIC_URL=… TEMPORAL_ADDRESS=… gantry api',
    )
    .action(async () =>
      runApart('api', ['DATABASE_URL', 'GANTRY_SECRET', 'PUBLIC_URL'], async (deps) => {
        const { startApi } = await import('../api/server.ts');
        const here = { hasProvider: deps.config.oidc !== undefined };
        for (const line of policyLines(await applyPolicyFile(deps.store, deps.config.policyFile, here))) {
          process.stdout.write(`${line}\n`);
        }
        const api = await startApi({ ...deps, inbox: false });
        await welcomeFirstAdmin(deps);
        return api;
      }),
    );

/** On an installation where nobody has ever signed in, the way in is printed: once, for 15 minutes. */
async function welcomeFirstAdmin({ config, store }: ApartDeps): Promise<void> {
  const { hasAnybodySignedIn } = await import('../platform/record/sign-in.ts');
  const { currentPolicy } = await import('../platform/record/policies.ts');
  const admin = (await currentPolicy(store.db))?.policy.people.find((one) => one.access.includes('admin'));
  if (!admin || (await hasAnybodySignedIn(store.db))) return;
  const link = await adminLink({ db: store.db, admin: admin.id, now: new Date() }, config.publicUrl);
  process.stdout.write(`Sign in as ${admin.id}: ${link}  (once, within 15 minutes)\n`);
}
