/**
 * A way to run something on a host. A transport knows its protocol and nothing of causes, evidence or
 * inventory files. Contact that fails throws a `ContactError` naming the stage and the code.
 */
import type { ContactStage } from '../core/contact.ts';
import type { Limits } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';

/** A PowerShell script to run with what the host ships; the transport decides how it travels. */
export interface ScriptJob {
  readonly script: string;
}

export type Chunk =
  | { readonly kind: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  /** Last chunk of a job. `code` is undefined when the host did not say. */
  | { readonly kind: 'exit'; readonly code: number | undefined };

export interface OpenContext {
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Told at each stage as it begins. */
  readonly onStage: (stage: ContactStage) => void;
  /** Told each command line as it is sent. */
  readonly onCommand: (command: string) => void;
  /**
   * Awaited just before the first token is sent with the credential; rejects when the credential is held back.
   * The wait does not count against a stage limit.
   */
  readonly admit: () => Promise<void>;
}

export interface Session extends AsyncDisposable {
  /** Host clock minus console clock in seconds, where the protocol tells it (NTLM challenge time). */
  readonly clockSkewSeconds: number | undefined;
  run(job: ScriptJob, signal: AbortSignal): AsyncIterable<Chunk>;
}

/** Where to connect: an address already looked up, and the name it was looked up for. */
export interface Endpoint {
  /** What the inventory says: name or address. */
  readonly name: string;
  /** IP addresses, tried in order; at least one. */
  readonly addresses: readonly string[];
}

export interface Transport<Settings> {
  open(
    endpoint: Endpoint,
    settings: Settings,
    logon: Logon,
    context: OpenContext,
  ): Promise<Session>;
}
