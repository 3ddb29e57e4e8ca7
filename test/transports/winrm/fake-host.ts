/** A WinRM service for tests: signs clients in with NTLMv2 as a server does, opens and seals, and answers as told. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import {
  readEncryptedBody,
  SEALED_TYPE,
  writeEncryptedBody,
} from '../../../src/transports/winrm/encrypted-body.ts';
import { NS } from '../../../src/transports/winrm/envelope.ts';
import { HmacMd5 } from '../../../src/transports/winrm/hmac-md5.ts';
import { NtlmContext } from '../../../src/transports/winrm/ntlm-context.ts';
import { AV, utf16, writeAvPairs } from '../../../src/transports/winrm/ntlm-messages.ts';
import { Rc4 } from '../../../src/transports/winrm/rc4.ts';
import { hex, vectors } from './fixtures.ts';

export type Leg = 'negotiate' | 'authenticate' | (typeof ACTIONS)[number];
const ACTIONS = ['create', 'command', 'send', 'receive', 'signal', 'delete'] as const;

export interface Request {
  readonly leg: Leg;
  /** Plain SOAP; empty while signing in. */
  readonly xml: string;
  readonly id: string;
  /** How many of this leg came before, on all connections. */
  readonly before: number;
  readonly socket: Socket;
  readonly response: ServerResponse;
}

/** SOAP to be sealed, or `taken` when the script has answered by itself (or means never to). */
export type Answer = { readonly status?: number; readonly xml: string } | 'taken';

export interface FakeHost {
  readonly port: number;
  readonly address: string;
  /** Legs as they came. */
  readonly legs: Leg[];
  readonly connections: () => number;
  /** Connections still open. */
  readonly open: () => number;
  /** Takes a connection that did not come through its port. */
  readonly accept: (stream: Duplex) => void;
}

export type Script = (request: Request) => Answer | undefined | Promise<Answer | undefined>;

/** The account that may sign in: `Domain\User` with the published password. */
export const ACCOUNT = String.raw`Domain\User`;
const SHELL_ID = '11111111-2222-3333-4444-555555555555';
const CHALLENGE_FLAGS = 0xe2_89_82_35;

/** @param script answers a leg in its own way; undefined leaves it to the host. `skewSeconds` is its clock's. */
export async function fakeHost(
  script: Script = () => undefined,
  { skewSeconds = 0, address = '127.0.0.1' } = {},
): Promise<FakeHost> {
  const legs: Leg[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 60_000 });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const states = new WeakMap<Socket, State>();
  server.on('request', (incoming, response) => {
    const state = states.get(incoming.socket) ?? {};
    states.set(incoming.socket, state);
    serve(incoming, response, { state, legs, script, skewSeconds }).catch((error: unknown) => {
      incoming.socket.destroy();
      throw error;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address,
    legs,
    connections: () => connections,
    open: () => sockets.size,
    accept: (stream) => void server.emit('connection', stream),
  };
}

interface State {
  challenge?: Buffer;
  context?: NtlmContext;
}

interface Serving {
  readonly state: State;
  readonly legs: Leg[];
  readonly script: Script;
  readonly skewSeconds: number;
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> {
  const { state, legs, script } = serving;
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const token = /^Negotiate (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
  const message = Buffer.from(token ?? '', 'base64');
  let xml = '';
  if (token === undefined) {
    if (state.context === undefined) return refuse(response);
    const { signature, sealed } = readEncryptedBody(incoming.headers['content-type'] ?? '', body);
    state.context.open(sealed, signature);
    xml = sealed.toString('utf8');
  }
  const leg = token === undefined ? legOf(xml) : message[8] === 1 ? 'negotiate' : 'authenticate';
  const before = legs.filter((each) => each === leg).length;
  legs.push(leg);
  const id = /<a:MessageID>([^<]*)</.exec(xml)?.[1] ?? '';
  const answer = await script({ leg, xml, id, before, socket: incoming.socket, response });
  if (answer === 'taken') return;
  if (leg === 'negotiate') return challenge(response, serving);
  if (leg === 'authenticate') return authenticate(response, message, state);
  reply(response, state.context, answer ?? { xml: usual(leg, id) });
}

function reply(
  response: ServerResponse,
  context: NtlmContext | undefined,
  answer: Exclude<Answer, 'taken'>,
): void {
  if (context === undefined) throw new Error('not signed in');
  const body = writeEncryptedBody([answer.xml], (text) => context.seal(text));
  response.writeHead(answer.status ?? 200, { 'Content-Type': SEALED_TYPE }).end(body);
}

export function refuse(response: ServerResponse): void {
  response.writeHead(401, { 'WWW-Authenticate': ['Negotiate', 'Kerberos'] }).end();
}

function challenge(response: ServerResponse, { state, skewSeconds }: Serving): void {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Date.now() + skewSeconds * 1000) + 11_644_473_600_000n) * 10_000n);
  const info = writeAvPairs([
    { id: AV.domain, value: utf16('Domain') },
    { id: AV.computer, value: utf16('WS-1') },
    { id: AV.timestamp, value: time },
  ]);
  const message = Buffer.alloc(56);
  message.write('NTLMSSP\0', 'latin1');
  message.writeUInt32LE(2, 8);
  message.writeUInt32LE(CHALLENGE_FLAGS, 20);
  randomBytes(8).copy(message, 24);
  message.writeUInt16LE(info.length, 40);
  message.writeUInt16LE(info.length, 42);
  message.writeUInt32LE(message.length, 44);
  state.challenge = Buffer.concat([message, info]);
  response
    .writeHead(401, { 'WWW-Authenticate': `Negotiate ${state.challenge.toString('base64')}` })
    .end();
}

/** MS-NLMP 3.2.5.1.2 as far as NTLMv2 with key exchange goes. */
function authenticate(response: ServerResponse, message: Buffer, state: State): void {
  const field = (at: number): Buffer => {
    const start = message.readUInt32LE(at + 4);
    return message.subarray(start, start + message.readUInt16LE(at));
  };
  const key = new HmacMd5(hex(vectors.ntlmv2.ntowfv2));
  const response2 = field(20);
  const serverChallenge = (state.challenge ?? Buffer.alloc(32)).subarray(24, 32);
  const proof = key.digest(serverChallenge, response2.subarray(16));
  if (!proof.equals(response2.subarray(0, 16))) return refuse(response);
  const sessionKey = new Rc4(key.digest(proof)).next(field(52));
  state.context = new NtlmContext(sessionKey, 'server');
  response.writeHead(200).end();
}

function legOf(xml: string): Leg {
  const word = /<a:Action[^>]*>[^<]*\/(\w+)</.exec(xml)?.[1]?.toLowerCase();
  const action = ACTIONS.find((each) => each === word);
  if (action === undefined) throw new Error(`unexpected action ${word}`);
  return action;
}

function usual(leg: Leg, id: string): string {
  if (leg === 'create') return soap(id, created());
  if (leg === 'command') return soap(id, '<r:CommandResponse/>');
  if (leg === 'receive') return received(id, 'hello', 'done');
  return soap(id, '');
}

export function created(shellId = SHELL_ID): string {
  return (
    `<x:ResourceCreated xmlns:x="${NS.transfer}"><w:SelectorSet xmlns:w="${NS.wsman}">` +
    `<w:Selector Name="ShellId">${shellId}</w:Selector></w:SelectorSet></x:ResourceCreated>`
  );
}

export function received(id: string, stdout: string, state: 'running' | 'done'): string {
  const stream =
    stdout && `<r:Stream Name="stdout">${Buffer.from(stdout).toString('base64')}</r:Stream>`;
  const end =
    state === 'done'
      ? `<r:CommandState State="${NS.shell}/CommandState/Done"><r:ExitCode>0</r:ExitCode></r:CommandState>`
      : `<r:CommandState State="${NS.shell}/CommandState/Running"/>`;
  return soap(id, `<r:ReceiveResponse>${stream}${end}</r:ReceiveResponse>`);
}

export function fault(id: string, code: number): Answer {
  const xml = soap(
    id,
    `<s:Fault><s:Detail><f:WSManFault xmlns:f="${NS.fault}" Code="${code}"/></s:Detail></s:Fault>`,
  );
  return { status: 500, xml };
}

export function soap(id: string, body: string): string {
  return (
    `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:r="${NS.shell}"><s:Header>` +
    `<a:RelatesTo>${id}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}
