import { html, render, type SafeHtml } from '../../platform/html.ts';
import { oneLine, withoutLinks } from '../../platform/plain-text.ts';
import { longestPiece, type Letter, type LetterSection } from './letter.ts';

/** The HTML part: one column of at most 600 px, inline styles, readable in light and dark, nothing fetched from anywhere. */
export function letterHtml(letter: Letter): string {
  return `<!doctype html>\n${render(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${clean(letter.subject)}</title>
        ${darkStyle}
      </head>
      <body class="page" style="margin:0;padding:0;background:#eef0f3;">
        <div style="display:none;max-height:0;overflow:hidden;">${clean(letter.preheader)}</div>
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
                    ${letter.closing.map((sentence) => html`<p style="margin:0 0 8px 0;">${clean(sentence)}</p>`)}
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
  }
</style>`;

const clean = (text: string): string => withoutLinks(oneLine(text, longestPiece));

/** What happened or is asked: the heading of the mail, which screen readers go to first. */
const headline = ({ opening: [first = ''] }: Letter): SafeHtml =>
  html`<h1 style="margin:0 0 12px 0;font-size:17px;line-height:1.4;font-weight:600;">${clean(first)}</h1>`;

const paragraph = (text: string): SafeHtml => html`<p style="margin:0 0 12px 0;">${clean(text)}</p>`;

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
              ${clean(row.value)}
            </td>
          </tr>`,
      )}
    </table>`;
  }
  return html`<p style="margin:4px 0;font-weight:600;">${section.title}</p>
    <ul style="margin:0 0 4px 0;padding-left:20px;font-size:15px;">
      ${section.items.map(
        (item) => html`<li style="overflow-wrap:anywhere;word-break:break-word;">${clean(item)}</li>`,
      )}
    </ul>
    ${section.more === undefined ? undefined : html`<p class="quiet" style="margin:0 0 4px 0;color:#555d68;font-size:14px;">${section.more}</p>`}`;
}
