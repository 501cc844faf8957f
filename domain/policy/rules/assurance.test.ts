import { describe, expect, test } from '@jest/globals';
import type { Assurance } from '../../gates/approvals/assurance.ts';
import { findUnprovableLevels } from './assurance.ts';

const policy = (stage: Assurance, ...rules: (Assurance | undefined)[]) => ({
  pipelines: {
    web: [
      { environment: 'staging', approval: { assurance: 'link' as const }, approvals: [{ role: 'qa' }] },
      {
        environment: 'production',
        approval: { assurance: stage },
        approvals: rules.map((assurance) => ({ role: 'qa', assurance })),
      },
    ],
  },
});

describe('without a provider to sign in at', () => {
  test.each<[Assurance, (Assurance | undefined)[], string[]]>([
    ['link', [undefined], []],
    ['link+code', ['link', 'link+code'], []],
    ['login', [undefined], ['pipelines.web.1.approval.assurance']],
    ['reauth', [], ['pipelines.web.1.approval.assurance']],
    ['link', ['link', 'login'], ['pipelines.web.1.approvals.1.assurance']],
    ['login', ['reauth'], ['pipelines.web.1.approval.assurance', 'pipelines.web.1.approvals.0.assurance']],
  ])('%s, with rules that say %j, is wrong at %j', (stage, rules, places) => {
    const mistakes = findUnprovableLevels(policy(stage, ...rules));
    expect(mistakes.map(({ path }) => path.join('.'))).toEqual(places);
    for (const mistake of mistakes) expect(mistake.code).toBe('ASSURANCE_NEEDS_PROVIDER');
  });
});
