import { lex, type Slot } from './html-slots.ts';

const markup: unique symbol = Symbol('markup');

/** Markup that may be shown as it is. Made by `html` and `raw` only. */
export interface SafeHtml {
  readonly [markup]: string;
}

const attributeBrand: unique symbol = Symbol('attribute');

/** One whole attribute, for a place between two attributes. Made by `attribute` only. */
export interface Attribute {
  readonly [attributeBrand]: string;
}

/** What may stand in `${…}`: text is escaped; `undefined`, `null`, `false` and `true` show nothing; lists are joined. */
export type Insertable =
  SafeHtml | Attribute | string | number | boolean | null | undefined | readonly Insertable[];

const slotsOf = new WeakMap<TemplateStringsArray, readonly Slot[]>();

/**
 * HTML with everything in `${…}` escaped for its place (trust §5.3).
 * @throws TypeError when the template itself is unsafe: an insertion in a script, style, comment, tag name or unquoted
 * attribute, which is a defect of the page and not of its facts.
 */
export function html(strings: TemplateStringsArray, ...values: Insertable[]): SafeHtml {
  let slots = slotsOf.get(strings);
  if (!slots) {
    slots = lex(strings);
    slotsOf.set(strings, slots);
  }
  let out = strings[0] ?? '';
  for (const [index, slot] of slots.entries())
    out += insert(slot, values[index]) + (strings[index + 1] ?? '');
  return { [markup]: out };
}

/** Trusts `text` as markup. Every use is listed in a test: it may only take constants and what we rendered ourselves. */
export const raw = (text: string): SafeHtml => ({ [markup]: text });

/** The finished markup, for a reply or a mail. */
export const render = (safe: SafeHtml): string => safe[markup];

/** `attribute('disabled', true)` or `attribute('value', text)`; `false` and `undefined` leave it out. */
export function attribute(name: string, value: string | boolean | undefined): Attribute {
  // Values of these are code or addresses: they need a quoted slot, where they are refused or checked.
  if (!/^[a-z][a-z-]*$/.test(name) || /^on|^(style|srcdoc|href|src|action|formaction)$/.test(name)) {
    throw new TypeError(`attribute() cannot make "${name}"`);
  }
  if (value === undefined || value === false) return { [attributeBrand]: '' };
  return { [attributeBrand]: value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"` };
}

/** Escapes for text and for quoted attributes alike. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** An address of a kind that cannot run script: https, http, mailto, or relative to this site. */
export function isSafeUrl(text: string): boolean {
  // Browsers drop these inside addresses, so `java\nscript:` would pass a plain look at the beginning.
  if (hasControls(text)) return false;
  if (text.startsWith('//') || text.startsWith('/\\')) return false;
  if (/^[/?#]/.test(text) || text === '') return true;
  if (URL.canParse(text)) return ['https:', 'http:', 'mailto:'].includes(new URL(text).protocol);
  return /^[a-z0-9._~-]+(?:[/?#]|$)/i.test(text);
}

const hasControls = (text: string): boolean =>
  Array.from(text).some((character) => character <= ' ' || character === '\u007f');

function insert(slot: Slot, value: Insertable): string {
  switch (slot.place) {
    case 'text':
      return textOf(value);
    case 'betweenAttributes':
      if (isAttribute(value)) return value[attributeBrand];
      throw new TypeError('Only attribute() may stand between the attributes of a tag');
    case 'attribute':
      return escapeHtml(plainOf(value));
    case 'url': {
      const address = plainOf(value);
      if (slot.begins && !isSafeUrl(address)) return '#refused-address';
      return escapeHtml(address);
    }
  }
}

function textOf(value: Insertable): string {
  if (isList(value)) return value.map(textOf).join('');
  if (isAttribute(value)) throw new TypeError('attribute() belongs inside a tag');
  if (isSafe(value)) return value[markup];
  return escapeHtml(plainOf(value));
}

function plainOf(value: Insertable): string {
  if (value === undefined || value === null || typeof value === 'boolean') return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new TypeError('An attribute takes text, not markup or lists');
}

const isList = (value: Insertable): value is readonly Insertable[] => Array.isArray(value);
const isSafe = (value: Insertable): value is SafeHtml =>
  typeof value === 'object' && value !== null && markup in value;
const isAttribute = (value: Insertable): value is Attribute =>
  typeof value === 'object' && value !== null && attributeBrand in value;
