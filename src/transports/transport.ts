/**
 * A way to run something on a host. A transport knows its protocol and nothing of causes, evidence or
 * inventory files. Contact that fails throws a `ContactError` naming the stage and the code.
 */
import type { Duplex } from 'node:stream';
import type { ContactStage } from '../core/contact.ts';
import type { ContactFailure } from '../core/evidence.ts';
import type { Jump, Limits } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';

/** What to run with what the host ships; the transport decides how it travels. */
export type Job =
  /** A PowerShell script of any length: ASCII, lines of at most 8,000 characters ended by LF. */
  | { readonly kind: 'powershell'; readonly script: string }
  /** One command line for cmd.exe, at most 8,000 characters. */
  | { readonly kind: 'cmd'; readonly command: string };

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

/** How a session was come by, for the reader. */
export interface Way {
  readonly wire: NonNullable<ContactFailure['contact']['transport']>;
  /** `kerberos`, `negotiate`, `basic`, `certificate`, `publickey`, `password`, ...; absent where nobody signs in. */
  readonly auth?: string;
}

export interface Session extends AsyncDisposable {
  readonly way: Way;
  /** Host clock minus console clock in seconds, where the protocol tells it (NTLM challenge time). */
  readonly clockSkewSeconds: number | undefined;
  /** One job after the other; a job ends before the next begins. */
  run(job: Job, signal: AbortSignal): AsyncIterable<Chunk>;
}

/** A byte stream to a port of a host. */
export interface Dialled {
  readonly stream: Duplex;
  /** IP address it leads to, where we know it; behind a jump host only that one knows. */
  readonly address?: string;
}

export interface DialLimit {
  readonly ms: number;
  /** Ends the attempt, and later the stream: whoever gives up needs no hold of it. */
  readonly signal: AbortSignal;
}

/**
 * Opens a stream to a port: directly, or through jump hosts.
 * @throws ContactError stage tcp when the host does not answer, stage relay when a jump host is what fails; the
 * signal's reason.
 */
export type Dial = (port: number, limit: DialLimit) => Promise<Dialled>;

/** Where to connect. */
export interface Endpoint {
  /** What the inventory says: name or address. */
  readonly name: string;
  readonly dial: Dial;
}

export interface Transport<Settings> {
  open(
    endpoint: Endpoint,
    settings: Settings,
    logon: Logon,
    context: OpenContext,
  ): Promise<Session>;
}

/** Ways through jump hosts. Each jump host has one connection, shared by all hosts behind it. */
export interface Relays {
  /**
   * A dial that reaches a host, by its name as the last jump host knows it, through `via` (nearest to us first; at
   * least one). Connections are made when they are needed.
   */
  through(via: readonly Jump[], name: string): Dial;
  /** Ends all connections to jump hosts. */
  close(): Promise<void>;
}

/** This very machine. */
export interface LocalTransport {
  open(context: OpenContext): Promise<Session>;
}
