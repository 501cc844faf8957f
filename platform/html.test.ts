import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attribute, html, isSafeUrl, raw, render, type SafeHtml } from './html.ts';

/** A template as JavaScript would hand it over, so that wrong ones can be listed. */
function template(...parts: string[]): TemplateStringsArray {
  return Object.assign([...parts], { raw: parts });
}

describe('what is inserted', () => {
  test('text is escaped in text and in quoted attributes', () => {
    const hostile = `<img src=x onerror="alert('1')">&\``;
    expect(render(html`<p title="${hostile}">${hostile}</p>`)).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&#96;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&#96;</p>',
    );
  });

  test('no text whatever can open a tag or leave its attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = render(html`<p title="${text}">${text}</p>`);
        const inner = shown.slice('<p title="'.length, -'</p>'.length);
        expect(inner.split('">')).toHaveLength(2);
        expect(inner.replace('">', '')).not.toMatch(/[<>"'`]/);
      }),
    );
  });

  test('markup made by html stays markup, lists are joined, nothing shows nothing', () => {
    const item = (name: string): SafeHtml => html`<li>${name}</li>`;
    expect(render(html`<ul>${['a', '<b>'].map(item)}${undefined}${null}${false}${true}${0}</ul>`)).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
  });

  test('markup does not fit into an attribute', () => {
    expect(() => html`<p title="${raw('"x')}"></p>`).toThrow(TypeError);
  });

  test('a whole attribute is there or not', () => {
    expect(
      render(
        html`<button ${attribute('disabled', true)}${attribute('value', 'a"b')}${attribute('hidden', false)}>x</button>`,
      ),
    ).toBe('<button  disabled value="a&quot;b">x</button>');
  });

  test.each(['onclick', 'style', 'href', 'x y', 'A'])('an attribute named %j is refused', (name) => {
    expect(() => attribute(name, 'v')).toThrow(TypeError);
  });
});

describe('addresses', () => {
  test.each([
    'https://a.test/x',
    'http://a.test',
    'mailto:a@b.test',
    '/releases',
    '?a=1',
    '#top',
    'x.json',
    '',
  ])('%j is shown', (address) => {
    expect(render(html`<a href="${address}">x</a>`)).not.toContain('refused');
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.test',
    '/\\evil.test',
    'file:///etc/passwd',
  ])('%j is replaced', (address) => {
    expect(isSafeUrl(address)).toBe(false);
    expect(render(html`<a href="${address}">x</a>`)).toBe('<a href="#refused-address">x</a>');
  });

  test('what follows a fixed beginning is only escaped', () => {
    expect(render(html`<a href="/releases/${'javascript:"x'}?a=${'b'}">x</a>`)).toBe(
      '<a href="/releases/javascript:&quot;x?a=b">x</a>',
    );
  });
});

describe('templates that escaping cannot make safe are refused when they are built', () => {
  test.each([
    ['script', ['<script>let a = "', '"</script>']],
    ['style', ['<style>a{color:', '}</style>']],
    ['comment', ['<!-- ', ' -->']],
    ['tag name', ['<', '>x</p>']],
    ['closing tag', ['<p>x</', '>']],
    ['attribute name', ['<p data-', '="x">']],
    ['unquoted attribute', ['<p class=', '>']],
    ['end of an unquoted attribute', ['<p class=a', '>']],
    ['event handler', ['<p onclick="', '">']],
    ['style attribute', ['<p style="', '">']],
    ['srcdoc', ['<iframe srcdoc="', '"></iframe>']],
    ['half a scheme', ['<a href="java', '">x</a>']],
    ['scheme in two pieces', ['<a href="', '', '">x</a>']],
    ['open tag at the end', ['<p>', '<p class="a']],
  ])('%s', (_place, parts) => {
    expect(() => html(template(...parts), ...parts.slice(1).map(() => 'x'))).toThrow(TypeError);
  });
});

test('raw() is used only where this list says so', () => {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/(?<!\.test)\.ts$/.test(entry.name) && /(?<![.\w])raw\(/.test(readFileSync(path, 'utf8')))
        found.push(path);
    }
  };
  for (const room of ['api', 'activities', 'platform', 'cli', 'worker']) walk(room);
  expect(found.sort()).toEqual([]);
});
