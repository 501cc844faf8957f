import type { Component } from '../../domain/release/release.ts';
import { usageProblem } from '../problem.ts';

interface Flags {
  component?: string[];
  digest?: string;
  ref?: string;
}

/**
 * The components that a command line names: pairs of words, `svc@ver` words, or both.
 * @throws CliProblem USAGE
 */
export function readComponents(words: readonly string[], flags: Flags): Component[] {
  const components = [...pairs(words), ...(flags.component ?? []).map(joined)];
  const [first, ...others] = components;
  if (!first)
    throw usageProblem('No service was named.', 'Name at least one: gantry release create shop 1.4.0');
  if (flags.digest === undefined && flags.ref === undefined) return components;
  if (others.length > 0) {
    throw usageProblem(
      '--digest and --ref belong to one component, and several were named.',
      'Send several components with `gantry call POST /v1/releases --data …`.',
    );
  }
  return [
    {
      ...first,
      ...(flags.digest === undefined ? {} : { digest: flags.digest }),
      ...(flags.ref === undefined ? {} : { ref: flags.ref }),
    },
  ];
}

function pairs(words: readonly string[]): Component[] {
  const components: Component[] = [];
  for (let rest = [...words]; rest.length > 0;) {
    const [service = '', version, ...others] = rest;
    if (service.includes('@')) {
      components.push(joined(service));
      rest = rest.slice(1);
      continue;
    }
    if (version === undefined) {
      throw usageProblem(
        `The service ${service} has no version.`,
        `Write the version behind it: gantry release create ${service} 1.4.0`,
      );
    }
    components.push({ service, version });
    rest = others;
  }
  return components;
}

function joined(word: string): Component {
  const [service = '', version = '', ...more] = word.split('@');
  if (service !== '' && version !== '' && more.length === 0) return { service, version };
  throw usageProblem(`"${word}" does not name a service and its version.`, 'Write it as shop@1.4.0.');
}
