import { sha256 } from '../../platform/ids.ts';

/**
 * The optional script of the release page, at most 6 kB: it follows the event stream, offers the new state where the reader
 * is in a form, and else shows it, with one announcement in five seconds. Without it the page has a refresh link.
 */
export const liveScript = `'use strict';
(() => {
  const main = document.querySelector('[data-live]');
  const said = document.getElementById('announcement');
  if (!main || !said || !window.EventSource) return;
  const stream = new EventSource(main.dataset.live);
  let pending = false;
  let timer;
  const inForm = () => {
    const at = document.activeElement;
    return Boolean(main.querySelector('details[open] form')) || (at && at.closest && at.closest('form') && main.contains(at));
  };
  const show = async () => {
    timer = undefined;
    if (inForm()) {
      said.textContent = 'This release has changed. Refresh the page to see it.';
      return;
    }
    pending = false;
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of main.querySelectorAll('[data-part]')) {
      const fresh = next.querySelector('[data-part="' + part.dataset.part + '"]');
      if (!fresh || fresh.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
      const open = [...part.querySelectorAll('details')].map((one) => one.open);
      part.innerHTML = fresh.innerHTML;
      part.querySelectorAll('details').forEach((one, index) => { if (open[index]) one.open = true; });
    }
    const headline = main.querySelector('[data-headline]');
    if (headline && said.textContent !== headline.textContent) said.textContent = headline.textContent;
    if (pending) plan();
  };
  const plan = () => {
    pending = true;
    if (timer === undefined) timer = setTimeout(() => { show().catch(() => {}); }, 1000);
  };
  stream.addEventListener('changed', plan);
  stream.addEventListener('entry', plan);
  stream.addEventListener('ended', () => { plan(); stream.close(); });
})();
`;

export const liveScriptPath = `/static/live.${sha256(liveScript).slice(0, 12)}.js`;
