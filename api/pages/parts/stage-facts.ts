import { ruleName } from '../../../domain/gates/approvals/electorate.ts';
import type { StagePlan } from '../../../domain/release/plan.ts';
import type { ApprovalView, Change, CheckView, ReleaseView } from '../../../domain/release/release.ts';
import type { NameOf } from '../../../domain/release/names.ts';
import { byImportance } from '../../../domain/release/changes.ts';
import { exceptionInWords } from '../../../domain/release/stage-words.ts';
import { conditionInWords } from '../../../platform/condition-words.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { checkWord, word } from './words.ts';
import { time } from './time.ts';

/** Checks with their outcome in words; `outputOf` gives the address of a check's output where the reader may see it. */
export function checksList(
  checks: readonly CheckView[],
  nameOf: NameOf,
  outputOf?: (resultId: string) => string,
): SafeHtml {
  if (checks.length === 0) return html`<p class="quiet">This stage has no checks.</p>`;
  return html`<ul class="plain">
    ${checks.map(
      (check) =>
        html`<li>
          <strong>${check.id}</strong>
          <span class="quiet">${check.service}</span> ${checkWord(check.outcome)}${
            check.required ? undefined : html` <span class="quiet">not required</span>`
          }${exception(check, nameOf)}${check.summary === '' ? undefined : html`<br />${oneLine(check.summary)}`}${counts(check)}${
            check.resultId !== undefined && outputOf
              ? html` <a href="${outputOf(check.resultId)}">Output of ${check.id}</a>`
              : undefined
          }
        </li>`,
    )}
  </ul>`;
}

/** Text of whoever gave it: one line, never markup. */
function exception(check: CheckView, nameOf: NameOf): SafeHtml | undefined {
  const words = exceptionInWords(check, nameOf);
  return words === undefined ? undefined : html`<br /><strong>${oneLine(words)}</strong>`;
}

function counts({ counts: tests, findings }: CheckView): SafeHtml | undefined {
  const facts = [
    ...(tests ? [`${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`] : []),
    ...(findings ? [`${findings.error} errors, ${findings.warning} warnings, ${findings.note} notes`] : []),
  ];
  return facts.length === 0 ? undefined : html`<br /><span class="small quiet">${facts.join('; ')}</span>`;
}

const kindNames: Record<Change['kind'], string> = {
  breaking: 'Breaking',
  security: 'Security',
  feature: 'Features',
  fix: 'Fixes',
  performance: 'Performance',
  operations: 'Operations',
  other: 'Other',
};

/** The change list, grouped by kind, breaking first. Titles are text of strangers: one line each, never markup. */
export function changesList({ changes }: Pick<ReleaseView, 'changes'>): SafeHtml {
  if (changes.count === 0) return html`<p class="quiet">No change list is known for this version.</p>`;
  const shown = byImportance(changes.top);
  const kinds = [...new Set(shown.map((change) => change.kind))];
  const left = changes.count - shown.length;
  return html`${kinds.map(
    (kind) =>
      html`<h3>${kindNames[kind]}</h3>
        <ul>
          ${shown
            .filter((change) => change.kind === kind)
            .map(
              (change) =>
                html`<li>
                  ${change.scope === undefined ? undefined : html`<strong>${change.scope}:</strong> `}${oneLine(change.title, 200)}
                  <span class="quiet"
                    >by
                    ${oneLine(change.author, 80)}${
                      change.mark === 'returns'
                        ? ', shipped before and rolled back'
                        : change.mark === 'removed'
                          ? ', leaves again'
                          : ''
                    }</span
                  >
                </li>`,
            )}
        </ul>`,
  )}${left > 0 ? html`<p class="quiet">and ${left} more</p>` : undefined}`;
}

interface Others {
  plan?: StagePlan | undefined;
  approval: ApprovalView | undefined;
  zone: string;
  nameOf: (person: string) => string;
}

/** Who was asked, who has answered and with what words, and who may not answer and why. */
export function othersList({ plan, approval, zone, nameOf }: Others): SafeHtml {
  const votes = approval?.votes ?? [];
  const asked = (approval?.asked ?? plan?.candidates.map((one) => one.id) ?? []).filter(
    (id) => !votes.some((vote) => vote.person === id),
  );
  const excluded = approval?.excluded ?? plan?.excluded ?? [];
  return html`<ul class="plain">
      ${seatsOf(plan, approval).map((seat) => html`<li>${seat.rule}: <strong>${seat.filled} of ${seat.atLeast}</strong></li>`)}
    </ul>
    <ul class="plain">
      ${votes.map(
        (vote) =>
          html`<li>
            ${nameOf(vote.person)}
            ${vote.choice === 'approve' ? word('approved', 'good') : word('rejected', 'bad')}
            <span class="quiet"
              >${time(vote.at, zone)}${
                vote.via === 'signal' ? ', by a signal in Temporal (identity not proven)' : ''
              }</span
            >${vote.comment === undefined ? undefined : html`<br />“${oneLine(vote.comment, 2_000)}”`}${(vote.conditions ?? []).map((condition) => html`<br />Under a condition: ${conditionInWords(condition, { zone, nameOf })}`)}
          </li>`,
      )}${asked.map((id) => html`<li>${nameOf(id)} <span class="quiet">was asked, has not answered</span></li>`)}${excluded.map(
        (entry) =>
          html`<li>${nameOf(entry.person)} <span class="quiet">may not vote: ${entry.because}</span></li>`,
      )}
    </ul>`;
}

const seatsOf = (
  plan: StagePlan | undefined,
  approval: ApprovalView | undefined,
): { rule: string; filled: number; atLeast: number }[] =>
  approval && approval.seats.length > 0
    ? approval.seats
    : (plan?.rules ?? []).map((rule) => ({
        rule: ruleName(rule, plan?.candidates ?? []),
        filled: 0,
        atLeast: rule.atLeast,
      }));
