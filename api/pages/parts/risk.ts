import { dutyText } from '../../../domain/risk/duties.ts';
import type { RiskBand } from '../../../domain/risk/model.ts';
import type { RiskSnapshot } from '../../../domain/risk/snapshot.ts';
import { factorName, heaviestFirst, pointsText } from '../../../domain/risk/words.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { word } from './words.ts';

const tones = { low: 'good', moderate: 'wait', high: 'bad', veryHigh: 'bad' } as const satisfies Record<
  RiskBand,
  string
>;

/** Risk as reasons: what adds to it, heaviest first, what that rests on, what is unknown, and what it asks for. */
export function riskReasons(risk: RiskSnapshot): SafeHtml {
  const unknown = risk.factors.filter(({ state }) => state === 'unknown').length;
  return html`<p>
      ${word(pointsText(risk), tones[risk.band])}${
        unknown > 0
          ? html` <span class="quiet">${unknown} of ${risk.factors.length} factors unknown</span>`
          : undefined
      }
    </p>
    ${risk.blockers.map(({ because, remedy }) => html`<p>${word('blocked', 'bad')} ${because} ${remedy}</p>`)}
    <ul class="plain">
      ${heaviestFirst(risk.factors).map(
        ({ factor, points, cap, sentence, evidence }) =>
          html`<li>
            <strong>${factorName(factor)}</strong> ${points} of ${cap}: ${oneLine(sentence)}${
              evidence.length === 0
                ? undefined
                : html`<br /><span class="small quiet">${evidence.map((line) => oneLine(line)).join('; ')}</span>`
            }
          </li>`,
      )}
    </ul>
    ${risk.duties.length === 0 ? undefined : html`<p class="small">${risk.duties.map(dutyText).join(' ')}</p>`}`;
}
