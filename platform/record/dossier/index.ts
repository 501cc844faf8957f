import { canonicalText } from '../../../domain/audit/canonical.ts';
import { withoutAbsences } from '../../../domain/release/without-absences.ts';
import { withoutOthers } from '../../../domain/release/without-others.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { sha256 } from '../../ids.ts';
import { canonicalFacts } from '../canonical-facts.ts';
import { amendmentsSection } from './amendments.ts';
import { analysisSection } from './analysis.ts';
import { breakGlassSection } from './break-glass.ts';
import { postponementsSection } from './postponements.ts';
import { riskSection } from './risk.ts';
import { rollbackSection } from './rollback.ts';
import { tasksSection } from './tasks.ts';
import { waiversSection } from './waivers.ts';
import { actsSection } from './acts.ts';
import { approvalsSection } from './approvals.ts';
import { calendarSection } from './calendar.ts';
import { changesSection } from './changes.ts';
import { checksSection } from './checks.ts';
import { deploymentsSection } from './deployments.ts';
import { gatesSection } from './gates.ts';
import { logSection } from './log.ts';
import { measurementsSection } from './measurements.ts';
import { planSection } from './plan.ts';
import { policySection } from './policy.ts';
import { releaseSection } from './release.ts';
import {
  readSource,
  type DossierLine,
  type DossierSection,
  type DossierSource,
  type Withheld,
} from './source.ts';

/** The sections of a dossier in the order in which they are read. A new one is a file of its own and a line here. */
const sections = {
  release: releaseSection,
  changes: changesSection,
  checks: checksSection,
  approvals: approvalsSection,
  risk: riskSection,
  gates: gatesSection,
  waivers: waiversSection,
  tasks: tasksSection,
  postponements: postponementsSection,
  breakGlass: breakGlassSection,
  amendments: amendmentsSection,
  calendar: calendarSection,
  acts: actsSection,
  deployments: deploymentsSection,
  measurements: measurementsSection,
  analysis: analysisSection,
  rollback: rollbackSection,
  plan: planSection,
  policy: policySection,
  log: logSection,
} satisfies Record<string, (source: DossierSource) => DossierSection | Promise<DossierSection>>;

type Sections = { [Name in keyof typeof sections]: Awaited<ReturnType<(typeof sections)[Name]>> };

/** Everybody who is named in the dossier, so that it can be read when nobody knows the ids any more. */
interface DossierPerson {
  id: string;
  name: string;
  team?: string;
  roles: string[];
}

/**
 * Everything about one release: stands alone, and says the same as long as the release does not change. With `withheld` it is what a reader is
 * told who may not know of absences.
 */
export interface DossierDocument extends Sections {
  schema: 'gantry/dossier';
  v: 1;
  zone: string;
  withheld?: 'absences';
  people: DossierPerson[];
}

/** The document with the SHA-256 of its canonical JSON (RFC 8785) beside it. */
export interface Dossier {
  sha256: string;
  document: DossierDocument;
}

/**
 * Reads the dossier of a release from the record. Decimals are text in it, so that it has one canonical form. `tellsAbsences: false` leaves out who
 * was away, and the text of the entries that tell it; with `services`, which are all that the reader may see, the names of other releases that
 * held the lock.
 */
export async function readDossier(
  db: Db,
  view: ReleaseView,
  {
    tellsAbsences = true,
    services,
  }: { tellsAbsences?: boolean; services?: readonly string[] | undefined } = {},
): Promise<Dossier> {
  const named = <T>(told: T): T => (services === undefined ? told : withoutOthers(told, services));
  const told = <T>(whole: T): T => named(tellsAbsences ? whole : withoutAbsences(whole));
  const read = await readSource(db, view);
  const lines = tellsAbsences ? read.lines : read.lines.map(without('absences', withoutAbsences));
  const source = { ...read, lines: services === undefined ? lines : lines.map(without('others', named)) };
  const built: [string, DossierSection][] = [];
  for (const [name, build] of Object.entries(sections)) built.push([name, await build(source)]);
  const whole = {
    schema: 'gantry/dossier',
    v: 1,
    zone: source.policy?.policy.organisation.zone ?? 'UTC',
    ...Object.fromEntries(built),
  };
  const shown = { ...told(whole), ...(tellsAbsences ? {} : { withheld: 'absences' }) };
  const document = canonicalFacts({
    ...shown,
    people: peopleIn(shown, { ...source, entries: told(source.entries) }),
  }) as DossierDocument;
  return { sha256: sha256(canonicalText(document)), document };
}

/** A text that is hashed is shown whole or not at all. */
const without =
  (withheld: Withheld, told: (entry: unknown) => unknown) =>
  (line: DossierLine): DossierLine => {
    const { body, ...proof } = line;
    if (body === undefined) return line;
    const entry = JSON.parse(body) as unknown;
    const isSame = canonicalText(told(entry)) === canonicalText(entry);
    return isSame ? line : { ...proof, withheld };
  };

/** Without addresses: a dossier travels, and names are enough to know who it was. */
function peopleIn(document: unknown, { policy, entries }: DossierSource): DossierPerson[] {
  const named = new Set<string>();
  collect([document, entries], named);
  return (policy?.policy.people ?? [])
    .filter(({ id }) => named.has(id))
    .map(({ id, name, team, roles }) => ({ id, name, ...(team === undefined ? {} : { team }), roles }));
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') into.add(value);
  else if (Array.isArray(value)) value.forEach((item) => collect(item, into));
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) collect(item, into);
}
