import { dependencyChanges, readDependencies } from '../../domain/risk/dependency-changes.ts';
import { migrationFact } from '../../domain/risk/migration-files.ts';
import type { Fact, Measures } from '../../domain/risk/model.ts';
import { configurationGroupsOf, pathMatcher, usualPaths, type RiskPaths } from '../../domain/risk/paths.ts';
import { personOf } from '../../domain/release/exclusions.ts';
import type { FileChange, Signature } from '../../platform/git/mirror.ts';
import { readMigrations } from './read-migrations.ts';
import { factOf, measured, type RiskQuestion } from './question.ts';

export type ChangeFacts = {
  [F in 'size' | 'migration' | 'deps' | 'config' | 'contract' | 'newAuthor' | 'late']: Fact<Measures[F]>;
};

/** A file that was changed this often in 90 days is a hot spot: worth naming, because faults gather there. */
const hotFrom = 5;
const hotDays = 90;
/** Files of other ecosystems that name dependencies, which nobody here reads. */
const foreignManifests = pathMatcher([
  '**/{go.mod,Cargo.toml,pom.xml,build.gradle,build.gradle.kts,requirements.txt,pyproject.toml,Gemfile,composer.json}',
]);
const isManifest = pathMatcher(['**/package.json']);

/** What the Git history says of a change, against the version that runs there. */
export async function changeFacts(question: RiskQuestion): Promise<ChangeFacts> {
  const { source, sourceDown, running } = question;
  if (sourceDown !== undefined) return withoutChange(sourceDown, 'unknown');
  if (!source) return withoutChange('This service has no Git source.');
  if (running && source.from === undefined)
    return withoutChange(`The commit of ${running.version}, which runs there, is not known.`, 'unknown');
  const paths = { ...usualPaths, ...given(question.service.risk?.paths ?? {}) };
  const files = await factOf('The repository', async () =>
    measured(await source.mirror.changedFiles(source.from, source.to)),
  );
  if (files.kind !== 'measured') return withoutChange(files.because, 'unknown');
  const changed = files.measure.filter(not(pathMatcher(paths.ignore)));
  const [size, migration, deps, newAuthor, late] = await Promise.all([
    factOf('The repository', () => sizeOf(source, changed)),
    factOf('The repository', () => migrationOf(source, changed, question.service.risk?.paths?.migrations)),
    factOf('The repository', () => dependenciesOf(source, files.measure)),
    factOf('The repository', () => newAuthors(question, source)),
    factOf('The repository', () => lateCommits(question, source)),
  ]);
  const { groups, evidence } = configurationGroupsOf(
    changed.map(({ path }) => path),
    paths,
  );
  const isContract = pathMatcher(paths.contract);
  const contracts = changed.filter(({ path, how }) => how !== 'added' && isContract(path));
  return {
    size,
    migration,
    deps,
    config: measured({ groups }, evidence),
    contract: measured({ changed: contracts.length }, contracts.map(told)),
    newAuthor,
    late,
  };
}

type Source = NonNullable<RiskQuestion['source']>;
const told = ({ path, how }: FileChange): string => `${path} ${how}`;
const not =
  (isMeant: (path: string) => boolean) =>
  ({ path }: FileChange): boolean =>
    !isMeant(path);
const given = (paths: { [K in keyof RiskPaths]?: string[] | undefined }): Partial<RiskPaths> =>
  Object.fromEntries(Object.entries(paths).filter(([, patterns]) => patterns !== undefined));

async function sizeOf(
  { mirror, to }: Source,
  changed: readonly FileChange[],
): Promise<Fact<Measures['size']>> {
  const often = await mirror.changesByFile(to, hotDays);
  const hot = changed
    .map(({ path }) => ({ path, times: often.get(path) ?? 0 }))
    .filter(({ times }) => times >= hotFrom)
    .sort((a, b) => b.times - a.times);
  const lines = changed.reduce((sum, file) => sum + (file.lines ?? 0), 0);
  return measured({ files: changed.length }, [
    `${lines} lines added or removed`,
    ...hot.map(({ path, times }) => `hot spot: ${path}, ${times} changes in ${hotDays} days`),
  ]);
}

async function migrationOf(
  { mirror, to }: Source,
  changed: readonly FileChange[],
  /** Left out: the usual ones, without undo scripts and what else lies beside them. */
  patterns: readonly string[] | undefined,
): Promise<Fact<Measures['migration']>> {
  return migrationFact(await readMigrations(mirror, to, changed, patterns));
}

async function dependenciesOf(
  { mirror, from, to }: Source,
  files: readonly FileChange[],
): Promise<Fact<Measures['deps']>> {
  const foreign = files.find(({ path }) => foreignManifests(path));
  if (foreign)
    return { kind: 'unknown', because: `${foreign.path} changed, and its dependencies are not read.` };
  const sum: Measures['deps'] = { patch: 0, minor: 0, major: 0 };
  const evidence: string[] = [];
  for (const { path, how } of files) {
    if (!isManifest(path) || how === 'removed') continue;
    const after = readDependencies((await mirror.readFile(to, path)) ?? '');
    const old = from === undefined ? undefined : await mirror.readFile(from, path);
    const before = old === undefined ? {} : readDependencies(old);
    if (!before || !after) return { kind: 'unknown', because: `${path} cannot be read.` };
    const changes = dependencyChanges(before, after);
    sum.patch += changes.measure.patch;
    sum.minor += changes.measure.minor;
    sum.major += changes.measure.major;
    evidence.push(...changes.evidence);
  }
  return measured(sum, evidence);
}

/** Somebody whose other address has shipped here before is not new: aliases of gantry.yaml are folded together. */
async function newAuthors(
  { policy }: RiskQuestion,
  { mirror, from, to }: Source,
): Promise<Fact<Measures['newAuthor']>> {
  const nameOf = (one: Signature): string => personOf(policy.people, one)?.id ?? one.email.toLowerCase();
  const [commits, before] = await Promise.all([
    mirror.readCommits(from, to),
    from === undefined ? [] : mirror.authorsUpTo(from),
  ]);
  const known = new Set(before.map(nameOf));
  const fresh = new Map<string, string>();
  for (const { author, coAuthors } of commits)
    for (const one of [author, ...coAuthors]) if (!known.has(nameOf(one))) fresh.set(nameOf(one), one.name);
  return measured(
    { authors: fresh.size },
    [...fresh.values()].map((name) => `first change here by ${name}`),
  );
}

async function lateCommits(
  { cutoffAt }: RiskQuestion,
  { mirror, from, to }: Source,
): Promise<Fact<Measures['late']>> {
  if (cutoffAt === undefined) return { kind: 'notApplicable', because: 'It has no cut-off.' };
  const commits = await mirror.readCommits(from, to);
  const late = commits.filter(({ at }) => Date.parse(at) > Date.parse(cutoffAt));
  return measured(
    { commits: late.length },
    late.map(({ hash, subject, at }) => `${hash.slice(0, 7)} ${subject}, ${new Date(at).toISOString()}`),
  );
}

/** Without a change to look at, all of its factors share one reason. */
function withoutChange(because: string, kind: 'unknown' | 'notApplicable' = 'notApplicable'): ChangeFacts {
  const fact = { kind, because } as const;
  return {
    size: fact,
    migration: fact,
    deps: fact,
    config: fact,
    contract: fact,
    newAuthor: fact,
    late: fact,
  };
}
