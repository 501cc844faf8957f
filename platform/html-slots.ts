import { isCode, read, type State } from './html-reader.ts';

/** Where an insertion stands. `begins`: nothing before it fixes the scheme of the address, so the value itself is checked. */
export type Slot =
  | { place: 'text' }
  | { place: 'betweenAttributes' }
  | { place: 'attribute' }
  | { place: 'url'; begins: boolean };

const urlAttributes = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'poster',
  'cite',
  'data',
  'ping',
  'background',
]);

/**
 * Reads the fixed parts of a template and says where each insertion stands.
 * @throws TypeError for a place that escaping cannot make safe.
 */
export function lex(strings: readonly string[]): Slot[] {
  const slots: Slot[] = [];
  let state: State = { in: 'text' };
  for (const [index, part] of strings.entries()) {
    state = read(state, part);
    if (index === strings.length - 1) break;
    slots.push(slotAt(state, part));
    if (state.in === 'quoted') state = { ...state, before: `${state.before}\u0000` };
  }
  if (state.in !== 'text') throw new TypeError(`The template ends inside a ${state.in}`);
  return slots;
}

function slotAt(state: State, part: string): Slot {
  if (state.in === 'text') return { place: 'text' };
  if (state.in === 'quoted') return valueSlot(state);
  // The space keeps `<input${…}` from growing the tag name; the attribute brings its own.
  const isInOpenTag =
    (state.in === 'tag' && !state.closing) ||
    (state.in === 'tagName' && !state.closing && state.name !== '' && !isCode(state.name));
  if (isInOpenTag) return { place: 'betweenAttributes' };
  throw new TypeError(`An insertion may not stand in a ${state.in}: …${part.slice(-40)}`);
}

function valueSlot({ name, before }: Extract<State, { in: 'quoted' }>): Slot {
  if (isCodeAttribute(name)) throw new TypeError(`An insertion may not stand in the attribute ${name}`);
  if (!urlAttributes.has(name)) return { place: 'attribute' };
  const isFixed = fixesScheme(before);
  if (!isFixed && before !== '')
    throw new TypeError(`An insertion may not continue the beginning of an address: ${name}="${before}…`);
  return { place: 'url', begins: !isFixed };
}

const isCodeAttribute = (name: string): boolean =>
  name.startsWith('on') || ['style', 'srcdoc', 'srcset'].includes(name);

/** Whether what stands before an insertion leaves it no say in the scheme of the address. */
const fixesScheme = (before: string): boolean =>
  before.split('\u0000').some((piece) => /[/?#]/.test(piece)) || /^(https?|mailto):/i.test(before);
