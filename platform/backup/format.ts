/** First line of a backup: lines of JSON, compressed with gzip. */
export interface BackupHeader {
  gantry: 'backup';
  v: 1;
  /** Number of the newest migration of the database that was saved. */
  schema: number;
  installation: string;
  madeAt: string;
  /** In the order in which they can be filled: nothing comes before what it refers to. */
  tables: { name: string; rows: number }[];
  /** Files of the engine that follow the rows, by name. */
  engine: string[];
}

/** One piece of a file of the engine, in base64. */
export interface PieceLine {
  file: string;
  piece: string;
}

/** Last line: SHA-256 over every line before it, each with its line feed. A file that was cut off has none. */
export interface BackupFooter {
  sha256: string;
}
