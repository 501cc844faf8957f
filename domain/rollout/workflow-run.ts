/** The parts of a run of GitHub Actions that tell whose it is and how it goes (REST API, version 2022-11-28). */
export interface RunShape {
  id: number;
  name?: string | null;
  display_title?: string;
  status: string | null;
  conclusion?: string | null;
  html_url?: string;
}

export interface RunReading {
  state: 'done' | 'failed' | 'running';
  because: string;
}

/** How far a run is. Only `success` is done: what was skipped or is neutral has done nothing that a release could count on. */
export function readRun({ status, conclusion, html_url: url }: RunShape): RunReading {
  const where = url === undefined ? '' : ` (${url})`;
  if (status !== 'completed') return { state: 'running', because: `the run ${runningWords(status)}${where}` };
  if (conclusion === 'success') return { state: 'done', because: `the run succeeded${where}` };
  return { state: 'failed', because: `the run ${endWords(conclusion ?? 'without a conclusion')}${where}` };
}

function runningWords(status: string | null): string {
  switch (status) {
    case 'waiting':
      return 'waits for a review in GitHub';
    case 'action_required':
      return 'waits for somebody who lets it run in GitHub';
    case 'queued':
    case 'requested':
    case 'pending':
      return 'waits for a runner of GitHub Actions';
    case 'in_progress':
      return 'is under way';
    default:
      return `is ${status ?? 'in no state'}`;
  }
}

const ends: Record<string, string> = {
  failure: 'failed',
  cancelled: 'was cancelled in GitHub',
  timed_out: 'took longer than its workflow allows',
  skipped: 'was skipped: no job of it did anything',
  startup_failure: 'could not be started: its workflow file has a mistake',
};
const endWords = (conclusion: string): string => ends[conclusion] ?? `ended with "${conclusion}"`;

/** Characters of an operation id: next to it they make another id, as `apply+1` and `apply+10`. */
const idCharacter = /[A-Za-z0-9._+-]/;

/** Whether a run says in its name that it is of this operation. */
export const isRunOf = ({ name, display_title: title }: RunShape, operationId: string): boolean =>
  [title, name].some((text) => typeof text === 'string' && names(text, operationId));

function names(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + id.length] ?? ' ';
    if (!idCharacter.test(before) && !idCharacter.test(after)) return true;
  }
  return false;
}

/** Whether a run says that it is of one of the operations whose ids begin so. */
export const beginsOperation = (run: RunShape, beginning: string): boolean =>
  [run.display_title, run.name].some(
    (text) =>
      typeof text === 'string' && text.split(/[^A-Za-z0-9._+-]+/).some((word) => word.startsWith(beginning)),
  );
