import type { CalendarAnswer } from '../calendar/model.ts';
import type { Assurance } from '../gates/approvals/assurance.ts';
import type { StandIns } from '../gates/approvals/stand-ins.ts';
import type { ApprovalRule, Stage } from '../policy/policy.schema.ts';
import type { Migrations } from '../gates/rollback-plan/migrations.ts';
import type { Regression } from '../watch/regression.ts';
import type { Quarantine } from '../gates/quarantine/evaluate.ts';
import type { GateSettings } from '../gates/settings.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { StageRisk } from '../risk/snapshot.ts';
import type { DriftRule } from '../rollout/drift.ts';
import type { WatchRule } from '../watch/watch.ts';
import type { Change, Component, TaskView } from './release.ts';
import type { Intent } from './state.ts';

/** One component in one stage, compared with what runs there now. */
export interface PlannedComponent extends Component {
  mode: Intent;
  /** What runs there now and is gone back to; absent for a first deployment. */
  previousVersion?: string;
  previousDigest?: string;
  /** Services that must be deployed before this one, and undone after it. */
  dependsOn: string[];
  /** What an undo goes back to where that is not what runs now, because it is quarantined (semantics §7, "Target"). */
  backTo?: { version: string; digest?: string };
  /** Changes of the database that it brings against what runs there; absent where the service declares none. */
  migrations?: Migrations;
}

/** A person who may be asked, with all that a mail needs. Comes from the policy snapshot. */
export interface Candidate {
  id: string;
  name: string;
  team?: string;
  roles: string[];
}

/** Who may start a stage past its gates, and how soon another person must review it; milliseconds. */
export interface GlassRule {
  roles: string[];
  atLeast: number;
  reviewWithinMs: number;
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
  approval: {
    expiresMs: number;
    graceMs: number;
    onExpiry: 'close' | 'hold' | 'escalate';
    /** How sure one must be of who votes, where a rule says nothing else. */
    assurance: Assurance;
    /** How many of one team may fill seats; left out: any number. */
    sameTeamAtMost?: number;
    /** How many people must reject; left out: one. */
    rejectQuorum?: number;
  };
  /** How people are reminded and who is asked when they are silent; absent in plans from before there was any of it. */
  asking?: { clock: 'elapsed' | 'working' };
  /** Who is away and who may vote instead: found when people are asked. */
  standIns?: StandIns;
  engineSignals: 'allow' | 'refuse';
  deploy: Stage['deploy'];
  /** The steps of `deploy`, where they are more than one operation; absent in plans from before pauses could be skipped. */
  rollout?: RolloutPlan;
  /** How many components may be deployed side by side; left out: one after the other. */
  parallel?: number;
  /** How long one step or undo may take, in milliseconds. */
  deployTimeoutMs: number;
  analysis: Stage['analysis'];
  soakMs: number;
  autoRollback: boolean;
  /** How long an answer to a doubtful analysis and a source that is away are waited for; absent in plans from before. */
  doubt?: { answerMs: number; sourceBackMs: number };
  /** In the order in which they are deployed. */
  components: PlannedComponent[];
  /** SHA-256 over the subject (semantics §4), hexadecimal. */
  subjectDigest: string;
  /** Runner that deploys and checks there, from inside; left out: any worker does. */
  runner?: string;
  /** What happens where something else runs there than the record says; left out: nobody looks. */
  drift?: DriftRule;
  /** What is locked in an environment that is not exclusive, sorted; left out: its services. */
  locks?: string[];
  /** How those who wait for the environment are served; left out: in turn. */
  queue?: 'newestWins';
  /** Who may break the glass here; left out: nobody. */
  breakGlass?: GlassRule;
  /** What policy asks for beyond checks, approvals and calendar; absent: nothing. */
  gates?: GateSettings;
  /** The calendar's answer, where nothing in the calendar concerns this stage. */
  quiet?: CalendarAnswer;
  /** Where risk is a gate of this stage: its rule, and what was found last. */
  risk?: StageRisk;
  /** How its release is watched after its end; left out: not at all. */
  watch?: WatchRule;
  /** A version that is rolled back here is quarantined at once; left out: people are offered to. */
  quarantine?: 'automatic';
  /** Overdue reviews of broken glass stop it; absent for what is urgent or goes back, and in plans from before they did. */
  heedsReviews?: true;
}

/** What `plan` found out: the rest of the release follows it. The whole change list is in the record. */
export interface ReleasePlan {
  stages: StagePlan[];
  components: Component[];
  changes: { count: number; breaking: number; truncated: boolean; top: Change[] };
  owner?: string;
  /** People to be told when an undo fails. */
  onCall: string[];
  /** Who is told, too, where nobody has acted on a failed undo for so long; absent in plans from before there was any of it. */
  escalation?: { afterMs: number; to: string[] };
  /** Owners of its services, sorted. */
  owners?: string[];
  /** Open releases whose place it takes, with what is taken over from each. */
  supersedes?: {
    id: string;
    workflowId: string;
    title: string;
    tasks: TaskView[];
    /** Latest approval request of each stage. */
    requests: { environment: string; requestId: string }[];
  }[];
  /** The engine's index says the band of its risk; absent in plans from before it did. */
  indexesRisk?: true;
  /** Bans that stood on its builds when it was planned; absent: none. */
  quarantines?: Quarantine[];
  /**
   * It is called a rollback, and goes back in its last environment neither by its versions nor by the record: gates take it for any release.
   * Absent where it goes back, for every other intent, and in plans from before the word was doubted.
   */
  onlyCalledBack?: true;
  /** Open incidents that its versions had caused when it was planned; absent: none. */
  regressions?: Regression[];
  /** A reason why this release cannot go on, known now: it ends at once, with a remedy. */
  refused?: { code: string; because: string; remedy: string };
}
