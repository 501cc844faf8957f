export interface Signature {
  name: string;
  email: string;
}

/** A commit as it was written. All text is other people's: shown as text, never as markup. */
export interface GitCommit {
  hash: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  /** From the trailers `Co-authored-by`. */
  coAuthors: Signature[];
  /** Committed at, RFC 3339 with the committer's offset. */
  at: string;
  subject: string;
  body: string;
}

/** A file that a change touches; `lines` are those added and removed, undefined where it is not text. */
export interface FileChange {
  path: string;
  how: 'added' | 'changed' | 'removed';
  lines?: number;
}

/** Our own bare copy of a repository, shared by all processes that use the same data folder. */
export interface Mirror {
  /** Fetches and finds the commit of a tag, branch or hash; undefined where the repository has none. */
  resolveCommit(ref: string): Promise<string | undefined>;
  isReachable(commit: string, branch: string): Promise<boolean>;
  /** Commits of `to` that `from` does not have, newest first, at most 5000; all of `to` where there is no `from`. */
  readCommits(from: string | undefined, to: string): Promise<GitCommit[]>;
  /** Branches that the commit can be reached from, by name. */
  branchesWith(commit: string): Promise<string[]>;
  /** Files in which two commits differ, renames told as removed and added; all files of `to` where there is no `from`. */
  changedFiles(from: string | undefined, to: string): Promise<FileChange[]>;
  /** Text of a file at a commit, at most 1 MiB; undefined where there is none or it is larger. */
  readFile(commit: string, path: string): Promise<string | undefined>;
  /** Names and addresses of everybody who wrote `commit` or one before it. */
  authorsUpTo(commit: string): Promise<Signature[]>;
  /** How many of the newest 500 commits of so many days before `commit` changed each file. */
  changesByFile(commit: string, days: number): Promise<ReadonlyMap<string, number>>;
  /** Fills an empty folder with exactly the files of a commit: no `.git`, hooks, filters or submodules. */
  checkout(commit: string, folder: string): Promise<void>;
}
