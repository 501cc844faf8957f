import type { CalendarAnswer } from '../calendar/model.ts';
import type { ApprovalRule, Stage } from '../policy/policy.schema.ts';
import type { StageRisk } from '../risk/snapshot.ts';
import type { Change, Component } from './release.ts';
import type { Intent } from './state.ts';

/** One component in one stage, compared with what runs there now. */
export interface PlannedComponent extends Component {
  mode: Intent;
  /** What runs there now and is gone back to; absent for a first deployment. */
  previousVersion?: string;
  previousDigest?: string;
  /** Services that must be deployed before this one, and undone after it. */
  dependsOn: string[];
}

/** A person who may be asked, with all that a mail needs. Comes from the policy snapshot. */
export interface Candidate {
  id: string;
  name: string;
  team?: string;
  roles: string[];
}

/** A stage as it will be run: policy with its defaults filled in, and the people it concerns. Durations in milliseconds. */
export interface StagePlan {
  environment: string;
  production: boolean;
  exclusive: boolean;
  checks: Stage['checks'];
  rules: ApprovalRule[];
  candidates: Candidate[];
  excluded: {
    person: string;
    because: string;
    as: ('author' | 'committer' | 'requester' | 'policyEditor')[];
  }[];
  approval: { expiresMs: number; graceMs: number; onExpiry: 'close' | 'hold'; assurance: 'link' };
  engineSignals: 'allow' | 'refuse';
  deploy: Stage['deploy'];
  /** How long one step or undo may take, in milliseconds. */
  deployTimeoutMs: number;
  analysis: Stage['analysis'];
  soakMs: number;
  autoRollback: boolean;
  /** In the order in which they are deployed. */
  components: PlannedComponent[];
  /** SHA-256 over the subject (semantics §4), hexadecimal. */
  subjectDigest: string;
  /** What is locked in an environment that is not exclusive, sorted; left out: its services. */
  locks?: string[];
  /** How those who wait for the environment are served; left out: in turn. */
  queue?: 'newestWins';
  /** The calendar's answer, where nothing in the calendar concerns this stage. */
  quiet?: CalendarAnswer;
  /** Where risk is a gate of this stage: its rule, and what was found last. */
  risk?: StageRisk;
}

/** What `plan` found out: the rest of the release follows it. The whole change list is in the record. */
export interface ReleasePlan {
  stages: StagePlan[];
  components: Component[];
  changes: { count: number; breaking: number; truncated: boolean; top: Change[] };
  owner?: string;
  /** People to be told when an undo fails. */
  onCall: string[];
  /** A reason why this release cannot go on, known now: it ends at once, with a remedy. */
  refused?: { code: string; because: string; remedy: string };
}
