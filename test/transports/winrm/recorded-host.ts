/** A fake host that answers as a real Windows did: recorded exchanges, sealed. */
import { parse } from 'yaml';
import { fakeHost, type FakeHost, type Leg } from './fake-host.ts';
import { fixture } from './fixtures.ts';

export interface RecordedMessage {
  readonly request: string;
  readonly response: string;
  readonly transport_error?: unknown;
}

export function recording(name: string): readonly RecordedMessage[] {
  const { messages } = parse(fixture(`pypsrp/${name}.yml`).toString('utf8')) as {
    messages: RecordedMessage[];
  };
  return messages;
}

/**
 * Answers each leg with what a real Windows said to it, in order.
 *
 * @param told given each request as it comes
 */
export function recordedHost(
  name: string,
  told: (leg: Leg, xml: string) => void = () => undefined,
): Promise<FakeHost> {
  const left = [...recording(name)];
  const next = (leg: Leg): RecordedMessage | undefined => {
    const at = left.findIndex(({ request }) => actionOf(request) === leg);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  return fakeHost(({ leg, id, xml: request }) => {
    told(leg, request);
    const message = next(leg);
    if (message === undefined) return undefined;
    const xml = message.response.replace(/RelatesTo>[^<]*</, `RelatesTo>${id}<`);
    return { xml, status: xml.includes('Fault>') ? 500 : 200 };
  });
}

export function actionOf(request: string): string | undefined {
  return /<wsa:Action[^>]*>[^<]*\/(\w+)</.exec(request)?.[1]?.toLowerCase();
}
