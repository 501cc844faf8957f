import type { Generated } from 'kysely';
import type { KnownBuild } from '../../domain/gates/quarantine/evaluate.ts';
import type { Instant, MaybeInstant, MaybeJson } from './columns.ts';

/** Tables of quarantines, waivers and rehearsals, as Kysely sees them. */
export interface GateTables {
  quarantines: {
    id: string;
    digest: string | null;
    service: string | null;
    version: string | null;
    builds: MaybeJson<KnownBuild[]>;
    by_id: string;
    reason: string;
    set_at: Instant;
    revision: Generated<number>;
    lifted_at: MaybeInstant;
  };
  quarantine_lifts: { quarantine_id: string; by_id: string; reason: string; at: Instant };
  waivers: {
    id: string;
    release_id: string;
    environment: string;
    service: string;
    check_id: string;
    build: string;
    by_id: string;
    team: string;
    reason: string;
    given_at: Instant;
    expires_at: Instant;
  };
  rehearsals: {
    id: string;
    release_id: string;
    environment: string;
    service: string;
    version: string;
    digest: string | null;
    commit_id: string | null;
    is_passed: boolean;
    because: string;
    at: Instant;
  };
}
