import { cellsOf, seenInWords, type Cell, type ScaleRow } from '../../domain/analysis/scale.ts';
import { numberText } from '../../domain/analysis/number-text.ts';
import { html, render, type SafeHtml } from '../../platform/html.ts';
import { piece, told, type Letter, type LetterSection, type Row } from './letter.ts';

/** The HTML part: one column of at most 600 px, inline styles, readable in light and dark, nothing fetched from anywhere. */
export function letterHtml(letter: Letter): string {
  return `<!doctype html>\n${render(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${piece(letter.subject)}</title>
        ${darkStyle}
      </head>
      <body class="page" style="margin:0;padding:0;background:#eef0f3;">
        <div style="display:none;max-height:0;overflow:hidden;">${piece(letter.preheader)}</div>
        <div role="main"><table
          role="presentation"
          class="page"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          style="background:#eef0f3;"
        >
          <tr>
            <td align="center" style="padding:16px 8px;">
              <table
                role="presentation"
                class="card"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                style="max-width:600px;background:#ffffff;color:#1b1f24;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;border-radius:8px;"
              >
                <tr>
                  <td style="padding:24px 20px 8px 20px;">${headline(letter)}${letter.opening.slice(1).map(paragraph)}</td>
                </tr>
                ${letter.button && button(letter.button)}
                ${letter.sections.map(
                  (section) =>
                    html`<tr>
                      <td style="padding:8px 20px;">${sectionHtml(section)}</td>
                    </tr>`,
                )}
                <tr>
                  <td
                    class="quiet line"
                    style="padding:12px 20px 20px 20px;border-top:1px solid #d5d9df;color:#555d68;font-size:14px;"
                  >
                    ${letter.links.map((link) => html`<p style="margin:0 0 8px 0;">${link.sentence}<br /><a class="link" href="${link.url}" style="color:#0b57b8;word-break:break-all;">${link.url}</a></p>`)}
                    ${letter.closing.map((sentence) => html`<p style="margin:0 0 8px 0;">${piece(sentence)}</p>`)}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table></div>
      </body>
    </html>`,
  )}`;
}

/** What inline styles cannot say: colours for programs that show mail in the dark. */
const darkStyle = html`<style>
  :root {
    color-scheme: light dark;
  }
  @media (prefers-color-scheme: dark) {
    .page {
      background: #15181c !important;
    }
    .card {
      background: #1e2227 !important;
      color: #e6e9ed !important;
    }
    .quiet {
      color: #b3bac3 !important;
    }
    .line {
      border-color: #3a414a !important;
    }
    .link {
      color: #8fb8ff !important;
    }
    .empty {
      background: #3a414a !important;
    }
    .band {
      background: #5b6b82 !important;
    }
    .mark {
      background: #e6e9ed !important;
    }
  }
</style>`;

const valueOf = ({ value, isTold }: Row): string => (isTold ? told(value) : piece(value));

/** What happened or is asked: the heading of the mail, which screen readers go to first. */
const headline = ({ opening: [first = ''] }: Letter): SafeHtml =>
  html`<h1 style="margin:0 0 12px 0;font-size:17px;line-height:1.4;font-weight:600;">${told(first)}</h1>`;

const paragraph = (text: string): SafeHtml => html`<p style="margin:0 0 12px 0;">${told(text)}</p>`;

/** The address stands bare under the button, for programs that show no buttons and for people who distrust them. */
const button = (of: NonNullable<Letter['button']>): SafeHtml =>
  html`<tr>
    <td style="padding:8px 20px 12px 20px;">
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0">
        <tr>
          <td align="center" style="background:#0b57b8;border-radius:6px;">
            <a
              href="${of.url}"
              style="display:block;padding:13px 16px;min-height:22px;color:#ffffff;font-weight:600;text-decoration:none;"
              >${of.label}</a
            >
          </td>
        </tr>
      </table>
      <p class="quiet" style="margin:10px 0 0 0;color:#555d68;font-size:14px;">
        ${of.introduction}<br /><a class="link" href="${of.url}" style="color:#0b57b8;word-break:break-all;"
          >${of.url}</a
        >
      </p>
    </td>
  </tr>`;

function sectionHtml(section: LetterSection): SafeHtml {
  if (section.kind === 'facts') {
    return html`<table
      role="presentation"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      style="font-size:15px;"
    >
      ${section.rows.map(
        (row) =>
          html`<tr>
            <td class="quiet" valign="top" style="padding:3px 12px 3px 0;color:#555d68;width:28%;">
              ${row.label}
            </td>
            <td valign="top" style="padding:3px 0;overflow-wrap:anywhere;word-break:break-word;">
              ${valueOf(row)}
            </td>
          </tr>`,
      )}
    </table>`;
  }
  if (section.kind === 'scale') return scaleHtml(section);
  return html`<p style="margin:4px 0;font-weight:600;">${section.title}</p>
    <ul style="margin:0 0 4px 0;padding-left:20px;font-size:15px;">
      ${section.items.map(
        (item) => html`<li style="overflow-wrap:anywhere;word-break:break-word;">${piece(item)}</li>`,
      )}
    </ul>
    ${section.more === undefined ? undefined : html`<p class="quiet" style="margin:0 0 4px 0;color:#555d68;font-size:14px;">${section.more}</p>`}`;
}

/** Two in a hundred each: widths stay whole numbers. */
const cells = 50;
const colours: Readonly<Record<Cell, string>> = { mark: '#1b1f24', band: '#9db2d1', empty: '#e3e6ea' };

/** A table with widths and colours of its cells, which every mail program shows; each row has its numbers in words beside it. */
function scaleHtml({
  title,
  scale: { low, high, rows },
}: Extract<LetterSection, { kind: 'scale' }>): SafeHtml {
  return html`<p class="quiet" style="margin:0 0 4px 0;color:#555d68;font-size:14px;">${piece(title)}, from ${numberText(low)} to ${numberText(high)}</p>
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="font-size:14px;line-height:1.35;">
      ${rows.map(
        (row) =>
          html`<tr>
            <td style="padding:3px 10px 3px 0;width:46%;">${piece(row.label)}</td>
            <td style="padding:3px 0;">${bar(row)}</td>
          </tr>`,
      )}
    </table>`;
}

function bar(row: ScaleRow): SafeHtml {
  return html`<table role="img" aria-label="${seenInWords(row)}" width="100%" height="12" cellpadding="0" cellspacing="0" style="table-layout:fixed;height:12px;"><tr>${runsOf(
    cellsOf(row, cells),
  ).map(
    ({ cell, count }) =>
      html`<td class="${cell}" width="${(count * 100) / cells}%" height="12" bgcolor="${colours[cell]}" style="height:12px;font-size:1px;line-height:1px;">&nbsp;</td>`,
  )}</tr></table>`;
}

/** Neighbours that are alike, as one. */
function runsOf(row: readonly Cell[]): { cell: Cell; count: number }[] {
  const runs: { cell: Cell; count: number }[] = [];
  for (const cell of row) {
    const last = runs.at(-1);
    if (last?.cell === cell) last.count += 1;
    else runs.push({ cell, count: 1 });
  }
  return runs;
}
