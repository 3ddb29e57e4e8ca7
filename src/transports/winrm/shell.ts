/** A WinRS shell for one command: Create, Command, Receive until done, Delete. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ContactError } from '../../core/contact.ts';
import { badReply } from './bad-reply.ts';
import type { Job, OpenContext } from '../transport.ts';
import { bootstrap, type Bootstrap } from './bootstrap.ts';
import type { Conversation } from './conversation.ts';
import { NS, type Envelope, type Envelopes, type Selectors } from './envelope.ts';
import { FAULT, faultCode, faultProblem } from './faults.ts';
import { nameIn, type Reply } from './reply.ts';
import type { Stay } from './stay.ts';

export interface ShellParts {
  readonly conversation: Conversation;
  readonly envelopes: Envelopes;
  /** Who signed in, for messages. */
  readonly account: string;
  readonly onCommand: OpenContext['onCommand'];
  readonly signal: AbortSignal;
}

const UTF8 = 65_001;
/** Hosts answer a Receive when there is something to say; one that answers with nothing is not asked at once. */
const PAUSE_MS = 100;

const CREATED = nameIn(NS.transfer, 'ResourceCreated');
const COMMANDED = nameIn(NS.shell, 'CommandResponse');
const RECEIVED = nameIn(NS.shell, 'ReceiveResponse');

export class ShellStay implements Stay {
  readonly #parts: ShellParts;
  readonly #travel: Travel;
  #commandId = randomUUID().toUpperCase();
  #selectors: Selectors = [];
  /** The request under way that decides what there is to delete. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(job: Job, parts: ShellParts) {
    this.#parts = parts;
    this.#travel = travelOf(job);
  }

  open(): Promise<void> {
    return this.#change(async () => {
      const { envelopes } = this.#parts;
      const { variables } = this.#travel;
      let reply = await this.#ask(envelopes.create(variables, UTF8), 'once');
      if (codeOf(reply) === FAULT.codePage)
        reply = await this.#ask(envelopes.create(variables), 'once');
      this.#expect(reply, CREATED);
      if (reply.selectors.length === 0) throw badReply('names no shell');
      this.#selectors = reply.selectors;
    });
  }

  start(): Promise<void> {
    return this.#change(async () => {
      const { commandLine, told } = this.#travel;
      this.#parts.onCommand(told);
      const envelope = this.#parts.envelopes.command(this.#selectors, this.#commandId, commandLine);
      const reply = await this.#ask(envelope, 'twice');
      // Asked twice because a reply got lost; the host knows the id already, so the command runs.
      if (codeOf(reply) === FAULT.alreadyExists) return;
      this.#expect(reply, COMMANDED);
      this.#commandId = reply.commandId || this.#commandId;
    });
  }

  async receive(): Promise<Reply> {
    for (;;) {
      const envelope = this.#parts.envelopes.receive(this.#selectors, this.#commandId);
      const reply = await this.#ask(envelope, 'twice');
      if (codeOf(reply) !== FAULT.timedOut) {
        this.#expect(reply, RECEIVED);
        if (reply.isDone || reply.parts.length > 0) return reply;
      }
      await pause(PAUSE_MS, undefined, { signal: this.#parts.signal });
    }
  }

  /**
   * Ends the shell and all that still runs in it, so that nothing is left open on the host. Waits for a Create that
   * may be under way. @throws ContactError.
   */
  async end(signal: AbortSignal): Promise<void> {
    await Promise.allSettled([this.#changing]);
    const { conversation, envelopes } = this.#parts;
    if (this.#selectors.length === 0) return;
    await conversation.call(envelopes.delete(this.#selectors), { signal, mayRepeat: true });
  }

  #change(work: () => Promise<void>): Promise<void> {
    const changing = work();
    this.#changing = changing;
    return changing;
  }

  #ask(envelope: Envelope, times: 'once' | 'twice'): Promise<Reply> {
    const { conversation, signal } = this.#parts;
    return conversation.call(envelope, { signal, mayRepeat: times === 'twice' });
  }

  #expect(reply: Reply, body: string): void {
    if (reply.fault) throw faultProblem(reply.fault, this.#parts.account);
    if (reply.body !== body) throw badReply('answers something else');
  }
}

/** Whether another shell on the same host is worth one try: this one was lost, or used up. */
export function isCuredByNewShell(error: unknown): boolean {
  return error instanceof ContactError && REOPENED.has(error.code);
}

const REOPENED: ReadonlySet<string> = new Set([
  FAULT.selectors,
  FAULT.operationQuota,
  FAULT.commandsPerShell,
  FAULT.keyDeleted,
]);

function codeOf({ fault }: Reply): string | undefined {
  return fault && faultCode(fault);
}

interface Travel extends Pick<Bootstrap, 'variables' | 'commandLine'> {
  /** For the audit trail. */
  readonly told: string;
}

const NO_VARIABLES: Bootstrap['variables'] = {};

function travelOf(job: Job): Travel {
  if (job.kind === 'cmd')
    return { variables: NO_VARIABLES, commandLine: job.command, told: job.command };
  const { variables, commandLine, sha256 } = bootstrap(job.script);
  return { variables, commandLine, told: `${commandLine} (script SHA-256 ${sha256})` };
}
