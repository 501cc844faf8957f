import type { RolloutView } from '../../../domain/release/release.ts';
import type { TargetState } from '../../../domain/rollout/view.ts';
import { runsWhere } from '../../../domain/rollout/where.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { time } from './time.ts';

/** What every target of a component has: the table that is read when a part of them failed. */
export function targetTable(one: RolloutView, environment: string, zone: string): SafeHtml | undefined {
  const { targets, service } = one;
  if (!targets) return undefined;
  const runs = runsWhere(one);
  return html`<div
    class="wide"
    role="region"
    aria-label="Targets of ${service} in ${environment}"
    tabindex="0"
  >
    <table>
      <caption>
        Targets of ${service} in ${environment}
      </caption>
      <thead>
        <tr>
          <th scope="col">Target</th>
          <th scope="col">State</th>
          <th scope="col">Runs</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        ${targets.map(
          (target, index) =>
            html`<tr>
              <th scope="row">${target.name}</th>
              <td>${targetWords[target.state]}</td>
              <td>${oneLine(runs[index]?.runs ?? '')}</td>
              <td>${target.at === undefined ? undefined : time(target.at, zone)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const targetWords: Record<TargetState, string> = {
  pending: 'not touched',
  applying: 'being deployed to',
  done: 'done',
  failed: 'failed',
  unknown: 'unknown: a person must look',
  undoing: 'being undone',
  undone: 'undone',
  undoFailed: 'undo failed',
  doneByHand: 'undone by hand',
  left: 'left as it is',
};
