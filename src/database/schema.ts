/**
 * What is remembered, table by table; the same for SQLite and PostgreSQL. Times are milliseconds since 1970, flags 0 or 1,
 * enumerations the numbers of codes.ts. Texts that repeat (causes, titles, labels) lie once in `word`.
 */
import type { ColumnType, Generated, Kysely } from 'kysely';

export interface RunTable {
  id: Generated<number>;
  /** `2026-11-21T06-41-08Z-7f3a`. */
  name: string;
  source: string;
  inventory: string | null;
  started_at: number;
  finished_at: number | null;
  is_complete: number;
  threshold: number;
  /** JSON of `RunInfo.tool`. */
  tool: string;
  /** Of the files that it was read from: another one means that it must be read again. */
  fingerprint: string;
}

export interface HostTable {
  id: Generated<number>;
  /** Its name in lower case: Windows names are the same in any case. */
  key: string;
  name: string;
}

export interface WordTable {
  id: Generated<number>;
  text: string;
}

export interface EvidenceTable {
  id: Generated<number>;
  /** SHA-256 of the document's bytes, hexadecimal. */
  hash: string;
  /** The document, by DEFLATE; null once it has been pruned. */
  packed: Uint8Array | null;
  bytes: number;
}

/** How a host ended in a run. */
export interface OutcomeTable {
  run_id: number;
  host_id: number;
  kind: number;
  status: number;
  /** A word; null where it was skipped. */
  cause: number | null;
  /** A word: JSON of its labels. */
  labels: number;
  /** A word: `19045.4046`. */
  build: number;
  collected_at: number | null;
  mode: number;
  evidence_id: number | null;
}

/** A cause that was found on a host, the first by rank 0. */
export interface FindingTable {
  run_id: number;
  host_id: number;
  rank: number;
  cause: number;
  /** In hundredths. */
  confidence: number;
  first_seen: number | null;
}

export interface PatchTable {
  id: Generated<number>;
  key: string;
}

/** What a host says of a patch beside how it stands with it: title in its language, kind, offer. */
export interface WordingTable {
  id: Generated<number>;
  /** SHA-256 over all that follows: a wording lies here once. */
  digest: string;
  patch_id: number;
  kb: string;
  title: string;
  family: string;
  locale: string;
  /** JSON of an `Offer`. */
  offer: string;
}

/** A patch on a host in a run. */
export interface HostPatchTable {
  run_id: number;
  wording_id: number;
  host_id: number;
  status: number;
  detection: number;
  detected_at: number | null;
  deployment: number;
  deployed_at: number | null;
  installed_at: number | null;
  /** A word, null where there is none: `0x80070643`. */
  code: number | null;
  exit_code: number | null;
  tries: number;
  try_limit: number | null;
  approval: number;
  /** 1: by other means; 2: a claim only. */
  flags: number;
}

/** The rows of `HostPatchTable`, counted: what tables of a run's patches are made from. */
export interface PatchCountTable {
  run_id: number;
  wording_id: number;
  status: number;
  deployment: number;
  hosts: number;
}

/** How far a patch came on a host, over all runs that ever were kept; their order changes nothing. */
export interface ProgressTable {
  patch_id: number;
  host_id: number;
  /** When it was first wanted there, or seen there. */
  first_at: number;
  /** The earliest time at which it is known to have been there. */
  installed_at: number | null;
  is_tried: number;
  /** Of the newest look that spoke of it. */
  last_at: number;
  last_status: number;
}

/** What somebody changed, and when, so that before and after can be told apart. */
export interface ChangeTable {
  id: Generated<number>;
  /** The same wherever it is carried. */
  uid: string;
  at: number;
  text: string;
  /** Patterns of hosts by comma; empty for all. */
  hosts: string;
  noted_at: number;
}

/** One row: whose history this is. */
export interface ClientTable {
  id: number;
  name: string;
}

export interface Schema {
  client: ClientTable;
  schema_version: { version: ColumnType<number, number, never> };
  run: RunTable;
  host: HostTable;
  word: WordTable;
  evidence: EvidenceTable;
  outcome: OutcomeTable;
  finding: FindingTable;
  patch: PatchTable;
  wording: WordingTable;
  host_patch: HostPatchTable;
  patch_count: PatchCountTable;
  progress: ProgressTable;
  change: ChangeTable;
}

export type Queries = Kysely<Schema>;
