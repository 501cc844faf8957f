import { stated, type CatalogueEntry } from './entry.ts';

/** Quarantines, incidents and waivers. */
export const gateProblems = {
  QUARANTINE_INVALID: {
    title: 'Quarantine cannot be set',
    message: ({ detail }) => stated('Nothing can be quarantined like this', detail),
    remedy: 'Name a service and a version, or a digest, and say why in a sentence of 10 characters or more.',
    status: 422,
    retryable: false,
  },
  QUARANTINE_LIFT_REFUSED: {
    title: 'Quarantine not lifted',
    message: ({ detail }) => stated('The quarantine cannot be lifted like this', detail),
    remedy:
      'Two people lift a quarantine, each with a reason; whoever set it may be one of them. Ask somebody else.',
    status: 409,
    retryable: false,
  },
  INCIDENT_ATTRIBUTION_REFUSED: {
    title: 'Incident not attributed',
    message: ({ detail }) => stated('The incident cannot be laid at the door of that release', detail),
    remedy:
      'Name a release that was deployed there before the incident began (`gantry incident show` says when), or say that none is to blame.',
    status: 422,
    retryable: false,
  },
  WAIVER_REFUSED: {
    title: 'Check not waived',
    message: ({ detail }) => stated('The check cannot be waived', detail),
    remedy:
      'A waiver is for one check that has failed, by somebody with the role for it who is not barred, with a reason and an end within 7 days.',
    status: 422,
    retryable: false,
  },
  WAIVER_REVOCATION_REFUSED: {
    title: 'Waiver not taken back',
    message: ({ detail }) => stated('The waiver cannot be taken back', detail),
    remedy:
      'Name a check whose waiver is in force, and say why in 10 characters or more. Only whoever may give a waiver in that stage may take one back.',
    status: 422,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
