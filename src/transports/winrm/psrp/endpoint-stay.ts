/**
 * A stay at a PowerShell endpoint: a runspace pool for one job. The command that the job goes by is called first, which
 * is all that a JEA endpoint allows; an endpoint that has no such command is sent the script.
 */
import { hash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ContactError } from '../../../core/contact.ts';
import type { Job, NamedCommand, OpenContext } from '../../transport.ts';
import { badReply } from '../bad-reply.ts';
import type { Conversation } from '../conversation.ts';
import { NS, type Envelope, type Requests, type Selectors } from '../envelope.ts';
import { FAULT, faultCode } from '../faults.ts';
import { nameIn, type Reply, type StreamPart } from '../reply.ts';
import type { Output, Stay } from '../stay.ts';
import { createPipeline, INIT_RUNSPACE_POOL, SESSION_CAPABILITY } from './client-messages.ts';
import {
  endpointBroken,
  endpointFault,
  noCommand,
  noCommandLines,
  otherCommand,
  type Visitor,
} from './endpoint-problem.ts';
import { Defragmenter, fragmentsOf } from './fragments.ts';
import { MESSAGE, NO_PIPELINE, readMessage, writeMessage } from './message.ts';
import {
  deletePool,
  MOST_FRAGMENT_BYTES,
  openPool,
  receive,
  send,
  startPipeline,
  terminate,
} from './requests.ts';
import { readEvent, type RemoteError, type ServerEvent } from './server-messages.ts';

export interface EndpointParts extends Visitor {
  readonly conversation: Conversation;
  readonly requests: Requests;
  readonly onCommand: OpenContext['onCommand'];
  readonly signal: AbortSignal;
}

/** A host that answers a Receive with nothing is not asked again at once. */
const PAUSE_MS = 100;

const CREATED = nameIn(NS.transfer, 'ResourceCreated');
const COMMANDED = nameIn(NS.shell, 'CommandResponse');
const SENT = nameIn(NS.shell, 'SendResponse');
const RECEIVED = nameIn(NS.shell, 'ReceiveResponse');

/** Ids of PowerShell's own errors; a cmdlet's name may follow after a comma. */
const NO_SUCH_COMMAND = 'CommandNotFoundException';
const NO_SCRIPTS = 'ScriptsNotAllowed';
const NO_SUCH_PARAMETER = 'NamedParameterNotFound';

export class EndpointStay implements Stay {
  readonly #parts: EndpointParts;
  readonly #job: Extract<Job, { kind: 'powershell' }>;
  readonly #pool = newGuid();
  readonly #poolStream = new Defragmenter();
  #shell: Selectors = [];
  #objects = 0;
  /** The request under way that decides what there is to delete. */
  #opening: Promise<unknown> = Promise.resolve();
  #pipeline = NO_PIPELINE;
  #pipelineStream = new Defragmenter();
  #isByName: boolean;
  #isListening = false;

  /** @throws ContactError for a job that is no PowerShell. */
  constructor(job: Job, parts: EndpointParts) {
    if (job.kind !== 'powershell') throw noCommandLines(parts.endpoint);
    this.#job = job;
    this.#parts = parts;
    this.#isByName = job.command !== undefined;
  }

  async open(): Promise<void> {
    this.#opening = this.#create();
    await this.#opening;
    for (;;) {
      for (const event of await this.#events(this.#poolStream)) {
        if (event.kind !== 'pool') continue;
        if (event.state === 'ended') throw endpointBroken(this.#parts.endpoint, event.error);
        return;
      }
    }
  }

  async #create(): Promise<void> {
    const messages = [
      [MESSAGE.sessionCapability, SESSION_CAPABILITY],
      [MESSAGE.initRunspacePool, INIT_RUNSPACE_POOL],
    ] as const;
    const fragments = messages.flatMap(([type, text]) =>
      this.#fragments({ type, pipeline: NO_PIPELINE, text }),
    );
    const reply = await this.#ask(
      openPool(this.#parts.requests, this.#pool, Buffer.concat(fragments)),
      'once',
    );
    this.#expect(reply, CREATED);
    if (reply.selectors.length === 0) throw badReply('names no shell');
    this.#shell = reply.selectors;
  }

  async start(): Promise<void> {
    const { endpoint, requests, onCommand } = this.#parts;
    const { command, script } = this.#job;
    const what = this.#isByName && command !== undefined ? command : { script };
    onCommand(`${told(what)} (endpoint ${endpoint})`);
    const pipeline = newGuid();
    const [first = Buffer.alloc(0), ...others] = this.#fragments({
      type: MESSAGE.createPipeline,
      pipeline,
      text: createPipeline(what),
    });
    const shell = this.#shell;
    this.#pipelineStream = new Defragmenter();
    const reply = await this.#ask(
      startPipeline(requests, { shell, pipeline, fragment: first }),
      'twice',
    );
    // Asked twice because a reply got lost; the host knows the id already, so the pipeline runs.
    const isKnown = reply.fault && faultCode(reply.fault) === FAULT.alreadyExists;
    if (!isKnown) this.#expect(reply, COMMANDED);
    this.#pipeline = reply.commandId || pipeline;
    for (const fragment of others) {
      const part = { shell, pipeline: this.#pipeline, fragment };
      this.#expect(await this.#ask(send(requests, part), 'once'), SENT);
    }
  }

  async receive(): Promise<Output> {
    const events = await this.#events(this.#pipelineStream, this.#pipeline);
    const parts: StreamPart[] = [];
    for (const event of events) {
      if (event.kind === 'output') parts.push(line('stdout', event.text));
      if (event.kind === 'pool' && event.state === 'ended')
        throw endpointBroken(this.#parts.endpoint, event.error);
      const error = 'error' in event ? event.error : undefined;
      if (error !== undefined) {
        if (await this.#isCuredByScript(error))
          return { parts, isDone: false, exitCode: undefined };
        parts.push(line('stderr', errorLine(error)));
      }
      if (event.kind === 'pipeline')
        return { parts, isDone: true, exitCode: event.state === 'completed' ? 0 : 1 };
    }
    return { parts, isDone: false, exitCode: undefined };
  }

  /** An endpoint without the command may still run scripts; one that has neither is of no use. */
  async #isCuredByScript({ id }: RemoteError): Promise<boolean> {
    const { command } = this.#job;
    if (command === undefined) return false;
    const { endpoint, requests, conversation, signal } = this.#parts;
    const [kind] = id.split(',');
    if (!this.#isByName) {
      if (kind === NO_SCRIPTS) throw noCommand(endpoint, command.name);
      return false;
    }
    if (id === `${NO_SUCH_PARAMETER},${command.name}`) throw otherCommand(endpoint, command.name);
    if (kind !== NO_SUCH_COMMAND) return false;
    this.#isByName = false;
    await conversation.call(terminate(requests, this.#shell, this.#pipeline), {
      signal,
      mayRepeat: true,
    });
    await this.start();
    return true;
  }

  async end(signal: AbortSignal): Promise<void> {
    await Promise.allSettled([this.#opening]);
    const { conversation, requests } = this.#parts;
    if (this.#shell.length === 0) return;
    if (this.#isListening) conversation.destroy(); // a Receive may hold the line for seconds
    await conversation.call(deletePool(requests, this.#shell), { signal, mayRepeat: true });
  }

  /** What came next: at least one reply with something in it, or the end of the pipeline. */
  async #events(stream: Defragmenter, pipeline?: string): Promise<readonly ServerEvent[]> {
    const { requests, signal } = this.#parts;
    for (;;) {
      this.#isListening = true;
      const reply = await this.#ask(receive(requests, this.#shell, pipeline), 'twice');
      this.#isListening = false;
      if (reply.fault && faultCode(reply.fault) === FAULT.timedOut) continue;
      this.#expect(reply, RECEIVED);
      const events = reply.parts
        .flatMap(({ bytes }) => stream.push(bytes))
        .map((message) => readEvent(readMessage(message)));
      const isEnd = reply.isDone && !events.some(({ kind }) => kind === 'pipeline');
      if (isEnd) return [...events, { kind: 'pipeline', state: 'stopped' }];
      if (events.length > 0) return events;
      if (reply.parts.length === 0) await pause(PAUSE_MS, undefined, { signal });
    }
  }

  #fragments(message: {
    readonly type: number;
    readonly pipeline: string;
    readonly text: string;
  }): Buffer[] {
    this.#objects += 1;
    return fragmentsOf(
      writeMessage({ ...message, pool: this.#pool }),
      this.#objects,
      MOST_FRAGMENT_BYTES,
    );
  }

  #ask(envelope: Envelope, times: 'once' | 'twice'): Promise<Reply> {
    const { conversation, signal } = this.#parts;
    return conversation.call(envelope, { signal, mayRepeat: times === 'twice' });
  }

  #expect(reply: Reply, body: string): void {
    if (reply.fault) throw this.#problem(reply.fault);
    if (reply.body !== body) throw badReply('answers something else');
  }

  #problem(fault: NonNullable<Reply['fault']>): ContactError {
    return endpointFault(fault, this.#parts);
  }
}

function newGuid(): string {
  return randomUUID().toUpperCase();
}

/** For the audit trail. */
function told(what: NamedCommand | { readonly script: string }): string {
  if ('script' in what) return `script with SHA-256 ${hash('sha256', what.script)}`;
  const words = Object.entries(what.parameters).map(([name, value]) => `-${name} ${value}`);
  return [what.name, ...words].join(' ');
}

function line(kind: StreamPart['kind'], text: string): StreamPart {
  return { kind, bytes: Buffer.from(`${text}\r\n`) };
}

/** As much of an error as its reader decides by: ids, the code, and the words. */
function errorLine({ id, message, hresult }: RemoteError): string {
  return `${message} (${[id, hresult ?? ''].filter(Boolean).join(', ')})`;
}
