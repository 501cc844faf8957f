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
/** Elements whose content is not HTML: nothing can be escaped for it. */
const codeElements = new Set([
  'script',
  'style',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
  'noscript',
]);

type State =
  | { in: 'text' }
  | { in: 'code'; element: string }
  | { in: 'comment' }
  | { in: 'tagName'; name: string; closing: boolean }
  | { in: 'tag'; name: string; closing: boolean }
  | { in: 'attributeName'; tag: string; name: string }
  | { in: 'afterEquals'; tag: string; name: string }
  | { in: 'unquoted'; tag: string; name: string }
  | { in: 'quoted'; tag: string; name: string; quote: string; before: string };

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
  // The space keeps `<input${…}` from growing the tag name; the attribute brings its own.
  if (state.in === 'tag' && !state.closing) return { place: 'betweenAttributes' };
  if (state.in === 'tagName' && !state.closing && state.name !== '' && !codeElements.has(state.name))
    return { place: 'betweenAttributes' };
  if (state.in !== 'quoted')
    throw new TypeError(`An insertion may not stand in a ${state.in}: …${part.slice(-40)}`);
  if (
    state.name.startsWith('on') ||
    state.name === 'style' ||
    state.name === 'srcdoc' ||
    state.name === 'srcset'
  ) {
    throw new TypeError(`An insertion may not stand in the attribute ${state.name}`);
  }
  if (!urlAttributes.has(state.name)) return { place: 'attribute' };
  const fixed =
    state.before.split('\u0000').some((piece) => /[/?#]/.test(piece)) ||
    /^(https?|mailto):/i.test(state.before);
  if (!fixed && state.before !== '')
    throw new TypeError(
      `An insertion may not continue the beginning of an address: ${state.name}="${state.before}…`,
    );
  return { place: 'url', begins: !fixed };
}

function read(start: State, part: string): State {
  let state = start;
  let at = 0;
  while (at < part.length) {
    const [next, used] = step(state, part, at);
    state = next;
    at += used;
  }
  return state;
}

/** One step: the state after it, and how many characters it took. */
function step(state: State, part: string, at: number): [State, number] {
  const character = part.charAt(at);
  switch (state.in) {
    case 'text':
      return stepText(part, at);
    case 'comment':
      return part.startsWith('-->', at) ? [{ in: 'text' }, 3] : [state, 1];
    case 'code': {
      const end = `</${state.element}`;
      const ends = part.slice(at, at + end.length).toLowerCase() === end;
      return ends ? [{ in: 'tag', name: state.element, closing: true }, end.length] : [state, 1];
    }
    case 'tagName':
      if (/[A-Za-z0-9-]/.test(character))
        return [{ ...state, name: state.name + character.toLowerCase() }, 1];
      return [{ in: 'tag', name: state.name, closing: state.closing }, 0];
    case 'tag':
      if (character === '>') return [afterTag(state), 1];
      return /[\s/]/.test(character) ? [state, 1] : [{ in: 'attributeName', tag: state.name, name: '' }, 0];
    case 'attributeName':
      if (character === '=') return [{ in: 'afterEquals', tag: state.tag, name: state.name }, 1];
      if (/[\s/>]/.test(character)) return [{ in: 'tag', name: state.tag, closing: false }, 0];
      return [{ ...state, name: state.name + character.toLowerCase() }, 1];
    case 'afterEquals':
      if (/\s/.test(character)) return [state, 1];
      if (character === '"' || character === "'")
        return [{ in: 'quoted', tag: state.tag, name: state.name, quote: character, before: '' }, 1];
      return [{ in: 'unquoted', tag: state.tag, name: state.name }, 0];
    case 'unquoted':
      return /[\s>]/.test(character) ? [{ in: 'tag', name: state.tag, closing: false }, 0] : [state, 1];
    case 'quoted':
      if (character === state.quote) return [{ in: 'tag', name: state.tag, closing: false }, 1];
      return [{ ...state, before: state.before + character }, 1];
  }
}

function stepText(part: string, at: number): [State, number] {
  if (part.startsWith('<!--', at)) return [{ in: 'comment' }, 4];
  if (part.charAt(at) !== '<') return [{ in: 'text' }, 1];
  if (part.charAt(at + 1) === '/') return [{ in: 'tagName', name: '', closing: true }, 2];
  if (part.charAt(at + 1) === '!') return [{ in: 'tag', name: '!', closing: false }, 2];
  return [{ in: 'tagName', name: '', closing: false }, 1];
}

const afterTag = (tag: { name: string; closing: boolean }): State =>
  !tag.closing && codeElements.has(tag.name) ? { in: 'code', element: tag.name } : { in: 'text' };
