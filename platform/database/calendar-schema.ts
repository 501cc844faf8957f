import type { Generated } from 'kysely';
import type { CalendarRule, Dependency } from '../../domain/calendar/model.ts';
import type { QuarantineNews } from '../../domain/gates/quarantine/evaluate.ts';
import type { RegressionNews } from '../../domain/watch/regression.ts';
import type { MilestoneKind } from '../../domain/release/release.ts';
import type { Boarded, DepartureState, LeftBehind, TrainDefinition } from '../../domain/trains/model.ts';
import type { Instant, Json, MaybeInstant, MaybeJson } from './columns.ts';

/** Tables of the calendar, as Kysely sees them. */
export interface CalendarTables {
  calendar_state: { single: Generated<boolean>; revision: number };
  calendar_rules: {
    id: string;
    kind: CalendarRule['kind'];
    origin: CalendarRule['origin'];
    body: Json<CalendarRule>;
    revision: number;
    effective_from: Instant;
    owner: string | null;
    created_by: string;
    created_at: Instant;
    changed_by: string;
    changed_at: Instant;
    retired_at: MaybeInstant;
    retired_by: string | null;
    retired_reason: string | null;
  };
  calendar_rule_revisions: {
    rule_id: string;
    revision: number;
    body: Json<CalendarRule>;
    change: 'added' | 'changed' | 'lifted';
    reason: string | null;
    by_id: string;
    at: Instant;
    calendar_revision: number;
  };
  overrides: {
    id: string;
    freeze_id: string;
    revision: number;
    release_id: string;
    environment: string;
    by_id: string;
    team: string | null;
    reason: string;
    given_at: Instant;
    expires_at: Instant;
    needs_second: Generated<boolean>;
    seconded_by: string | null;
    seconded_at: MaybeInstant;
    revoked_at: MaybeInstant;
    revoked_by: string | null;
    revoked_reason: string | null;
    voided_at: MaybeInstant;
    voided_because: string | null;
  };
  reservations: {
    id: string;
    owner: string;
    release_id: string | null;
    title: string;
    environment: string;
    services: string[];
    start_at: Instant;
    end_at: Instant;
    overlap: boolean;
    state: 'reserved' | 'queued' | 'released';
    reason: string | null;
    created_by: string;
    created_at: Instant;
    released_at: MaybeInstant;
    released_by: string | null;
    released_reason: string | null;
    revision: Generated<number>;
  };
  release_dependencies: {
    release_id: string;
    number: number;
    dependency: Json<Dependency>;
    kind: Dependency['kind'];
    service: string | null;
    environment: string | null;
    other_release: string | null;
    state: 'open' | 'met' | 'failed' | 'dropped';
    because: string | null;
    updated_at: Instant;
  };
  milestones: {
    release_id: string;
    kind: MilestoneKind;
    planned_at: Instant;
    owner: string | null;
    estimate_at: MaybeInstant;
    actual_at: MaybeInstant;
  };
  release_schedules: {
    release_id: string;
    stage: string;
    at: MaybeInstant;
    start_by: MaybeInstant;
    next: boolean;
    predicted_start: MaybeInstant;
    predicted_end: MaybeInstant;
    revision: Generated<number>;
    updated_at: Instant;
  };
  trains: {
    id: string;
    definition: Json<TrainDefinition>;
    revision: number;
    state: 'running' | 'held' | 'stopped';
    because: string | null;
    failed_in_a_row: Generated<number>;
    forgiven_up_to: Generated<number>;
    changed_at: Instant;
    retired_at: MaybeInstant;
  };
  train_departures: {
    train_id: string;
    number: number;
    scheduled_at: Instant;
    departs_at: Instant;
    cutoff_at: Instant;
    state: DepartureState;
    release_id: string | null;
    boarded: Json<Boarded[]>;
    left_behind: Json<LeftBehind[]>;
    because: string | null;
    revision: Generated<number>;
    updated_at: Instant;
  };
  calendar_feeds: {
    id: string;
    hash: string;
    name: string;
    person: string;
    team: string | null;
    services: string[];
    environments: string[];
    created_at: Instant;
    created_by: string;
    revoked_at: MaybeInstant;
    last_read_at: MaybeInstant;
  };
  wakes: {
    id: Generated<number>;
    workflow_id: string;
    release_id: string | null;
    cause: string;
    revision: number;
    created_at: Generated<Date>;
    tries: Generated<number>;
    next_at: Generated<Date>;
    delivered_at: MaybeInstant;
    about: MaybeJson<QuarantineNews | RegressionNews>;
  };
  freeze_warnings: {
    key: string;
    release_id: string;
    freeze_id: string;
    revision: number;
    lead: string;
    at: Instant;
    sentence: string | null;
    told_at: MaybeInstant;
  };
}
