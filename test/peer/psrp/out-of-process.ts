/**
 * PowerShell as a server of its own protocol over stdin and stdout: packets of one XML element a line around the same
 * fragments that WS-Man carries.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { NamedCommand } from '../../../src/transports/transport.ts';
import {
  createPipeline,
  INIT_RUNSPACE_POOL,
  SESSION_CAPABILITY,
} from '../../../src/transports/winrm/psrp/client-messages.ts';
import { Defragmenter, fragmentsOf } from '../../../src/transports/winrm/psrp/fragments.ts';
import {
  MESSAGE,
  NO_PIPELINE,
  readMessage,
  writeMessage,
} from '../../../src/transports/winrm/psrp/message.ts';
import {
  readEvent,
  type RemoteError,
  type ServerEvent,
} from '../../../src/transports/winrm/psrp/server-messages.ts';

export interface Outcome {
  readonly output: readonly string[];
  readonly errors: readonly RemoteError[];
  readonly state: string;
  /** Messages from the host, and the GUIDs in their headers. */
  readonly guids: readonly (readonly [pool: string, pipeline: string])[];
}

export interface OutOfProcess extends AsyncDisposable {
  readonly pool: string;
  run(what: NamedCommand | { readonly script: string }): Promise<Outcome>;
}

export interface Packet {
  readonly kind: string;
  readonly guid: string;
  readonly bytes: Buffer;
}

export interface OutOfProcessOptions {
  /** Bytes of the longest fragment we send. */
  readonly room?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts it and opens a pool. */
export async function outOfProcess(
  program: string,
  args: readonly string[],
  { room = 32_768, environment = {} }: OutOfProcessOptions = {},
): Promise<OutOfProcess> {
  const server = startServer(program, args, environment);
  const { packets, write } = server;
  const pool = randomUUID().toUpperCase();
  let objects = 0;
  const fragments = (pipeline: string, type: number, text: string): Buffer[] =>
    fragmentsOf(writeMessage({ type, pool, pipeline, text }), (objects += 1), room);
  const send = (guid: string, bytes: Buffer): void => {
    write(dataPacket(guid, bytes));
  };
  const until = async (
    guid: string,
    isEnd: (event: ServerEvent) => boolean,
    guids: [string, string][] = [],
  ): Promise<ServerEvent[]> => {
    const stream = new Defragmenter();
    const events: ServerEvent[] = [];
    for await (const packet of packets) {
      if (packet.kind !== 'Data' || packet.guid !== guid) continue;
      for (const bytes of stream.push(packet.bytes)) {
        const message = readMessage(bytes);
        guids.push([message.pool, message.pipeline]);
        events.push(readEvent(message));
      }
      if (events.some(isEnd)) return events;
    }
    throw new Error(`the server ended: ${JSON.stringify(events)}`);
  };
  const acknowledged = async (kind: string, guid: string): Promise<void> => {
    for await (const packet of packets) if (packet.kind === kind && packet.guid === guid) return;
  };
  // In one packet: each is taken up by a thread of its own, and the order is anybody's guess.
  const wishes = [
    ...fragments(NO_PIPELINE, MESSAGE.sessionCapability, SESSION_CAPABILITY),
    ...fragments(NO_PIPELINE, MESSAGE.initRunspacePool, INIT_RUNSPACE_POOL),
  ];
  send(NO_PIPELINE, Buffer.concat(wishes));
  const opened = await until(NO_PIPELINE, ({ kind }) => kind === 'pool');
  const last = opened.find((event) => event.kind === 'pool');
  if (last?.state !== 'opened') throw new Error(`not opened: ${JSON.stringify(last)}`);
  return {
    pool,
    async run(what) {
      const pipeline = randomUUID().toUpperCase();
      write(guidPacket('Command', pipeline));
      await acknowledged('CommandAck', pipeline);
      const [last = Buffer.alloc(0), ...others] = fragments(
        pipeline,
        MESSAGE.createPipeline,
        createPipeline(what),
      ).toReversed();
      for (const fragment of others.toReversed()) {
        send(pipeline, fragment);
        await acknowledged('DataAck', pipeline);
      }
      send(pipeline, last);
      const guids: [string, string][] = [];
      const events = await until(pipeline, ({ kind }) => kind === 'pipeline', guids);
      const end = events.find((event) => event.kind === 'pipeline');
      write(guidPacket('Close', pipeline));
      return {
        output: events.flatMap((event) => (event.kind === 'output' ? [event.text] : [])),
        errors: events.flatMap((event) => ('error' in event && event.error ? [event.error] : [])),
        state: end?.state ?? '',
        guids,
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export interface Server extends AsyncDisposable {
  /** Sends one packet. */
  readonly write: (packet: string) => void;
  readonly packets: AsyncIterable<Packet>;
}

/** PowerShell told to be a server. */
export function startServer(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Server {
  const child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...environment } });
  return {
    write: (packet) => void child.stdin.write(`${packet}\n`),
    packets: read(child),
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null || !child.kill('SIGKILL')) return;
      await ended;
    },
  };
}

export function dataPacket(guid: string, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString('base64');
  return `<Data Stream='Default' PSGuid='${guid.toLowerCase()}'>${base64}</Data>`;
}

export function guidPacket(kind: 'Command' | 'Close', guid: string): string {
  return `<${kind} PSGuid='${guid.toLowerCase()}' />`;
}

/** Packets as they come; an iterator that may be left and taken up again. */
function read(child: ChildProcessWithoutNullStreams): AsyncIterable<Packet> {
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString('utf8')));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const { value, done } = await lines.next();
        if (done === true) {
          if (stderr !== '') throw new Error(stderr.slice(0, 2000));
          return { value: undefined, done };
        }
        const [, kind = '', guid = ''] = /^<(\w+) .*?PSGuid='([^']*)'/.exec(value) ?? [];
        const base64 = /^<Data [^>]*>([^<]*)</.exec(value)?.[1] ?? '';
        const packet = { kind, guid: guid.toUpperCase(), bytes: Buffer.from(base64, 'base64') };
        return { value: packet, done: false };
      },
    }),
  };
}
