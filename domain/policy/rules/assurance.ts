import { suffices, type Assurance } from '../../gates/approvals/assurance.ts';
import type { PolicyMistake, PolicyPath } from '../problem.ts';

/** As much of a policy as says how votes are proven. */
export interface AskingPolicy {
  pipelines: Record<
    string,
    readonly {
      environment: string;
      approval: { assurance: Assurance };
      /** `assurance` of a rule that leaves it out is that of its stage. */
      approvals: readonly { role?: string | undefined; assurance?: Assurance | undefined }[];
    }[]
  >;
}

/**
 * Levels that only a sign-in proves, on an installation where nobody can sign in: a mistake of the configuration, and never a
 * reason to ask for less (trust §1.7).
 */
export function findUnprovableLevels({ pipelines }: AskingPolicy): PolicyMistake[] {
  return Object.entries(pipelines).flatMap(([name, stages]) =>
    stages.flatMap(({ approval, approvals, environment }, index) => {
      const at: PolicyPath = ['pipelines', name, index];
      const ofStage = unprovable([...at, 'approval', 'assurance'], approval.assurance, environment);
      const ofRules = approvals.map(({ assurance }, rule) =>
        unprovable([...at, 'approvals', rule, 'assurance'], assurance, environment),
      );
      return [ofStage, ...ofRules].flat();
    }),
  );
}

function unprovable(path: PolicyPath, level: Assurance | undefined, environment: string): PolicyMistake[] {
  if (level === undefined || !suffices(level, 'login')) return [];
  return [
    {
      path: [...path],
      code: 'ASSURANCE_NEEDS_PROVIDER',
      detail: `Approvals of ${environment} ask for "${level}", and no OpenID provider is configured here to sign in at.`,
      remedy:
        'Set OIDC_ISSUER and OIDC_CLIENT_ID where Gantry runs, and where this is checked; or ask for `link` or `link+code`.',
    },
  ];
}
