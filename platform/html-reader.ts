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

export const isCode = (element: string): boolean => codeElements.has(element);

/** Where a reader of HTML is. */
export type State =
  | { in: 'text' }
  | { in: 'code'; element: string }
  | { in: 'comment' }
  | { in: 'tagName'; name: string; closing: boolean }
  | { in: 'tag'; name: string; closing: boolean }
  | { in: 'attributeName'; tag: string; name: string }
  | { in: 'afterEquals'; tag: string; name: string }
  | { in: 'unquoted'; tag: string; name: string }
  | { in: 'quoted'; tag: string; name: string; quote: string; before: string };

/** The state in which a fixed part of a template leaves its reader. */
export function read(start: State, part: string): State {
  let state = start;
  let at = 0;
  while (at < part.length) {
    const [next, used] = step(state, part, at);
    state = next;
    at += used;
  }
  return state;
}

/** The state after a step, and how many characters it took. */
type Step = [State, number];

/** One step from each state. `part` is read at `at`. */
const steps: { [In in State['in']]: (state: Extract<State, { in: In }>, part: string, at: number) => Step } =
  {
    text: (_, part, at) => {
      if (part.startsWith('<!--', at)) return [{ in: 'comment' }, 4];
      if (part.charAt(at) !== '<') return [{ in: 'text' }, 1];
      if (part.charAt(at + 1) === '/') return [{ in: 'tagName', name: '', closing: true }, 2];
      if (part.charAt(at + 1) === '!') return [{ in: 'tag', name: '!', closing: false }, 2];
      return [{ in: 'tagName', name: '', closing: false }, 1];
    },
    comment: (state, part, at) => (part.startsWith('-->', at) ? [{ in: 'text' }, 3] : [state, 1]),
    code: (state, part, at) => {
      const end = `</${state.element}`;
      const ends = part.slice(at, at + end.length).toLowerCase() === end;
      return ends ? [{ in: 'tag', name: state.element, closing: true }, end.length] : [state, 1];
    },
    tagName: (state, part, at) => {
      const character = part.charAt(at);
      return /[A-Za-z0-9-]/.test(character)
        ? [{ ...state, name: state.name + character.toLowerCase() }, 1]
        : [{ in: 'tag', name: state.name, closing: state.closing }, 0];
    },
    tag: (state, part, at) => {
      const character = part.charAt(at);
      if (character === '>') return [afterTag(state), 1];
      return /[\s/]/.test(character) ? [state, 1] : [{ in: 'attributeName', tag: state.name, name: '' }, 0];
    },
    attributeName: (state, part, at) => {
      const character = part.charAt(at);
      if (character === '=') return [{ in: 'afterEquals', tag: state.tag, name: state.name }, 1];
      if (/[\s/>]/.test(character)) return [backInTag(state), 0];
      return [{ ...state, name: state.name + character.toLowerCase() }, 1];
    },
    afterEquals: (state, part, at) => {
      const character = part.charAt(at);
      const { tag, name } = state;
      if (/\s/.test(character)) return [state, 1];
      if (character === '"' || character === "'")
        return [{ in: 'quoted', tag, name, quote: character, before: '' }, 1];
      return [{ in: 'unquoted', tag, name }, 0];
    },
    unquoted: (state, part, at) => (/[\s>]/.test(part.charAt(at)) ? [backInTag(state), 0] : [state, 1]),
    quoted: (state, part, at) => {
      const character = part.charAt(at);
      if (character === state.quote) return [backInTag(state), 1];
      return [{ ...state, before: state.before + character }, 1];
    },
  };

function step(state: State, part: string, at: number): Step {
  // each takes its own state, as the type of the table says
  const take = steps[state.in] as (state: State, part: string, at: number) => Step;
  return take(state, part, at);
}

const backInTag = ({ tag }: { tag: string }): State => ({ in: 'tag', name: tag, closing: false });

const afterTag = (tag: { name: string; closing: boolean }): State =>
  !tag.closing && isCode(tag.name) ? { in: 'code', element: tag.name } : { in: 'text' };
