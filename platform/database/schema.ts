import type { ColumnType, Generated } from 'kysely';
import type { CalendarTables } from './calendar-schema.ts';
import type { Instant, Json, MaybeInstant, MaybeJson } from './columns.ts';
import type { EnvironmentLockHolder, EnvironmentLockWaiter } from './json.ts';
import type { InstallationNotice, NoticeInput } from '../../activities/contract.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { Change, ReleaseOrder, ReleaseView } from '../../domain/release/release.ts';

/** Tables of the record, as Kysely sees them; the migrations are the truth. JSON goes in as text, comes out parsed. */
export interface Database extends CalendarTables {
  installation: { id: string; created_at: Generated<Date> };
  policies: {
    digest: string;
    text: string;
    document: Json<Policy>;
    base_dir: string;
    first_at: Generated<Date>;
  };
  policy_applications: {
    number: Generated<number>;
    digest: string;
    at: Generated<Date>;
    by_id: string;
    edited_by: string | null;
  };
  audit_entries: {
    seq: number;
    id: string;
    release_id: string | null;
    release_seq: number | null;
    key: string;
    at: Instant;
    recorded_at: Generated<Date>;
    action: string;
    actor_id: string;
    object: string;
    sentence: string;
    body: string;
    leaf: string;
    hash: string;
    release_hash: string | null;
  };
  chain_heads: { scope: string; seq: number; hash: string };
  releases: {
    id: string;
    workflow_id: string;
    attempt: number;
    services: string[];
    versions: string[];
    intent: string;
    state: string;
    stage: string | null;
    headline: string;
    owner: string | null;
    requested_by: string;
    policy_digest: string;
    release_order: Json<ReleaseOrder>;
    view: Json<ReleaseView>;
    seq: number;
    created_at: Instant;
    updated_at: Instant;
    started_at: MaybeInstant;
    ended_at: MaybeInstant;
  };
  release_components: {
    release_id: string;
    service: string;
    version: string;
    digest: string | null;
    ref: string | null;
  };
  release_changes: { release_id: string; service: string; changes: Json<Change[]> };
  deployments: {
    id: string;
    release_id: string | null;
    environment: string;
    service: string;
    version: string;
    digest: string | null;
    commit_id: string | null;
    previous_version: string | null;
    mode: string;
    status: string;
    exposure: number;
    started_at: Instant;
    ended_at: MaybeInstant;
    by_id: string;
  };
  running: {
    environment: string;
    service: string;
    version: string;
    digest: string | null;
    commit_id: string | null;
    since: Instant;
    deployment_id: string;
  };
  check_results: {
    id: string;
    release_id: string;
    environment: string;
    service: string;
    check_id: string;
    round: number;
    outcome: string;
    summary: string;
    counts: MaybeJson<{ passed: number; failed: number; skipped: number }>;
    findings: MaybeJson<{ error: number; warning: number; note: number }>;
    stdout: Generated<string>;
    stderr: Generated<string>;
    subject: string;
    started_at: Instant;
    ended_at: Instant;
  };
  operation_results: {
    operation_id: string;
    release_id: string;
    environment: string;
    service: string;
    kind: string;
    outcome: string;
    because: string;
    stdout: Generated<string>;
    stderr: Generated<string>;
    started_at: Instant;
    ended_at: Instant;
  };
  measurements: {
    release_id: string;
    environment: string;
    service: string;
    place: string;
    metric: string;
    number: number;
    at: Instant;
    value: number | null;
    verdict: string;
    because: string;
  };
  approval_requests: {
    id: string;
    release_id: string;
    stage: string;
    subject_digest: string;
    plan: Json<StagePlan>;
    title: string;
    intent: string;
    opened_at: Instant;
    deadline: Instant;
    state: string;
    closed_at: MaybeInstant;
    closed_because: string | null;
  };
  approval_links: {
    jti: string;
    request_id: string;
    person: string;
    occasion: string;
    purpose: string;
    created_at: Generated<Date>;
    reads: Generated<number>;
    first_read_at: MaybeInstant;
  };
  received_decisions: {
    id: string;
    source: string;
    attempt: number;
    request_id: string;
    release_id: string;
    person: string;
    choice: 'approve' | 'reject';
    comment: string | null;
    subject_digest: string;
    via: 'link' | 'api' | 'signal';
    received_at: Generated<Date>;
    request_http_id: string | null;
  };
  decision_deliveries: {
    decision_id: string;
    state: 'pending' | 'counted' | 'refused';
    tries: Generated<number>;
    next_at: ColumnType<Date, Date | undefined, Date>;
    answer: MaybeJson<unknown>;
    refusal: string | null;
    updated_at: ColumnType<Date, Date | undefined, Date>;
  };
  notices: {
    key: string;
    release_id: string | null;
    request_id: string | null;
    person: string;
    kind: string;
    message_id: string;
    state: 'pending' | 'sent' | 'failed';
    tries: Generated<number>;
    error: string | null;
    created_at: Generated<Date>;
    sent_at: MaybeInstant;
    occasion: MaybeJson<NoticeInput | InstallationNotice>;
    next_at: MaybeInstant;
  };
  environment_locks: {
    environment: string;
    holders: Json<EnvironmentLockHolder[]>;
    queue: Json<EnvironmentLockWaiter[]>;
    revision: number;
    updated_at: ColumnType<Date, Date | undefined, Date>;
  };
  tokens: {
    id: string;
    hash: string;
    name: string;
    owner: string;
    access: string[];
    services: string[];
    created_at: Generated<Date>;
    created_by: string;
    expires_at: Instant;
    last_used_at: MaybeInstant;
    revoked_at: MaybeInstant;
  };
  sign_in_links: {
    hash: string;
    person: string;
    created_at: Generated<Date>;
    created_by: string;
    expires_at: Instant;
    used_at: MaybeInstant;
  };
  sessions: {
    hash: string;
    person: string;
    created_at: Generated<Date>;
    seen_at: Generated<Date>;
    expires_at: Instant;
  };
  idempotency_keys: {
    actor: string;
    key: string;
    fingerprint: string;
    status: number | null;
    location: string | null;
    body: MaybeJson<unknown>;
    created_at: Generated<Date>;
  };
  mailbox: {
    id: Generated<number>;
    message_id: string | null;
    recipient: string;
    sender: string;
    subject: string;
    text_part: string;
    html_part: string;
    raw: string;
    received_at: Generated<Date>;
  };
  worker_heartbeats: { identity: string; seen_at: Instant };
}
