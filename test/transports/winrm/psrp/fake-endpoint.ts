/** A fake host with a PowerShell endpoint: says over PSRP what a test tells it to. */
import { fakeHost, soap, type Answer, type FakeHost, type Request } from '../fake-host.ts';
import { escapeText, readClixml } from '../../../../src/transports/winrm/psrp/clixml.ts';
import { Defragmenter, fragmentsOf } from '../../../../src/transports/winrm/psrp/fragments.ts';
import {
  MESSAGE,
  NO_PIPELINE,
  readMessage,
  writeMessage,
} from '../../../../src/transports/winrm/psrp/message.ts';

/** A message of the host: its type and CLIXML. */
export type Said = readonly [type: number, text: string];

export const output = (text: string): Said => [
  MESSAGE.pipelineOutput,
  `<S>${escapeText(text)}</S>`,
];
export const poolState = (state: number, error = ''): Said => [
  MESSAGE.runspacePoolState,
  `<Obj RefId="0"><MS><I32 N="RunspaceState">${state}</I32>${error}</MS></Obj>`,
];
export const pipelineState = (state: number, error = ''): Said => [
  MESSAGE.pipelineState,
  `<Obj RefId="0"><MS><I32 N="PipelineState">${state}</I32>${error}</MS></Obj>`,
];
export const reason = (id: string, message: string, hresult = -2_146_233_087): string =>
  `<Obj N="ExceptionAsErrorRecord" RefId="1"><ToString>${message}</ToString><MS><Obj N="Exception" RefId="2">` +
  `<Props><S N="Message">${message}</S><I32 N="HResult">${hresult}</I32></Props></Obj><S N="FullyQualifiedErrorId">${id}</S></MS></Obj>`;
export const DONE = pipelineState(4);

export interface Endpoint {
  /** What the pool says once it was asked for; opened, unless a test knows better. */
  readonly pool?: readonly Said[];
  /** What a pipeline says, by the name of its command or the text of its script. */
  readonly run?: (command: string, isScript: boolean) => readonly Said[];
  /** Bytes of the longest fragment it sends. */
  readonly room?: number;
  /** Answers a leg before all else. */
  readonly first?: (request: Request) => Answer | undefined | Promise<Answer | undefined>;
}

export interface FakeEndpoint extends FakeHost {
  /** Scripts and commands as they were put together from all fragments. */
  readonly ran: string[];
}

export async function fakeEndpoint({
  pool = [poolState(2)],
  run = () => [DONE],
  room = 32_768,
  first = () => undefined,
}: Endpoint = {}): Promise<FakeEndpoint> {
  const ran: string[] = [];
  const queue = { pool: [...pool], pipeline: [] as Said[] };
  let objects = 0;
  let incoming = new Defragmenter();
  const streams = (said: Said[]): string =>
    said
      .splice(0)
      .flatMap(([type, text]) => {
        const message = writeMessage({ type, pool: NO_PIPELINE, pipeline: NO_PIPELINE, text });
        return fragmentsOf(message, (objects += 1), room);
      })
      .map((bytes) => `<r:Stream Name="stdout">${bytes.toString('base64')}</r:Stream>`)
      .join('');
  const take = (xml: string, element: string): void => {
    const base64 = new RegExp(`<rsp:${element}[^>]*>([^<]+)<`).exec(xml)?.[1] ?? '';
    for (const bytes of incoming.push(Buffer.from(base64, 'base64'))) {
      const { text } = readMessage(bytes);
      const command = commandIn(text);
      ran.push(command);
      queue.pipeline.push(...run(command, text.includes('<B N="IsScript">true</B>')));
    }
  };
  const host = await fakeHost(async (request) => {
    const { leg, id, xml } = request;
    const answer = await first(request);
    if (answer !== undefined) return answer;
    if (leg === 'command') {
      incoming = new Defragmenter();
      take(xml, 'Arguments');
      return undefined;
    }
    if (leg === 'send') {
      take(xml, 'Stream');
      return { xml: soap(id, '<r:SendResponse/>') };
    }
    if (leg !== 'receive') return undefined;
    const said = xml.includes('<rsp:DesiredStream CommandId=') ? queue.pipeline : queue.pool;
    return { xml: soap(id, `<r:ReceiveResponse>${streams(said)}</r:ReceiveResponse>`) };
  });
  return { ...host, ran };
}

/** The `Cmd` of the first command. */
function commandIn(text: string): string {
  const found = [readClixml(text)];
  for (const value of found) {
    if (value.name === 'Cmd') return value.text;
    found.push(...value.values);
  }
  return '';
}
