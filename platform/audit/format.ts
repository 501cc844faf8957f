/** First line of an export: which log this is, and how far it went when the export was made. */
export interface ExportHeader {
  gantry: 'audit';
  v: 1;
  installation: string;
  exportedAt: string;
  /** Entries that follow, and the head after the last of them. */
  entries: number;
  head: string;
}

/** Every other line: one entry. `body` is the canonical text that is hashed, as text, so that no parser can change it. */
export interface ExportLine {
  seq: number;
  body: string;
  leaf: string;
  hash: string;
  /** Head of the chain of its release after this entry; absent for entries of no release. */
  releaseHash?: string;
}
