import { isQuarantined, quarantinedName, type Quarantine } from '../domain/gates/quarantine/evaluate.ts';
import { isTerminal } from '../domain/release/state.ts';
import type { QuarantineChangedMessage } from './contract.ts';
import type { ReleaseRun } from './run.ts';

/** The ban as this release goes by it: an older worker may have decided by its name alone. */
function asHeeded(run: ReleaseRun, quarantine: Quarantine): Quarantine {
  if (quarantine.builds === undefined || run.isMended('a-ban-meets-other-names-of-its-build'))
    return quarantine;
  const byName = { ...quarantine };
  delete byName.builds;
  return byName;
}

/**
 * Bans that were read from the record; what has been heard of since is newer. Which builds one is on may have become known since it was met: it
 * is no more than was banned.
 */
export function meetQuarantines(run: ReleaseRun, quarantines: readonly Quarantine[] | undefined): void {
  const known = (run.view.quarantines ?? []).map((one) => {
    const { builds } = quarantines?.find(({ id }) => id === one.id) ?? {};
    return builds === undefined || one.builds !== undefined ? one : asHeeded(run, { ...one, builds });
  });
  const news = (quarantines ?? []).filter(
    ({ id }) => !run.seenQuarantines.has(id) && !known.some((one) => one.id === id),
  );
  if (known.length + news.length > 0)
    run.view.quarantines = [...known, ...news.map((one) => asHeeded(run, one))];
  run.compensations.heedBans();
}

/**
 * A build was quarantined or let out. On the way, a release that carries it is held at its next step until two people have
 * lifted the ban: continuing is not offered (semantics §3, "Quarantine"). Before, its gate is asked again.
 */
export function hearOfQuarantine(run: ReleaseRun, news: QuarantineChangedMessage): void {
  const { revision, isLifted, sentence } = news;
  if (isTerminal(run.view.state) || (run.seenQuarantines.get(news.quarantine.id) ?? 0) >= revision) return;
  const quarantine = asHeeded(run, news.quarantine);
  run.seenQuarantines.set(quarantine.id, revision);
  const others = (run.view.quarantines ?? []).filter(({ id }) => id !== quarantine.id);
  run.view.quarantines = isLifted ? others : [...others, quarantine];
  run.compensations.heedBans();
  for (const stage of run.view.stages) delete stage.standing; // what it would go back to may be another now
  if (run.view.components.some((component) => isQuarantined(quarantine, component))) {
    run.tell('quarantine.met', quarantinedName(quarantine), sentence, {
      facts: { quarantineId: quarantine.id, isLifted },
    });
    if (isLifted) letGo(run, quarantine);
    else stopAtNextStep(run, quarantine);
  }
  run.touch();
  run.refresh();
}

function stopAtNextStep(run: ReleaseRun, quarantine: Quarantine): void {
  const stage = run.view.stages.find(({ environment }) => environment === run.view.stage);
  const isUnderWay = stage?.state === 'deploying' || stage?.state === 'watching';
  const isHeld = run.view.holds.some(({ quarantineId }) => quarantineId === quarantine.id);
  if (!isUnderWay || isHeld || run.stopping) return;
  const reason = `${quarantinedName(quarantine)} is quarantined by ${run.nameOf(quarantine.by)}: "${quarantine.reason}".`;
  run.hold({ by: quarantine.by, reason, kind: 'quarantine', quarantineId: quarantine.id });
  run.notify({
    occasion: `quarantine/${quarantine.id}`,
    kind: 'held',
    to: [...run.plan.onCall, ...run.audience],
    ...(run.view.stage ? { environment: run.view.stage } : {}),
    sentence: `${run.title} is held: ${reason}`,
  });
}

function letGo(run: ReleaseRun, quarantine: Quarantine): void {
  if (!run.lift(({ quarantineId }) => quarantineId === quarantine.id)) return;
  run.tell('hold.lifted', run.title, `${run.title} goes on: its quarantine was lifted.`);
}
