/**
 * A way to run something on a host. A transport knows its protocol and nothing of causes, evidence or
 * inventory files. Contact that fails throws a `ContactError` naming the stage and the code.
 */
import type { Duplex } from 'node:stream';
import type { ContactError, ContactStage } from '../core/contact.ts';
import type { ContactFailure } from '../core/evidence.ts';
import type { Jump, Limits } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';

/** What to run with what the host ships; the transport decides how it travels. */
export type Job =
  /** A PowerShell script of any length: ASCII, lines of at most 8,000 characters ended by LF. */
  | {
      readonly kind: 'powershell';
      readonly script: string;
      /** The same by its name, for endpoints that run no scripts (JEA). */
      readonly command?: NamedCommand;
    }
  /** One command line for cmd.exe, at most 8,000 characters. */
  | { readonly kind: 'cmd'; readonly command: string };

/** A command that somebody has set up on the host, with what it is to be given. */
export interface NamedCommand {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
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
  /** Told what the host says of itself before it knows who asks; each field once, as it comes. */
  readonly onHello?: (hello: Hello) => void;
}

/** What a host tells anybody. Text is the host's own: not yet printable. */
export interface Hello {
  /** Its names, from the NTLM challenge: `WS-0142`, `ws-0142.acme.example`, `ACME`, `acme.example`. */
  readonly computer?: string;
  readonly dnsName?: string;
  readonly domain?: string;
  readonly dnsDomain?: string;
  /** Host clock minus console clock. */
  readonly clockSkewSeconds?: number;
  /** Ways to sign in that it offers, as it spells them. */
  readonly offers?: readonly string[];
  /** What answers: the HTTP Server header, or the SSH identification. */
  readonly software?: string;
  readonly certificate?: {
    readonly subject: string;
    readonly issuer: string;
    readonly until: string;
    readonly sha256: string;
  };
  /** SSH host key: type and `SHA256:` fingerprint. */
  readonly hostKey?: { readonly type: string; readonly fingerprint: string };
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
  /** Its connection broke off and was made anew: what the host said meanwhile may be lost. */
  readonly isInterrupted?: boolean;
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
   * least one), once those are connected. @throws ContactError stage relay; the signal's reason.
   */
  through(via: readonly Jump[], name: string, signal: AbortSignal): Promise<Dial>;
  /**
   * Why nothing goes through `via` at the moment; undefined when nothing is known against it.
   * @param afterSilence a host was waited for in vain: first it is found out whether the line itself is still there
   */
  problem(via: readonly Jump[], afterSilence: boolean): Promise<ContactError | undefined>;
  /** Whoever asks now is told what is known against `via`, and nothing is tried. */
  isResting(via: readonly Jump[]): boolean;
  /** Ends all connections to jump hosts. */
  close(): Promise<void>;
}

/** This very machine. */
export interface LocalTransport {
  open(context: OpenContext): Promise<Session>;
}
