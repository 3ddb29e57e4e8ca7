/** A fake host whose endpoint is a real PowerShell: WS-Man in front, its own protocol over pipes behind. */
import { onTestFinished } from 'vitest';
import { unreachable } from '../../../src/core/error.ts';
import { NO_PIPELINE } from '../../../src/transports/winrm/psrp/message.ts';
import {
  created,
  fakeHost,
  fault,
  soap,
  type Answer,
  type FakeHost,
  type Request,
} from '../../transports/winrm/fake-host.ts';
import { dataPacket, guidPacket, startServer } from './out-of-process.ts';

const TIMED_OUT = 2_150_858_793;
const HOLD_MS = 500;

export async function powershellHost(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<FakeHost> {
  const server = startServer(program, args, environment);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const mailbox = new Mailbox();
  void (async () => {
    for await (const { kind, guid, bytes } of server.packets)
      mailbox.put(kind === 'Data' ? guid : `${kind} ${guid}`, bytes);
  })().catch(() => undefined);
  const answer = async ({ leg, id, xml }: Request): Promise<Answer | undefined> => {
    const guid = /CommandId="([^"]*)"/.exec(xml)?.[1] ?? NO_PIPELINE;
    switch (leg) {
      case 'create':
        server.write(dataPacket(guid, payload(xml, 'creationXml')));
        return { xml: soap(id, created(/ShellId="([^"]*)"/.exec(xml)?.[1])) };
      case 'command':
        server.write(guidPacket('Command', guid));
        await mailbox.take(`CommandAck ${guid}`);
        server.write(dataPacket(guid, payload(xml, 'rsp:Arguments')));
        return undefined;
      case 'send':
        server.write(dataPacket(guid, payload(xml, 'rsp:Stream')));
        return { xml: soap(id, '<r:SendResponse/>') };
      case 'signal':
        server.write(guidPacket('Close', guid));
        return undefined;
      case 'receive': {
        const came = await mailbox.take(guid);
        if (came.length === 0) return fault(id, TIMED_OUT);
        const streams = came.map(
          (bytes) => `<r:Stream Name="stdout">${bytes.toString('base64')}</r:Stream>`,
        );
        return { xml: soap(id, `<r:ReceiveResponse>${streams.join('')}</r:ReceiveResponse>`) };
      }
      case 'negotiate':
      case 'authenticate':
      case 'delete':
        return undefined;
      default:
        return unreachable(leg);
    }
  };
  return fakeHost(answer);
}

function payload(xml: string, element: string): Buffer {
  const base64 = new RegExp(`<${element}[^>]*>([^<]*)<`).exec(xml)?.[1] ?? '';
  return Buffer.from(base64, 'base64');
}

/** What has come for whom. */
class Mailbox {
  readonly #boxes = new Map<string, Buffer[]>();
  #wake: () => void = () => undefined;

  put(name: string, bytes: Buffer): void {
    this.#boxes.set(name, [...(this.#boxes.get(name) ?? []), bytes]);
    this.#wake();
  }

  /** All that is there, as soon as anything is; nothing after half a second. */
  async take(name: string): Promise<Buffer[]> {
    const end = performance.now() + HOLD_MS;
    for (;;) {
      const found = this.#boxes.get(name);
      this.#boxes.delete(name);
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0) return [];
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, left);
      });
    }
  }
}
